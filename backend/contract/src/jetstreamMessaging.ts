import { messageExportRoutes } from './jetstreamMessageMoves';
import { messagePublishRoutes } from './jetstreamMessages';

export * from './jetstreamMessages';
export * from './jetstreamMessageMoves';

/** Everything that writes, takes away or moves messages. */
export const messagingRoutes = { ...messagePublishRoutes, ...messageExportRoutes };
