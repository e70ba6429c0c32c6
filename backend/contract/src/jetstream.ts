import { z } from 'zod';
import {
  assetName,
  bucketName,
  clusterParams,
  flagQuery,
  id,
  instant,
  kvKey,
  limitQuery,
  page,
  pageQuery,
  subjectFilter,
} from './common';
import { decodedPayload, decodeQuery, messageTypeName } from './decoders';
import { route, table, type Need } from './route';

/** The server's own JSON, unknown fields included: what NATS names stays as NATS names it. */
export const natsJson = z.record(z.string(), z.unknown());

export const streamParams = clusterParams.extend({ stream: assetName });
export const consumerParams = streamParams.extend({ consumer: assetName });
export const bucketParams = clusterParams.extend({ bucket: bucketName });

const peer = z.object({
  name: z.string(),
  current: z.boolean(),
  offline: z.boolean(),
  lag: z.number(),
  activeMs: z.number(),
});
export const replicaState = z.object({
  leader: z.string().nullable(),
  replicas: z.number().int(),
  peers: z.array(peer),
  /** `ok`, or what is wrong with it; `single` for R1 */
  state: z.enum(['ok', 'single', 'lagging', 'offline', 'leaderless']),
});

/** `missing`: the server named it but its leader did not answer in time; `offline`: no server can load it. Never zero figures. */
export const assetState = z.enum(['ok', 'missing', 'offline']);

export const streamRow = z.object({
  name: z.string(),
  state: assetState,
  stateReason: z.string().nullable(),
  kind: z.enum(['stream', 'kv', 'object']),
  description: z.string().nullable(),
  subjects: z.array(z.string()),
  subjectsTotal: z.number().int(),
  retention: z.string(),
  storage: z.string(),
  discard: z.string(),
  mirrorOf: z.string().nullable(),
  sources: z.number().int(),
  sealed: z.boolean(),
  allowDirect: z.boolean(),
  messages: z.number().nullable(),
  bytes: z.number().nullable(),
  firstSeq: z.number().nullable(),
  lastSeq: z.number().nullable(),
  firstTime: instant.nullable(),
  lastTime: instant.nullable(),
  consumers: z.number().nullable(),
  subjectCount: z.number().nullable(),
  deleted: z.number().nullable(),
  maxMessages: z.number(),
  maxBytes: z.number(),
  maxAgeSeconds: z.number(),
  /** use of the tightest of max_bytes and max_msgs, 0..1; null where neither is set */
  limitUse: z.number().nullable(),
  limitBy: z.enum(['bytes', 'messages']).nullable(),
  replica: replicaState,
  managedBy: z.string().nullable(),
  /** its metadata without what servers put there; a list shows a few of them */
  labels: z.record(z.string(), z.string()),
  createdAt: instant.nullable(),
});
export type StreamRow = z.infer<typeof streamRow>;

/** How old the figures are and which reply they came from. */
export const provenance = z.object({ source: z.string(), askedAt: instant, tookMs: z.number() });

export const streamSorts = [
  'name',
  'messages',
  'bytes',
  'consumers',
  'limitUse',
  'lastTime',
  'createdAt',
  'subjectCount',
  // Of the samples: what no server says by itself.
  'published',
  'growth',
  'worstLag',
] as const;
export const sortOrder = z.enum(['asc', 'desc']);

export const streamInfo = z.object({
  row: streamRow,
  /** the server's own answer, to the letter */
  config: natsJson,
  raw: natsJson,
  mirror: z
    .object({ name: z.string(), lag: z.number(), activeMs: z.number().nullable(), error: z.string().nullable() })
    .nullable(),
  sources: z.array(
    z.object({
      name: z.string(),
      lag: z.number(),
      activeMs: z.number().nullable(),
      error: z.string().nullable(),
      filter: z.string().nullable(),
    }),
  ),
  provenance,
});

