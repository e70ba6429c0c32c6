import { streamRoutes } from './jetstreamStreams';

export * from './jetstreamConfig';
export * from './jetstreamChanges';
export * from './jetstreamOverlay';
export * from './jetstreamLevels';
export * from './jetstreamRules';
export * from './jetstreamStreamRules';
export * from './jetstreamConsumerRules';
export * from './jetstreamStreams';

/** Everything that changes streams and consumers, or tells beforehand what a change would do. */
export const manageRoutes = { ...streamRoutes };
