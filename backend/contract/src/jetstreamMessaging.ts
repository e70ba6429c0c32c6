import { messageExportRoutes } from './jetstreamMessageMoves';
import { messagePublishRoutes } from './jetstreamMessages';
import { messageSchemaRoutes } from './jetstreamMessageSchema';
import { messageReplayRoutes } from './jetstreamReplay';

export * from './jetstreamMessages';
export * from './jetstreamMessageMoves';
export * from './jetstreamMessageSchema';
export * from './jetstreamReplay';

/** Everything that writes, takes away or moves messages. */
export const messagingRoutes = {
  ...messagePublishRoutes,
  ...messageExportRoutes,
  ...messageReplayRoutes,
  ...messageSchemaRoutes,
};
