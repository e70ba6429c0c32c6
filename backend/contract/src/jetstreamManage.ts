import { consumerRoutes } from './jetstreamConsumers';
import { streamActRoutes } from './jetstreamStreamActs';
import { streamRoutes } from './jetstreamStreams';

export * from './jetstreamConfig';
export * from './jetstreamChanges';
export * from './jetstreamOverlay';
export * from './jetstreamLevels';
export * from './jetstreamRules';
export * from './jetstreamStreamRules';
export * from './jetstreamConsumerRules';
export * from './jetstreamEffects';
export * from './jetstreamTemplates';
export * from './natsCommand';
export * from './jetstreamStreams';
export * from './jetstreamStreamActs';
export * from './jetstreamConsumers';

/** Everything that changes streams and consumers, or tells beforehand what a change would do. */
export const manageRoutes = { ...streamRoutes, ...streamActRoutes, ...consumerRoutes };
