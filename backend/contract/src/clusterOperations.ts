import { z } from 'zod';
import { accountTier, limited } from './accountLimits';
import { clusterParams, flagQuery, instant, limitQuery, page, pageQuery } from './common';
import { consumerParams } from './jetstream';
import { route, table, type Need } from './route';

const on = (resource: Need['resource'], action: Need['action']): Need => ({ resource, action, cluster: 'clusterId' });

/** What a list of connections can be sorted by: the server's own sorts (nats-server `ConnInfo`), under plain names. */
export const connectionSorts = [
  'pending',
  'subscriptions',
  'in_msgs',
  'out_msgs',
  'in_bytes',
  'out_bytes',
  'idle',
  'uptime',
  'rtt',
  'stopped',
] as const;

/** A name that a client gave itself: cut, and without characters that nobody sees. */
const told = z.string();

export const clientConnection = z.object({
  /** the server's own number of it; one only together with the server */
  cid: z.number(),
  server: z.object({ id: z.string(), name: z.string() }),
  kind: z.string(),
  account: told.nullable(),
  user: told.nullable(),
  name: told.nullable(),
  ip: z.string(),
  port: z.number(),
  lang: told.nullable(),
  version: told.nullable(),
  startedAt: instant.nullable(),
  stoppedAt: instant.nullable(),
  /** why it ended, as the server says it; null while it is open */
  reason: z.string().nullable(),
  uptimeSeconds: z.number().nullable(),
  idleSeconds: z.number().nullable(),
  rttMs: z.number().nullable(),
  pendingBytes: z.number(),
  inMsgs: z.number(),
  outMsgs: z.number(),
  inBytes: z.number(),
  outBytes: z.number(),
  subscriptions: z.number(),
  /** how often the server made it wait, since 2.12; null where the server does not tell */
  stalls: z.number().nullable(),
  tls: z.object({ version: z.string(), cipher: z.string() }).nullable(),
});
export type ClientConnection = z.infer<typeof clientConnection>;

/** `system`: every account of every server; `account`: the account of the cluster's own credential. */
const connectionsSource = z.enum(['system', 'account']);

const subscriptionSchema = z.object({
  subject: told,
  queue: told.nullable(),
  sid: z.string(),
  msgs: z.number(),
});

const serverCheck = z.object({
  server: z.object({ id: z.string(), name: z.string(), version: z.string() }),
  ok: z.boolean(),
  /** the server's own word, such as ok, unavailable, error */
  status: z.string(),
  problems: z.array(
    z.object({
      type: z.string(),
      account: z.string().nullable(),
      stream: z.string().nullable(),
      consumer: z.string().nullable(),
      error: z.string(),
    }),
  ),
  /** how many there are in all, where more were told than are answered */
  problemCount: z.number().int(),
});

export const accountUse = z.object({
  /** what servers know it by: its public key where they have an operator */
  name: z.string(),
  /** the name that its operator gave it; null where it goes by its name alone */
  nameTag: told.nullable(),
  connections: z.number(),
  leafNodes: z.number(),
  slowConsumers: z.number(),
  inMsgs: z.number(),
  outMsgs: z.number(),
  inBytes: z.number(),
  outBytes: z.number(),
  /** bytes of every copy in the whole cluster; null where the account has no JetStream */
  jetstream: z
    .object({
      memory: z.number(),
      storage: z.number(),
      apiTotal: z.number(),
      apiErrors: z.number(),
      /** null where there is a set of limits for each number of copies */
      limits: z.object({ memory: limited, storage: limited }).nullable(),
      /** such as R1 and R3; empty for an account whose limits hold for all of it */
      tiers: z.array(z.string()),
    })
    .nullable(),
});
export type AccountUse = z.infer<typeof accountUse>;

const connectionParams = clusterParams.extend({
  server: z.string().regex(/^N[A-Z2-7]{55}$/, 'the id of a server: N and 55 more characters'),
  cid: z.coerce.number().int().min(1),
});

const metaPeer = z.object({
  name: z.string(),
  leader: z.boolean(),
  /** null for the leader itself, which follows nobody */
  current: z.boolean().nullable(),
  offline: z.boolean(),
  lag: z.number().nullable(),
  /** since the leader heard of it */
  activeSeconds: z.number().nullable(),
});

