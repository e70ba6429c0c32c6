import type { messagingRoutes } from '@jetstream-console/contract';
import type { Links } from '../../clusters/link';
import type { BodyLimits, Handlers } from '../../platform/handler';
import type { Pg } from '../../platform/pg';
import type { Readers } from '../messages';
import { deleteMessage } from './deleteMessage';
import { exportMessages } from './export';
import { publishMessage } from './publish';
import { publishLimit } from './publishLimit';
import { replayMessages } from './replay';
import { planReplay } from './replayPlan';
import { getReplay } from './replayRuns';
import { getMessageSchema } from './schema';

export function messagingHandlers(deps: Readers & { readonly pg: Pg }): Handlers<typeof messagingRoutes> {
  const { links, pg } = deps;
  return {
    publishMessage: ({ params, body }, ctx) => publishMessage(links, ctx, params, body),
    deleteMessage: ({ params, body }, ctx) => deleteMessage(links, ctx, params, body),
    exportMessages: ({ params, query }, ctx) => exportMessages(deps, ctx, params, query),
    planReplay: ({ params, body }, ctx) => planReplay(deps, ctx, params, body),
    replayMessages: ({ params, body }, ctx, emit) => replayMessages(deps, ctx, params, body, emit),
    getMessageSchema: ({ params, query }, ctx) => getMessageSchema(deps, ctx, params, query),
    getReplay: ({ params }, ctx) => getReplay(pg, ctx, params),
  };
}

export const messagingBodyLimits = ({ links }: { links: Links }): BodyLimits<typeof messagingRoutes> => ({
  publishMessage: ({ clusterId }, ctx) => publishLimit(links, ctx, clusterId),
});
