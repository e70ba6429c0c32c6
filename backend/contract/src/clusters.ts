import { z } from 'zod';
import { accountTier } from './accountLimits';
import { clusterFields, clusterInput, credentialSchema, slotSchema, tlsSchema } from './clusterSettings';
import { clusterParams, done, id, instant, label, page, pageQuery } from './common';
import { route, table, type Need } from './route';

export const clusterSchema = z.object({
  id,
  name: z.string(),
  urls: z.array(z.string()),
  tls: tlsSchema,
  inboxPrefix: z.string().nullable(),
  domain: z.string().nullable(),
  readOnly: z.boolean(),
  allowKick: z.boolean(),
  labels: z.record(z.string(), z.string()),
  /** which slots hold a credential and of what kind; never the credential */
  slots: z.array(z.object({ slot: slotSchema, kind: z.string(), hint: z.string(), updatedAt: instant })),
  /** true where NATS itself does not tell read from operate from admin, as one credential serves all */
  sharedCredential: z.boolean(),
  version: z.number().int(),
  createdAt: instant,
  updatedAt: instant,
});
export type Cluster = z.infer<typeof clusterSchema>;

export const clusterStatus = z.object({
  state: z.enum(['connected', 'connecting', 'unreachable', 'idle']),
  /** what the server said of itself when we connected */
  server: z
    .object({ name: z.string(), version: z.string(), cluster: z.string().nullable(), url: z.string() })
    .nullable(),
  rttMs: z.number().nullable(),
  error: z.string().nullable(),
  checkedAt: instant,
});

const stageNames = ['dns', 'tcp', 'tls', 'auth', 'jetstream', 'system'] as const;
export const testReport = z.object({
  ok: z.boolean(),
  /** each URL by itself: a cluster is only as sound as its worst seed */
  targets: z.array(
    z.object({
      url: z.string(),
      slot: slotSchema,
      stages: z.array(
        z.object({
          stage: z.enum(stageNames),
          state: z.enum(['ok', 'failed', 'skipped', 'warning']),
          detail: z.string(),
          /** what the person can do about it */
          fix: z.string().nullable(),
          ms: z.number().nullable(),
        }),
      ),
    }),
  ),
});
export type TestReport = z.infer<typeof testReport>;
export type TestStage = TestReport['targets'][number]['stages'][number];

export const accountInfo = z.object({
  domain: z.string().nullable(),
  memory: z.number(),
  storage: z.number(),
  streams: z.number(),
  consumers: z.number(),
  /** -1 for no limit; null where there is a set of limits for each number of copies, as `tiers` tells */
  limits: z
    .object({ maxMemory: z.number(), maxStorage: z.number(), maxStreams: z.number(), maxConsumers: z.number() })
    .nullable(),
  /** one that is for all of it, or one for each number of copies that streams may have */
  tiers: z.array(accountTier),
  api: z.object({ level: z.number(), total: z.number(), errors: z.number() }),
});

export const serverSchema = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  cluster: z.string().nullable(),
  host: z.string(),
  uptimeSeconds: z.number().nullable(),
  startedAt: instant.nullable(),
  cpuPercent: z.number().nullable(),
  cores: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  connections: z.number().nullable(),
  subscriptions: z.number().nullable(),
  slowConsumers: z.number().nullable(),
  inMsgs: z.number().nullable(),
  outMsgs: z.number().nullable(),
  inBytes: z.number().nullable(),
  outBytes: z.number().nullable(),
  jetstream: z
    .object({
      memoryUsed: z.number(),
      memoryMax: z.number(),
      storeUsed: z.number(),
      storeMax: z.number(),
      streams: z.number().nullable(),
      consumers: z.number().nullable(),
      apiTotal: z.number(),
      apiErrors: z.number(),
      metaLeader: z.boolean(),
    })
    .nullable(),
});

const onCluster = (action: Need['action'], resource: Need['resource'] = 'clusters'): Need[] => [
  { resource, action, cluster: 'clusterId' },
];

/** Figures of the whole account: who may see some names of it alone would read the others' out of them. */
const onWholeCluster: Need[] = [...onCluster('read'), ...onCluster('read', 'streams')];

