import { z } from 'zod';
import { clusterParams, instant, limitQuery, page, pageQuery } from './common';
import { route, table, type Need } from './route';

/** From the least to the most severe. */
export const advisorySeverities = ['info', 'warning', 'critical'] as const;
export type AdvisorySeverity = (typeof advisorySeverities)[number];

export const advisorySchema = z.object({
  /** the advisory's own; one that was heard twice is one */
  id: z.string(),
  time: instant,
  /** such as stream_leader_elected, server_shutdown, console.samples_lost */
  type: z.string(),
  severity: z.enum(advisorySeverities),
  title: z.string(),
  account: z.string().nullable(),
  stream: z.string().nullable(),
  consumer: z.string().nullable(),
  server: z.string().nullable(),
  /** whose act it was, where the advisory names a client and the asker may see connections */
  by: z
    .object({
      user: z.string().nullable(),
      name: z.string().nullable(),
      ip: z.string().nullable(),
      /** whether the client goes by the name of the console's own connections */
      console: z.boolean(),
    })
    .nullable(),
});
export type Advisory = z.infer<typeof advisorySchema>;

const name = z.string().min(1).max(255).optional();
const access: Need[] = [{ resource: 'clusters', action: 'read', cluster: 'clusterId' }];

/** Each is for who may see what it is about: its stream, or all of the cluster. */
export const advisoryRoutes = table({
  listAdvisories: route({
    method: 'GET',
    path: '/clusters/:clusterId/advisories',
    summary: 'What the servers told of a cluster, newest first, as far as I may see what it is about',
    params: clusterParams,
    access,
    query: z.strictObject({
      ...pageQuery,
      limit: limitQuery(50, 500),
      type: z.string().min(1).max(128).optional(),
      severity: z.enum(advisorySeverities).describe('at least so severe').optional(),
      stream: name,
      consumer: name,
      server: name,
      account: name,
      from: instant.describe('a day ago where it is left out').optional(),
      to: instant.describe('what came before it').optional(),
    }),
    response: page(advisorySchema).extend({
      /** what there is of it in this time, whatever the type that was asked for */
      types: z.array(z.object({ type: z.string(), count: z.number().int() })),
    }),
  }),
  getAdvisory: route({
    method: 'GET',
    path: '/clusters/:clusterId/advisories/:advisoryId',
    summary: 'One of them with all that it tells',
    params: clusterParams.extend({ advisoryId: z.string().min(1).max(255) }),
    access,
    query: z.strictObject({ time: instant.describe('when it came, as the list tells') }),
    response: advisorySchema.extend({
      /** the advisory as it came; text where it was longer than what is kept of one */
      data: z.unknown(),
    }),
  }),
});
