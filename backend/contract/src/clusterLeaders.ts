import { z } from 'zod';
import { assetName, clusterParams, flagQuery, instant } from './common';
import { route, table, type Need } from './route';

const on = (resource: Need['resource'], action: Need['action']): Need => ({ resource, action, cluster: 'clusterId' });

/** What a server does for the streams of the cluster's own account. */
const serverPart = z.object({
  name: z.string(),
  streamLeaders: z.number().int(),
  /** null where there are too many to be counted each time */
  consumerLeaders: z.number().int().nullable(),
  /** of streams, those that it leads among them */
  copies: z.number().int(),
  /** streams that have no copy on any other server: what happens to it happens to them */
  onlyCopies: z.number().int(),
});
export type ServerPart = z.infer<typeof serverPart>;

/** The leader of a stream that would hand over. */
const move = z.strictObject({ stream: assetName, from: z.string().min(1).max(255), to: z.string().min(1).max(255) });
export type LeaderMove = z.infer<typeof move>;

/** More are left for another run. */
export const mostMoves = 1000;

const balanceAccount = z.object({
  moves: z.number().int(),
  /** handed over to whom it was meant for */
  moved: z.number().int(),
  /** handed over to another one: servers before 2.11 choose by themselves */
  elsewhere: z.number().int(),
  /** left alone, with the reason */
  skipped: z.array(z.object({ stream: z.string(), why: z.string() })),
  /** the one that is under way, or was the last */
  at: z.string().nullable(),
  why: z.enum(['end', 'stopped', 'failed']).nullable(),
  failure: z.object({ stream: z.string(), code: z.string(), detail: z.string() }).nullable(),
});
export type BalanceAccount = z.infer<typeof balanceAccount>;

export const balanceEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), account: balanceAccount }),
  z.object({ type: z.literal('end'), account: balanceAccount }),
  z.object({ type: z.literal('error'), code: z.string(), detail: z.string() }),
]);
export type BalanceEvent = z.infer<typeof balanceEvent>;

export const leaderRoutes = table({
  getLeaders: route({
    method: 'GET',
    path: '/clusters/:clusterId/leaders',
    summary: "How many streams and consumers of the cluster's account each server leads, and how many copies it holds",
    params: clusterParams,
    access: [on('clusters', 'read'), on('streams', 'read'), on('consumers', 'read')],
    credential: 'read',
    query: z.strictObject({ fresh: flagQuery.optional() }),
    response: z.object({
      /** empty for one server by itself; only those that hold a copy */
      servers: z.array(serverPart),
      streams: z.number().int(),
      /** that nobody leads, or of which nothing is known just now */
      unknown: z.number().int(),
      askedAt: instant,
    }),
  }),
  planLeaders: route({
    method: 'POST',
    path: '/clusters/:clusterId/leaders/plan',
    summary: 'The fewest streams whose leaders to move so that servers lead alike; nothing is moved',
    params: clusterParams,
    access: [on('streams', 'operate')],
    credential: 'read',
    audit: null,
    body: z.strictObject({}),
    response: z.object({
      moves: z.array(move),
      /** how many streams each server leads, before and after */
      servers: z.array(z.object({ name: z.string(), before: z.number().int(), after: z.number().int() })),
      /** whether the servers let it be said who leads next: NATS 2.11 and newer */
      choosable: z.boolean(),
      /** streams that stay where they are, whatever the plan: one copy, no copy elsewhere in sync, or not yours */
      fixed: z.number().int(),
      askedAt: instant,
    }),
  }),
  balanceLeaders: route({
    method: 'POST',
    path: '/clusters/:clusterId/leaders/balance',
    summary:
      'Has the leaders of a plan hand over one after the other, each awaited; closing the connection stops it after the one under way',
    params: clusterParams,
    access: [on('streams', 'operate')],
    credential: 'admin',
    audit: 'cluster.balance_leaders',
    sends: 'events',
    body: z.strictObject({
      moves: z.array(move).min(1).max(mostMoves),
      perMinute: z.int().min(1).max(600).default(30).describe('leaders a minute at most'),
    }),
    response: balanceEvent,
  }),
});