export const clusterRoutes = table({
  listClusters: route({
    method: 'GET',
    path: '/clusters',
    summary: 'Clusters I may see',
    access: [{ resource: 'clusters', action: 'read', each: true }],
    query: z.strictObject({ ...pageQuery, search: z.string().max(120).optional() }),
    response: page(clusterSchema.extend({ status: clusterStatus })),
  }),
  createCluster: route({
    method: 'POST',
    path: '/clusters',
    summary: 'Connect a cluster',
    access: [{ resource: 'clusters', action: 'create' }],
    audit: 'cluster.create',
    status: 201,
    body: clusterInput,
    response: clusterSchema,
  }),
  testNewCluster: route({
    method: 'POST',
    path: '/clusters/test',
    summary: 'Try settings stage by stage before they are kept',
    access: [{ resource: 'clusters', action: 'create' }],
    audit: 'cluster.test',
    body: clusterInput,
    response: testReport,
  }),
  parseContext: route({
    method: 'POST',
    path: '/clusters/parse-context',
    summary: 'Read a `nats` CLI context file into settings; files it names on its own machine are listed as missing',
    access: [{ resource: 'clusters', action: 'create' }],
    audit: null,
    body: z.strictObject({
      context: z.string().max(262_144),
      files: z.record(z.string().max(1024), z.string().max(65_536)).default({}),
    }),
    response: z.object({
      input: clusterInput.partial(),
      missing: z.array(z.object({ field: z.string(), path: z.string(), say: z.string() })),
      ignored: z.array(z.string()),
    }),
  }),
  getCluster: route({
    method: 'GET',
    path: '/clusters/:clusterId',
    summary: 'One cluster',
    params: clusterParams,
    access: onCluster('read'),
    response: clusterSchema.extend({ status: clusterStatus }),
  }),
  updateCluster: route({
    method: 'PATCH',
    path: '/clusters/:clusterId',
    params: clusterParams,
    access: onCluster('update'),
    audit: 'cluster.update',
    summary:
      'Change a cluster. A change of URLs, TLS or server name needs every secret again, so that an edit cannot send one elsewhere',
    body: z
      .strictObject({
        name: label,
        urls: clusterFields.urls,
        tls: tlsSchema,
        inboxPrefix: clusterFields.inboxPrefix.removeDefault(),
        domain: clusterFields.domain.removeDefault(),
        readOnly: z.boolean(),
        allowKick: z.boolean(),
        labels: clusterFields.labels.removeDefault(),
        credentials: z.partialRecord(slotSchema, credentialSchema),
        /** the version the person saw; a newer one on the server answers 409 with it */
        version: z.int(),
      })
      .partial(),
    response: clusterSchema,
  }),
  deleteCluster: route({
    method: 'DELETE',
    path: '/clusters/:clusterId',
    summary: 'Forget a cluster and its credentials; nothing in NATS changes',
    params: clusterParams,
    access: onCluster('delete'),
    audit: 'cluster.delete',
    response: done,
  }),
  putCredential: route({
    method: 'PUT',
    path: '/clusters/:clusterId/credentials/:slot',
    summary: 'Set or replace the credential of a slot; open connections take it at once',
    params: clusterParams.extend({ slot: slotSchema }),
    access: onCluster('update'),
    audit: 'cluster.credential_set',
    body: credentialSchema,
    response: clusterSchema,
  }),
  deleteCredential: route({
    method: 'DELETE',
    path: '/clusters/:clusterId/credentials/:slot',
    summary: 'Remove the credential of a slot',
    params: clusterParams.extend({ slot: slotSchema }),
    access: onCluster('update'),
    audit: 'cluster.credential_delete',
    response: clusterSchema,
  }),
  testCluster: route({
    method: 'POST',
    path: '/clusters/:clusterId/test',
    summary: 'Try the kept settings stage by stage',
    params: clusterParams,
    access: onCluster('update'),
    audit: 'cluster.test',
    credential: 'admin',
    response: testReport,
  }),
  importContext: route({
    method: 'POST',
    path: '/clusters/:clusterId/import-context',
    summary: "Replace the cluster's settings and account credential by a `nats` CLI context's",
    params: clusterParams,
    access: onCluster('update'),
    audit: 'cluster.import_context',
    body: z.strictObject({
      context: z.string().max(262_144),
      files: z.record(z.string().max(1024), z.string().max(65_536)).default({}),
    }),
    response: clusterSchema,
  }),
  clusterHealth: route({
    method: 'GET',
    path: '/clusters/:clusterId/health',
    summary: 'Can it be reached, now',
    params: clusterParams,
    access: onCluster('read'),
    credential: 'read',
    response: clusterStatus,
  }),
  clusterInfo: route({
    method: 'GET',
    path: '/clusters/:clusterId/info',
    summary: "The account's JetStream use and limits, as the server says them",
    params: clusterParams,
    access: onWholeCluster,
    credential: 'read',
    response: accountInfo,
  }),
  clusterServers: route({
    method: 'GET',
    path: '/clusters/:clusterId/servers',
    params: clusterParams,
    access: onWholeCluster,
    credential: 'read',
    summary: 'Servers: from the system account where there is a credential for it, else the one we are connected to',
    response: z.object({
      source: z.enum(['system_account', 'connection']),
      items: z.array(serverSchema),
      askedAt: instant,
    }),
  }),
});