export const consumerRow = z.object({
  stream: z.string(),
  name: z.string(),
  state: assetState,
  description: z.string().nullable(),
  durable: z.boolean(),
  kind: z.enum(['pull', 'push']),
  filterSubjects: z.array(z.string()),
  ackPolicy: z.string(),
  deliverPolicy: z.string(),
  /** num_pending of the consumer's own leader: messages that match and were not delivered yet */
  lag: z.number().nullable(),
  ackPending: z.number().nullable(),
  maxAckPending: z.number().nullable(),
  redelivered: z.number().nullable(),
  waiting: z.number().nullable(),
  deliveredStreamSeq: z.number().nullable(),
  deliveredConsumerSeq: z.number().nullable(),
  ackFloorStreamSeq: z.number().nullable(),
  lastDelivered: instant.nullable(),
  lastAck: instant.nullable(),
  paused: z.boolean(),
  pausedUntil: instant.nullable(),
  pushBound: z.boolean().nullable(),
  replica: replicaState,
  createdAt: instant.nullable(),
});
export type ConsumerRow = z.infer<typeof consumerRow>;
export const consumerSorts = [
  'lag',
  'ackPending',
  'redelivered',
  'waiting',
  'name',
  'stream',
  'lastDelivered',
] as const;
const consumerQuery = z.strictObject({
  ...pageQuery,
  search: z.string().max(255).optional(),
  sort: z.enum(consumerSorts).default('lag'),
  order: sortOrder.default('desc'),
  fresh: flagQuery.optional(),
});
const consumerPage = page(consumerRow).extend({ provenance, missing: z.array(z.string()) });

export const payloadView = z.object({
  /** what the bytes are, found by looking: a gzip wrapper is taken off first */
  format: z.enum(['empty', 'json', 'text', 'binary']),
  /** the wrappers that were taken off, outermost first */
  unwrapped: z.array(z.enum(['gzip'])),
  size: z.number().int(),
  decodedSize: z.number().int(),
  /** decoded text where it is text or JSON; cut at `previewBytes` */
  text: z.string().nullable(),
  /** the bytes as stored, cut the same way; asked for with `payload=full` or on one message */
  base64: z.string().nullable(),
  hex: z.string().nullable(),
  truncated: z.boolean(),
  note: z.string().nullable(),
});
export const messageSchema = z.object({
  seq: z.number().int(),
  subject: z.string(),
  time: instant,
  headers: z.array(z.object({ name: z.string(), values: z.array(z.string()), meaning: z.string().nullable() })),
  payload: payloadView,
  /** a binary payload in a format that is recognized, or that was asked for; absent where there is none */
  decoded: decodedPayload.nullable().optional(),
});
export type Message = z.infer<typeof messageSchema>;

/** What narrows a list of messages; every part has to match. */
export const filterParts = {
  subject: subjectFilter.optional(),
  /** `Name` (present) or `Name: value` or `Name: *part*` */
  header: z.string().min(1).max(512).optional(),
  text: z.string().min(1).max(1024).describe('payload holds this text, as bytes of UTF-8').optional(),
  regex: z.string().min(1).max(1024).describe('RE2 syntax, linear time, over the decoded payload').optional(),
  jsonPath: z
    .string()
    .min(1)
    .max(512)
    .describe(
      "RFC 9535 path with comparison, e.g. $.order.total > 100 or $.items[*].sku == 'A-1'; no evaluation of code",
    )
    .optional(),
};
export const messageQuery = z
  .strictObject({
    ...filterParts,
    /** where to start; newest first without any. Of `seq` and `time` one only */
    seq: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
    time: instant.optional(),
    direction: z.enum(['newer', 'older']).default('older'),
    limit: limitQuery(50, 500),
    cursor: z.string().max(512).optional(),
    /** bytes of each payload that are sent; the whole is one request away */
    previewBytes: z.coerce.number().int().min(0).max(65_536).default(4096),
    /** at most this many messages are looked at for one page of a content filter */
    scan: z.coerce.number().int().min(1).max(1_000_000).default(20_000),
  })
  .refine((q) => q.seq === undefined || q.time === undefined, {
    path: ['time'],
    message: 'start at a sequence or at a time, not at both',
  });
export type MessageQuery = z.output<typeof messageQuery>;

export const messagePage = z.object({
  items: z.array(messageSchema),
  nextCursor: z.string().nullable(),
  /** how far a content filter has looked */
  progress: z.object({
    scanned: z.number().int(),
    matched: z.number().int(),
    /** too large for a JSON path to be tried on, and taken as not matching */
    unread: z.number().int(),
    atSeq: z.number().int(),
    fromSeq: z.number().int(),
    toSeq: z.number().int(),
    bytes: z.number(),
    done: z.boolean(),
    why: z.enum(['page_full', 'end', 'scan_limit', 'byte_limit', 'time_limit', 'stopped']).nullable(),
  }),
  provenance,
});
/** What a search sends while it goes on: matches as they are found, progress at most every 250 ms, one end. */
export const searchEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message'), message: messageSchema }),
  z.object({ type: z.literal('progress'), progress: messagePage.shape.progress }),
  z.object({ type: z.literal('end'), progress: messagePage.shape.progress, nextCursor: z.string().nullable() }),
  z.object({ type: z.literal('error'), code: z.string(), detail: z.string() }),
]);
export type SearchEvent = z.infer<typeof searchEvent>;

