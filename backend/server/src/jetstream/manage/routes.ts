import type { manageRoutes } from '@jetstream-console/contract';
import type { Links } from '../../clusters/link';
import type { Handlers } from '../../platform/handler';
import * as streams from './streams';

export function manageHandlers({ links }: { links: Links }): Handlers<typeof manageRoutes> {
  return {
    getStreamConfig: ({ params }, ctx) => streams.getStreamConfig(links, ctx, params),
    planStreamUpdate: ({ params, body }, ctx) => streams.planStreamUpdate(links, ctx, params, body),
    updateStream: ({ params, body }, ctx) => streams.updateStream(links, ctx, params, body),
  };
}
