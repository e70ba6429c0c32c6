import { setTimeout as delay } from 'node:timers/promises';
import type { Snapshots } from '../../access/snapshot';
import type { liveRoutes } from '@jetstream-console/contract';
import { ApiError, forbidden } from '../../platform/errors';
import { refuse } from '../../identity/grafanaToken';
import { makeCurrent } from '../../identity/current';
import type { Ctx, Handlers } from '../../platform/handler';
import type { Logger } from '../../platform/log';
import type { Pg } from '../../platform/pg';
import type { QueryDeps } from '../engine/deps';
import { failureOf } from '../engine/failure';
import type { Frame } from '../frames/frame';
import { frameData, frameSchema } from '../frames/json';
import { figuresNow, watchFigures } from './figures';
import { checkTail, emptyTail, watchMessages } from './tail';
import { noTicket, type LiveQuery, type Tickets } from './tickets';

const refId = 'live';

interface Deps extends QueryDeps {
  readonly pg: Pg;
  readonly snapshots: Snapshots;
  readonly tickets: Tickets;
  readonly log: Logger;
}

/** Whether this may be watched at all, and what it looks like now. */
async function preview(deps: Deps, ctx: Ctx, query: LiveQuery): Promise<Frame> {
  if (query.kind === 'metrics') return figuresNow(deps, ctx, query);
  await checkTail(deps, ctx, query);
  return emptyTail(query);
}

async function ticketOf(deps: Deps, ctx: Ctx, path: string) {
  const ticket = await deps.tickets.get(path);
  if (ticket.organizationId !== ctx.principal.organizationId) throw noTicket();
  if (ticket.userId !== ctx.principal.subject.id) throw forbidden('This ticket belongs to somebody else.');
  return ticket;
}

const passes = new Set([
  'cluster_unreachable',
  'clickhouse_unavailable',
  'nats_timeout',
  'jetstream_unavailable',
  'query_timeout',
]);

export function liveHandlers(deps: Deps): Handlers<typeof liveRoutes> {
  return {
    createTicket: async ({ body }, ctx) => {
      // A service account's stream could not be told from another's: their tokens name no login. Nobody stays anonymous
      // over the hours of a stream, and nothing is kept of them to look at again.
      if (ctx.principal.subject.kind !== 'user' || ctx.principal.via === 'alerting')
        throw forbidden('Live streams are for people. Ask the query itself again instead.');
      await preview(deps, ctx, body.query);
      return deps.tickets.create(ctx.principal, body.query);
    },
    checkTicket: async ({ params, body }, ctx) => {
      if (body.at === 'subscribe' && ctx.principal.via === 'gateway' && ctx.principal.expiresAt === null)
        throw refuse('Whoever subscribes has to come with an identity.');
      const { query } = await ticketOf(deps, ctx, params.ticket);
      return { schema: frameSchema(refId, await preview(deps, ctx, query)) };
    },
    streamTicket: async ({ params }, ctx, emit) => {
      const { query } = await ticketOf(deps, ctx, params.ticket);
      const current = makeCurrent(deps, ctx);
      let sent = '';
      const begin = () =>
        query.kind === 'metrics'
          ? watchFigures(deps, current, query, ctx.signal)
          : watchMessages(deps, current, query, ctx.signal);
      while (!ctx.signal.aborted) {
        try {
          for await (const frame of begin()) {
            const schema = frameSchema(refId, frame);
            const text = JSON.stringify(schema);
            await emit({ ...(text !== sent && { schema }), data: frameData(frame) });
            sent = text;
          }
        } catch (error) {
          if (ctx.signal.aborted) return;
          // What comes back by itself is waited for; a refusal ends the stream, and the gateway asks why.
          if (!(error instanceof ApiError) || !passes.has(error.code)) throw error;
          deps.log.info({ requestId: ctx.requestId, why: failureOf(error).error }, 'a live stream waits');
          await delay(5000, undefined, { signal: ctx.signal }).catch(() => undefined);
        }
      }
    },
  };
}