export const operationRoutes = table({
  listClusterConnections: route({
    method: 'GET',
    path: '/clusters/:clusterId/connections',
    summary:
      "Clients of the servers, from the system account for whoever may read other accounts, else those of the cluster's own account",
    params: clusterParams,
    access: [on('connections', 'read')],
    credential: 'read',
    query: z.strictObject({
      ...pageQuery,
      limit: limitQuery(50, 200),
      sort: z.enum(connectionSorts).default('pending'),
      order: z.enum(['asc', 'desc']).default('desc'),
      state: z.enum(['open', 'closed']).default('open'),
      account: z.string().min(1).max(255).optional(),
      user: z.string().min(1).max(255).optional(),
      /** part of a name, user or address, whatever the case */
      search: z.string().max(255).optional(),
    }),
    response: page(clientConnection).extend({
      source: connectionsSource,
      /** false: a server has more than are looked at; what was asked for is then sorted among the first of each */
      complete: z.boolean(),
      /** how many the servers say there are, before the search */
      known: z.number().int(),
      servers: z.number().int(),
      askedAt: instant,
    }),
  }),
  getClusterConnection: route({
    method: 'GET',
    path: '/clusters/:clusterId/connections/:server/:cid',
    summary: 'One connection with what it subscribes to',
    params: connectionParams,
    access: [on('connections', 'read')],
    credential: 'read',
    response: clientConnection.extend({
      source: connectionsSource,
      issuer: told.nullable(),
      nameTag: told.nullable(),
      tags: z.array(told),
      /** the first of them */
      subscriptionList: z.array(subscriptionSchema),
      askedAt: instant,
    }),
  }),
  kickConnection: route({
    method: 'POST',
    path: '/clusters/:clusterId/connections/:server/:cid/kick',
    summary:
      "Disconnect a client, where the cluster's settings allow it (`allowKick`). As a rule a client connects again by itself; the console's own connections are refused",
    params: connectionParams,
    access: [on('connections', 'operate'), on('accounts', 'read')],
    credential: 'admin',
    audit: 'cluster.kick',
    body: z.strictObject({
      /** since when it was connected as the person saw it: another one answers 409 */
      startedAt: instant,
      /** its address, such as 10.0.0.7:51234 */
      confirm: z.string().max(255),
    }),
    response: z.object({ kicked: z.literal(true), at: instant }),
  }),
  listConsumerClients: route({
    method: 'GET',
    path: '/clusters/:clusterId/streams/:stream/consumers/:consumer/clients',
    summary:
      'Who listens on the deliver subject of a push consumer. Of pull consumers servers tell how many pulls wait, and not whose',
    params: consumerParams,
    access: [{ ...on('consumers', 'read'), name: 'stream' }, on('connections', 'read')],
    credential: 'read',
    response: z.object({
      kind: z.enum(['push', 'pull']),
      deliverSubject: z.string().nullable(),
      /** the queue group that it delivers to; null where it has none */
      deliverGroup: z.string().nullable(),
      /** pull requests that wait; null for push */
      waiting: z.number().int().nullable(),
      items: z.array(clientConnection.extend({ subject: told, queue: told.nullable() })),
      /** false: a server has more than are told */
      complete: z.boolean(),
      askedAt: instant,
    }),
  }),
  checkServers: route({
    method: 'GET',
    path: '/clusters/:clusterId/servers/health',
    summary: 'What every server finds of its own health, its streams and consumers included (HEALTHZ)',
    params: clusterParams,
    access: [on('clusters', 'read'), on('accounts', 'read')],
    credential: 'read',
    query: z.strictObject({
      /** JetStream is on and the server is in the meta group; the assets are left out */
      serverOnly: flagQuery.optional(),
      account: z.string().min(1).max(255).optional(),
      stream: z.string().min(1).max(255).optional(),
      consumer: z.string().min(1).max(255).optional(),
    }),
    response: z.object({ items: z.array(serverCheck), askedAt: instant }),
  }),
  listAccounts: route({
    method: 'GET',
    path: '/clusters/:clusterId/accounts',
    summary: 'All accounts of the servers with what they use',
    params: clusterParams,
    access: [on('accounts', 'read')],
    credential: 'read',
    query: z.strictObject({
      ...pageQuery,
      sort: z.enum(['name', 'connections', 'storage', 'memory', 'api_errors']).default('connections'),
      order: z.enum(['asc', 'desc']).default('desc'),
      search: z.string().max(255).optional(),
    }),
    response: page(accountUse).extend({
      /** how many answered: what another one holds is not in it */
      servers: z.number().int(),
      askedAt: instant,
    }),
  }),
  getAccount: route({
    method: 'GET',
    path: '/clusters/:clusterId/accounts/:account',
    summary: 'One account with its limits, by tier where it has tiers, and what is used of each',
    params: clusterParams.extend({ account: z.string().min(1).max(255) }),
    access: [on('accounts', 'read')],
    credential: 'read',
    response: accountUse.extend({
      tiers: z.array(accountTier),
      /**
       * `account`: the account's own word; `jwt`: its JWT; `servers`: what servers tell of any account, which is storage
       * and memory alone; null where it has no JetStream
       */
      limitsFrom: z.enum(['account', 'jwt', 'servers']).nullable(),
      servers: z.number().int(),
      askedAt: instant,
    }),
  }),
  getMetaGroup: route({
    method: 'GET',
    path: '/clusters/:clusterId/meta',
    summary: 'The group of servers that decides where streams live: who leads, who follows, and how far behind',
    params: clusterParams,
    access: [on('clusters', 'read'), on('accounts', 'read')],
    credential: 'read',
    response: z.object({
      /** false: one server by itself, which has no such group */
      clustered: z.boolean(),
      leader: z.string().nullable(),
      size: z.number().int().nullable(),
      peers: z.array(metaPeer),
      askedAt: instant,
    }),
  }),
  stepDownMeta: route({
    method: 'POST',
    path: '/clusters/:clusterId/meta/leader-stepdown',
    summary: 'Let the meta group elect another leader; nothing is lost, and changes wait for the election',
    params: clusterParams,
    access: [on('clusters', 'operate'), on('accounts', 'read')],
    credential: 'admin',
    audit: 'cluster.meta_stepdown',
    body: z.strictObject({ preferred: z.string().min(1).max(255).optional() }),
    response: z.object({ done: z.literal(true), before: z.string().nullable(), at: instant }),
  }),
  removeMetaPeer: route({
    method: 'POST',
    path: '/clusters/:clusterId/meta/peer-remove',
    summary:
      'Take a server out of the meta group for good, so that its copies are made anew elsewhere; what has its only copy there is lost. One that is online has JetStream switched off at once, and is removed only where the asker says that he knows',
    params: clusterParams,
    access: [on('clusters', 'operate'), on('accounts', 'read')],
    credential: 'admin',
    audit: 'cluster.peer_remove',
    body: z.strictObject({
      peer: z.string().min(1).max(255),
      confirm: z.string().max(255),
      /** the asker knows that it is online */
      online: z.boolean().default(false),
    }),
    response: z.object({ removed: z.string(), at: instant }),
  }),
});
