import type { deadLetterRoutes } from '@jetstream-console/contract';
import type { Links } from '../../clusters/link';
import type { Types } from '../../decoders/types';
import type { BodyLimits, Handlers } from '../../platform/handler';
import type { Pg } from '../../platform/pg';
import { publishLimit } from '../messaging/publishLimit';
import { retryAll, runAccount } from './bulk';
import { startCapture, stopCapture } from './captureActs';
import { deadLetterSummary, letterOf, listDeadLetters } from './list';
import { toLetter } from './letterStore';
import { deleteOriginals, markLetters, putKeeping } from './marks';
import { deadLetterMessage } from './message';
import { planRetry } from './plan';
import { retryDeadLetter } from './retry';

/** An edited message is as large as one that is published. */
export const deadLetterBodyLimits = ({ links }: { links: Links }): BodyLimits<typeof deadLetterRoutes> => ({
  retryDeadLetter: ({ clusterId }, ctx) => publishLimit(links, ctx, clusterId),
});

export function deadLetterHandlers(deps: {
  readonly links: Links;
  readonly types: Types;
  readonly pg: Pg;
  readonly now: () => number;
}): Handlers<typeof deadLetterRoutes> {
  const { pg } = deps;
  return {
    listDeadLetters: ({ params, query }, ctx) => listDeadLetters(pg, ctx, params.clusterId, query),
    getDeadLetterSummary: ({ params }, ctx) => deadLetterSummary(pg, ctx, params.clusterId, deps.now()),
    getDeadLetterRun: ({ params }, ctx) => runAccount(deps, ctx, params.clusterId, params.run),
    getDeadLetter: ({ params }, ctx) =>
      pg.inOrg(ctx.principal.organizationId, async (tx) =>
        toLetter(await letterOf(tx, ctx, params.clusterId, params.letter)),
      ),
    getDeadLetterMessage: ({ params, query }, ctx) => deadLetterMessage(deps, ctx, params, query.maxBytes),
    retryDeadLetter: ({ params, body }, ctx) => retryDeadLetter(deps, ctx, params, body),
    planDeadLetterRetry: ({ params, body }, ctx, emit) => planRetry(deps, ctx, params.clusterId, body, emit),
    retryDeadLetters: ({ params, body }, ctx, emit) => retryAll(deps, ctx, params.clusterId, body, emit),
    markDeadLetters: ({ params, body }, ctx) => markLetters(pg, ctx, params.clusterId, body),
    deleteDeadLetterOriginals: ({ params, body }, ctx) => deleteOriginals(deps, ctx, params.clusterId, body),
    putDeadLetterKeeping: ({ params, body }, ctx) => putKeeping(pg, ctx, params.clusterId, body),
    startDeadLetterCapture: ({ params, body }, ctx) => startCapture(deps, ctx, params.clusterId, body),
    stopDeadLetterCapture: ({ params, body }, ctx) => stopCapture(deps, ctx, params.clusterId, body.confirm),
  };
}
