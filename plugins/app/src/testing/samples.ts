import type { Cluster, ConsumerRow, Message, ResponseOf, Routes, StreamRow } from '@jetstream-console/contract';

export const clusterId = '3c9f7f8a-5d1e-4b7a-9c1d-0a1b2c3d4e5f';
export const at = '2026-03-01T12:00:00.000Z';
export const provenance = { source: 'STREAM.INFO', askedAt: at, tookMs: 2 };

export const cluster = (changes: Partial<Cluster> = {}): Cluster => ({
  id: clusterId,
  name: 'prod',
  urls: ['nats://10.0.0.1:4222'],
  tls: { mode: 'auto' },
  inboxPrefix: null,
  domain: null,
  readOnly: false,
  allowKick: false,
  labels: {},
  slots: [{ slot: 'admin', kind: 'user_password', hint: 'user shop', updatedAt: at }],
  sharedCredential: true,
  version: 3,
  createdAt: at,
  updatedAt: at,
  ...changes,
});
export const connected: ResponseOf<Routes['clusterHealth']> = {
  state: 'connected',
  server: { name: 'n1', version: '2.12.1', cluster: 'c', url: 'nats://10.0.0.1:4222' },
  rttMs: 0.4,
  error: null,
  checkedAt: at,
};

const replica: StreamRow['replica'] = { leader: 'n1', replicas: 3, peers: [], state: 'ok' };

export const streamRow = (changes: Partial<StreamRow> = {}): StreamRow => ({
  name: 'ORDERS',
  state: 'ok',
  stateReason: null,
  kind: 'stream',
  description: null,
  subjects: ['orders.>'],
  subjectsTotal: 1,
  retention: 'limits',
  storage: 'file',
  discard: 'old',
  mirrorOf: null,
  sources: 0,
  sealed: false,
  allowDirect: true,
  messages: 100,
  bytes: 10_000,
  firstSeq: 1,
  lastSeq: 100,
  firstTime: at,
  lastTime: at,
  consumers: 1,
  subjectCount: 1,
  deleted: 0,
  maxMessages: -1,
  maxBytes: -1,
  maxAgeSeconds: 0,
  limitUse: null,
  limitBy: null,
  replica,
  managedBy: null,
  labels: {},
  createdAt: at,
  ...changes,
});
export const stream = (changes: Partial<StreamRow> = {}): ResponseOf<Routes['getStream']> => ({
  row: streamRow(changes),
  config: { name: 'ORDERS', subjects: ['orders.>'], retention: 'limits' },
  raw: {},
  mirror: null,
  sources: [],
  provenance,
});

export const consumerRow = (changes: Partial<ConsumerRow> = {}): ConsumerRow => ({
  stream: 'ORDERS',
  name: 'billing',
  state: 'ok',
  description: null,
  durable: true,
  kind: 'pull',
  filterSubjects: [],
  ackPolicy: 'explicit',
  deliverPolicy: 'all',
  lag: 0,
  ackPending: 0,
  maxAckPending: 1000,
  redelivered: 0,
  waiting: 1,
  deliveredStreamSeq: 10,
  deliveredConsumerSeq: 10,
  ackFloorStreamSeq: 10,
  lastDelivered: at,
  lastAck: at,
  paused: false,
  pausedUntil: null,
  pushBound: null,
  replica,
  createdAt: at,
  ...changes,
});

export const payload = (text: string, changes: Partial<Message['payload']> = {}): Message['payload'] => ({
  format: 'json',
  unwrapped: [],
  size: text.length,
  decodedSize: text.length,
  text,
  base64: btoa(text),
  hex: null,
  truncated: false,
  note: null,
  ...changes,
});
export const message = (seq: number, changes: Partial<Message> = {}): Message => ({
  seq,
  subject: 'orders.created',
  time: at,
  headers: [{ name: 'Nats-Msg-Id', values: [`order-${seq}`], meaning: 'Deduplication id' }],
  payload: payload(JSON.stringify({ order: seq })),
  ...changes,
});
type Page = ResponseOf<Routes['listMessages']>;
export const progress = (changes: Partial<Page['progress']> = {}): Page['progress'] => ({
  scanned: 0,
  unread: 0,
  matched: 0,
  atSeq: 101,
  fromSeq: 1,
  toSeq: 100,
  bytes: 0,
  done: false,
  why: null,
  ...changes,
});
export const messagePage = (items: Message[], nextCursor: string | null = null): Page => ({
  items,
  nextCursor,
  progress: progress({ done: true, why: nextCursor === null ? 'end' : 'page_full', scanned: items.length }),
  provenance,
});

export const bucket = (): ResponseOf<Routes['getBucket']> => ({
  row: {
    bucket: 'config',
    description: 'Settings',
    state: 'ok',
    storage: 'file',
    history: 5,
    ttlSeconds: 0,
    values: 4,
    bytes: 400,
    maxBytes: -1,
    maxValueSize: -1,
    replicas: 3,
    lastTime: at,
    markersTtlSeconds: null,
    compressed: false,
    mirrorOf: null,
  },
  config: { name: 'KV_config' },
  provenance,
});