export const bucketRow = z.object({
  bucket: z.string(),
  description: z.string().nullable(),
  state: assetState,
  storage: z.string(),
  history: z.number().int(),
  ttlSeconds: z.number(),
  values: z.number().nullable(),
  bytes: z.number().nullable(),
  maxBytes: z.number(),
  maxValueSize: z.number(),
  replicas: z.number().int(),
  lastTime: instant.nullable(),
  markersTtlSeconds: z.number().nullable(),
  compressed: z.boolean(),
  mirrorOf: z.string().nullable(),
});
export const kvEntry = z.object({
  key: z.string(),
  revision: z.number().int(),
  operation: z.enum(['put', 'delete', 'purge']),
  time: instant,
  payload: payloadView,
  /** as of a message: the subject of a key is `$KV.<bucket>.<key>` of the stream `KV_<bucket>` */
  decoded: decodedPayload.nullable().optional(),
  ttlSeconds: z.number().nullable(),
  markerReason: z.string().nullable(),
});

const on = (resource: Need['resource'], name?: string, each = false): Need => ({
  resource,
  action: 'read',
  cluster: 'clusterId',
  name,
  each,
});
const read = { method: 'GET', credential: 'read' } as const;

export const jetstreamRoutes = table({
  listStreams: route({
    ...read,
    path: '/clusters/:clusterId/streams',
    summary: 'Streams: paged, sorted and filtered on the server',
    params: clusterParams,
    access: [on('streams', undefined, true)],
    query: z.strictObject({
      ...pageQuery,
      search: z.string().max(255).optional(),
      subject: subjectFilter.optional(),
      /** `key`, or `key=value`, of the metadata */
      label: z.string().min(1).max(1024).optional(),
      kind: z.enum(['stream', 'kv', 'object', 'all']).default('stream'),
      health: z.enum(['all', 'problem']).default('all'),
      sort: z.enum(streamSorts).default('name'),
      order: sortOrder.default('asc'),
      fresh: flagQuery.optional(),
    }),
    response: page(streamRow).extend({
      provenance,
      missing: z.array(z.string()),
      totals: z.object({ streams: z.number().int(), messages: z.number(), bytes: z.number(), consumers: z.number() }),
    }),
  }),
  getStream: route({
    ...read,
    path: '/clusters/:clusterId/streams/:stream',
    summary: 'A stream as its leader says it now',
    params: streamParams,
    access: [on('streams', 'stream')],
    response: streamInfo,
  }),
  getStreamInfo: route({
    ...read,
    path: '/clusters/:clusterId/streams/:stream/info',
    summary: "The server's own STREAM.INFO, to the letter",
    params: streamParams,
    access: [on('streams', 'stream')],
    query: z.strictObject({ deletedDetails: flagQuery.optional() }),
    response: natsJson,
  }),
  listSubjects: route({
    ...read,
    path: '/clusters/:clusterId/streams/:stream/subjects',
    summary: 'Subjects with their message counts',
    params: streamParams,
    access: [on('streams', 'stream')],
    query: z.strictObject({
      filter: subjectFilter.default('>'),
      limit: limitQuery(100, 1000),
      cursor: z.string().max(2048).optional(),
      sort: z.enum(['count', 'subject']).default('count'),
    }),
    response: page(z.object({ subject: z.string(), messages: z.number().int() })).extend({
      provenance,
      /** false where there are more subjects than one request may count (100,000): then `count` sorts within what was read */
      complete: z.boolean(),
    }),
  }),
  listStreamConsumers: route({
    ...read,
    path: '/clusters/:clusterId/streams/:stream/consumers',
    summary: "A stream's consumers",
    params: streamParams,
    access: [on('consumers', 'stream')],
    query: consumerQuery,
    response: consumerPage,
  }),
  getConsumer: route({
    ...read,
    path: '/clusters/:clusterId/streams/:stream/consumers/:consumer',
    summary: 'A consumer as its leader says it now',
    params: consumerParams,
    access: [on('consumers', 'stream')],
    response: z.object({ row: consumerRow, config: natsJson, raw: natsJson, provenance }),
  }),
  listConsumers: route({
    ...read,
    path: '/clusters/:clusterId/consumers',
    summary: 'Consumers of all streams, worst lag first',
    params: clusterParams,
    access: [on('consumers', undefined, true)],
    query: consumerQuery,
    response: consumerPage,
  }),
  listMessages: route({
    ...read,
    path: '/clusters/:clusterId/streams/:stream/messages',
    params: streamParams,
    access: [on('messages', 'stream', true)],
    summary: 'Messages, read without a consumer: delivery counts and work queues stay as they are',
    query: messageQuery,
    response: messagePage,
  }),
  searchMessages: route({
    ...read,
    path: '/clusters/:clusterId/streams/:stream/messages/search',
    params: streamParams,
    access: [on('messages', 'stream', true)],
    sends: 'events',
    summary: 'The same with progress while it looks; closing the connection stops it',
    query: messageQuery,
    response: searchEvent,
  }),
  getMessage: route({
    ...read,
    path: '/clusters/:clusterId/streams/:stream/messages/:seq',
    summary: 'One message, its payload up to the guard',
    params: streamParams.extend({ seq: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
    access: [on('messages', 'stream', true)],
    query: z
      .strictObject({
        maxBytes: z.coerce.number().int().min(0).max(8_388_608).default(1_048_576),
        decode: decodeQuery.default('auto').describe('what a payload is read as'),
        descriptor: id.describe('with `type`: the descriptor set that the type is of').optional(),
        type: messageTypeName.describe('with decode=protobuf: its message type').optional(),
      })
      .refine(({ descriptor, type }) => (descriptor === undefined) === (type === undefined), {
        path: ['type'],
        message: 'give descriptor and type together, or neither',
      })
      .refine(({ decode, type }) => type === undefined || decode === 'protobuf', {
        path: ['decode'],
        message: 'a type is read with decode=protobuf',
      }),
    response: messageSchema.extend({ provenance }),
  }),
  listBuckets: route({
    ...read,
    path: '/clusters/:clusterId/kv',
    summary: 'KV buckets',
    params: clusterParams,
    access: [on('kv_stores', undefined, true)],
    query: z.strictObject({
      ...pageQuery,
      search: z.string().max(255).optional(),
      sort: z.enum(['bucket', 'values', 'bytes', 'lastTime']).default('bucket'),
      order: sortOrder.default('asc'),
    }),
    response: page(bucketRow).extend({ provenance }),
  }),
  getBucket: route({
    ...read,
    path: '/clusters/:clusterId/kv/:bucket',
    summary: 'A KV bucket',
    params: bucketParams,
    access: [on('kv_stores', 'bucket')],
    response: z.object({ row: bucketRow, config: natsJson, provenance }),
  }),
  listKeys: route({
    ...read,
    path: '/clusters/:clusterId/kv/:bucket/keys',
    summary: 'Keys under a prefix, paged, without reading values',
    params: bucketParams,
    access: [on('kv_values', 'bucket', true)],
    query: z.strictObject({
      prefix: z
        .string()
        .max(1024)
        .regex(/^[-/_=.a-zA-Z0-9]*$/, 'a key prefix holds letters, digits and - / _ = . only')
        .refine((prefix) => !prefix.startsWith('.') && !prefix.includes('..'), 'a key has no empty part between dots')
        .default(''),
      limit: limitQuery(100, 1000),
      cursor: z.string().max(2048).optional(),
      values: flagQuery.optional().describe('also read the values of this page, one batch'),
      folders: flagQuery
        .optional()
        .describe('keys that go on with a dot after the prefix are put together: one item for each folder'),
      previewBytes: z.coerce.number().int().min(0).max(65_536).default(512),
    }),
    response: page(
      z.object({
        /** a key, or a folder: the part of its keys up to and with the next dot, which no key ends with */
        key: z.string(),
        revisions: z.number().int(),
        /** how many keys lie in the folder; null for a key */
        keys: z.number().int().nullable(),
        entry: kvEntry.nullable(),
      }),
    ).extend({
      provenance,
      complete: z.boolean(),
    }),
  }),
  getKey: route({
    ...read,
    path: '/clusters/:clusterId/kv/:bucket/value',
    params: bucketParams,
    access: [on('kv_values', 'bucket', true)],
    summary: 'The value of a key, and its history; the key travels in the query since keys may hold slashes',
    query: z.strictObject({
      key: kvKey,
      history: flagQuery.optional(),
      maxBytes: z.coerce.number().int().min(0).max(8_388_608).default(1_048_576),
    }),
    response: z.object({ entry: kvEntry, history: z.array(kvEntry), provenance }),
  }),
});
