import { z } from 'zod';
import { assetName, flagQuery, id, instant, subjectFilter } from './common';
import { findingSchema } from './findings';
import { dimensions, metricId, metricSources } from './metrics';
import { route, table } from './route';

/** `=~` and `!~` take globs (`ORDERS*`), the same as scopes do: linear time, nothing to escape. */
export const filterOps = ['=', '!=', '=~', '!~'] as const;
export const dimensionFilter = z.strictObject({
  field: z.enum(dimensions),
  op: z.enum(filterOps),
  values: z.array(z.string().max(512)).min(1).max(1000),
});
export type DimensionFilter = z.infer<typeof dimensionFilter>;

export const aggregates = ['sum', 'max', 'min', 'avg', 'last', 'count'] as const;
export const fills = ['none', 'null', 'zero', 'previous'] as const;

/**
 * `own`: the account of each cluster's own credential alone. With a system credential the console knows other accounts
 * too, and two of them may have a stream of one name.
 */
export const accountScopes = ['own', 'all'] as const;

const shared = {
  /** cluster ids or names; all that I may see where empty */
  clusters: z.array(z.string().min(1).max(120)).max(200).default([]),
};

/** Series over time, from samples or their hourly and daily sums: range and step decide. */
export const metricsQuery = z.strictObject({
  kind: z.literal('metrics'),
  ...shared,
  metric: metricId,
  filters: z.array(dimensionFilter).max(20).default([]),
  groupBy: z.array(z.enum(dimensions)).max(6).default([]),
  /** over the series that fall into one group, and over the samples of a bucket for gauges */
  aggregate: z.enum(aggregates).default('sum'),
  /** the N series with the largest last value */
  top: z.int().min(1).max(500).nullable().default(null),
  fill: z.enum(fills).default('none'),
  /** no bucket is smaller than this */
  minStepSeconds: z.int().min(1).max(86_400).nullable().default(null),
  /** `series` over time, or one row a group with its `last` value for alerting and tables */
  format: z.enum(['series', 'table']).default('series'),
  /** to_limit: seconds until the stream's tightest limit at its present growth; drain: seconds until a consumer's lag is gone */
  forecast: z.enum(['to_limit', 'drain']).nullable().default(null),
  accounts: z.enum(accountScopes).default('all'),
});

/** What is there now, as tables. */
export const inventoryQuery = z.strictObject({
  kind: z.literal('inventory'),
  ...shared,
  of: z.enum(['clusters', 'servers', 'accounts', 'streams', 'consumers', 'buckets', 'object_stores', 'subjects']),
  filters: z.array(dimensionFilter).max(20).default([]),
  /** for subjects: the stream, and the subjects wanted */
  stream: assetName.nullable().default(null),
  subject: subjectFilter.nullable().default(null),
  sort: z.string().max(64).nullable().default(null),
  order: z.enum(['asc', 'desc']).default('desc'),
  limit: z.int().min(1).max(5000).default(500),
});

/** Messages as log lines, newest first, without a consumer. */
export const messagesQuery = z.strictObject({
  kind: z.literal('messages'),
  cluster: z.string().min(1).max(120),
  stream: assetName,
  subject: subjectFilter.optional(),
  header: z.string().min(1).max(512).optional(),
  text: z.string().min(1).max(1024).optional(),
  regex: z.string().min(1).max(1024).optional(),
  jsonPath: z.string().min(1).max(512).optional(),
  limit: z.int().min(1).max(1000).default(100),
});

/** Advisories, alerts and audit records: annotations and log lines. */
export const eventsQuery = z.strictObject({
  kind: z.literal('events'),
  ...shared,
  of: z
    .array(z.enum(['advisories', 'audit']))
    .min(1)
    .default(['advisories']),
  types: z.array(z.string().max(128)).max(50).default([]),
  stream: z.string().max(255).nullable().default(null),
  consumer: z.string().max(255).nullable().default(null),
  accounts: z.enum(accountScopes).default('all'),
  limit: z.int().min(1).max(5000).default(500),
});

/** ClickHouse SQL, read-only, over the tables and functions of an allow-list, filtered to the organization, bounded. */
export const sqlQuery = z.strictObject({
  kind: z.literal('sql'),
  sql: z.string().min(1).max(32_768),
  format: z.enum(['table', 'series', 'logs']).default('table'),
});

export const querySpec = z.discriminatedUnion('kind', [
  metricsQuery,
  inventoryQuery,
  messagesQuery,
  eventsQuery,
  sqlQuery,
]);
export type QuerySpec = z.infer<typeof querySpec>;
export type QuerySpecInput = z.input<typeof querySpec>;
export type QueryKind = QuerySpec['kind'];

export const refId = z.string().min(1).max(64);
/** A query that does not fit its schema fails by itself, with its refId: the others are answered. */
export const queryRequest = z.strictObject({
  from: instant,
  to: instant,
  queries: z
    .array(
      z.strictObject({
        refId,
        intervalMs: z
          .number()
          .min(1)
          .max(86_400_000 * 366)
          .default(15_000),
        maxDataPoints: z.number().int().min(1).max(100_000).default(1000),
        query: z.unknown(),
      }),
    )
    .min(1)
    .max(50),
});
export type QueryRequest = z.output<typeof queryRequest>;

/** Who is at fault decides what Grafana counts: `downstream` is NATS, ClickHouse or the asker, `plugin` is us. */
export const errorSource = z.enum(['downstream', 'plugin']);

/** Grafana's JSON frame format: `{schema, data: {values}}`. */
export const frameJson = z.object({
  schema: z.record(z.string(), z.unknown()),
  data: z.record(z.string(), z.unknown()),
});
export const queryResult = z.object({
  status: z.int(),
  error: z.string().optional(),
  errorSource: errorSource.optional(),
  frames: z.array(frameJson),
});
export const queryResponse = z.object({ results: z.record(z.string(), queryResult) });
export type QueryResponse = z.infer<typeof queryResponse>;

/**
 * Asked for by `Accept`, the answer comes in Arrow and is passed on unread by the gateway: four bytes big-endian with
 * the length of a JSON header (`framesHeader`), the header, then the frames' Arrow files one after the other.
 */
export const framesMediaType = 'application/vnd.jetstream-console.frames';
export const framesHeader = z.object({
  results: z.array(
    z.object({
      refId: z.string(),
      status: z.int(),
      error: z.string().optional(),
      errorSource: errorSource.optional(),
      /** byte lengths of its frames, in order */
      frames: z.array(z.int().min(0)),
    }),
  ),
});

const analytics = [{ resource: 'streams', action: 'read', each: true }] as const;

export const queryRoutes = table({
  query: route({
    method: 'POST',
    path: '/query',
    summary: "The datasource's queries, answered as data frames; each query is checked against its own resources",
    access: 'principal',
    credential: 'read',
    audit: null,
    body: queryRequest,
    response: queryResponse,
    sends: 'frames',
  }),
  listMetrics: route({
    method: 'GET',
    path: '/metrics',
    summary: 'Every metric: its unit, kind, and where the figure comes from',
    access: 'principal',
    response: z.object({
      items: z.array(
        z.object({
          id: z.string(),
          source: z.enum(metricSources),
          kind: z.enum(['gauge', 'rate', 'state']),
          name: z.string(),
          unit: z.string(),
          from: z.string(),
        }),
      ),
    }),
  }),
  /** What a template variable, a filter and the query editor offer. */
  listValues: route({
    method: 'GET',
    path: '/analytics/values',
    summary: 'Values of a dimension that I may see: clusters, accounts, servers, streams, consumers, buckets, subjects',
    access: analytics,
    credential: 'read',
    query: z.strictObject({
      of: z.enum(['cluster', 'account', 'domain', 'server', 'stream', 'consumer', 'bucket', 'subject']),
      cluster: z.string().max(120).optional(),
      stream: assetName.optional(),
      search: z.string().max(255).optional(),
      limit: z.coerce.number().int().min(1).max(5000).default(1000),
    }),
    response: z.object({ items: z.array(z.object({ value: z.string(), text: z.string() })), complete: z.boolean() }),
  }),
  forecast: route({
    method: 'GET',
    path: '/analytics/forecast',
    summary:
      'Seconds until a stream meets its tightest limit, and until a consumer has caught up, at the pace of the window',
    access: [{ resource: 'streams', action: 'read', each: true }],
    credential: 'read',
    query: z.strictObject({
      cluster: id,
      stream: assetName,
      consumer: assetName.optional(),
      windowMinutes: z.coerce.number().int().min(5).max(10_080).default(60),
    }),
    response: z.object({
      /** null: no limit, not growing, or too little history to tell; `why` says which */
      toLimitSeconds: z.number().nullable(),
      limitBy: z.enum(['bytes', 'messages']).nullable(),
      drainSeconds: z.number().nullable(),
      why: z.string().nullable(),
      asOf: instant.nullable(),
    }),
  }),
  clusterOverview: route({
    method: 'GET',
    path: '/analytics/overview',
    summary: 'Findings by severity and a card a cluster, from the newest samples',
    access: [{ resource: 'clusters', action: 'read', each: true }],
    credential: 'read',
    query: z.strictObject({ cluster: id.optional(), fresh: flagQuery.optional() }),
    response: z.object({
      /** what is not silenced first, and there the worst first */
      findings: z.array(findingSchema),
      clusters: z.array(
        z.object({
          id,
          name: z.string(),
          /** of the worst finding that is not silenced */
          state: z.enum(['ok', 'warning', 'critical', 'unknown']),
          silenced: z.number().int(),
          ageSeconds: z.number().nullable(),
          publishedPerSecond: z.number().nullable(),
          streams: z.number().nullable(),
          consumers: z.number().nullable(),
          worstLag: z.number().nullable(),
          storageUse: z.number().nullable(),
          servers: z.number().nullable(),
        }),
      ),
      asOf: instant,
    }),
  }),
});
