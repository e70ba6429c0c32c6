import type { AccountNow, AssetState, CollectionNow, ConsumerNow, EventCount, ServerNow, StreamNow } from './world';

export type Row = ReadonlyMap<string, unknown>;

export const text = (row: Row, column: string): string => String(row.get(column) ?? '');
export function number(row: Row, column: string): number | null {
  const value = row.get(column);
  return value === null || value === undefined ? null : Number(value);
}
const sum = (row: Row, column: string): number => number(row, column) ?? 0;
function flag(row: Row, column: string): boolean | null {
  const value = row.get(column);
  return value === null || value === undefined ? null : value === true || value === 1;
}

/** Columns of the newest sample are named as in the table with an n_ before; `argMax` leaves unknown values out. */
const newest = (columns: readonly string[]) => columns.map((column) => `argMax(${column}, time) AS n_${column}`);
const instants = (columns: readonly string[]) =>
  columns.map((column) => `toUnixTimestamp64Milli(argMax(${column}, time)) AS n_${column}`);

const ownColumn = 'max(own) AS w_own';
/** The account of the cluster's own credential, by name: rows tell it of themselves. */
export const ownAccounts = (rows: readonly Row[]): ReadonlySet<string> =>
  new Set(rows.filter((row) => flag(row, 'w_own') === true).map((row) => text(row, 'account')));

export const streamColumns: readonly string[] = [
  ...newest([
    'state',
    'messages_total',
    'bytes_total',
    'consumer_count',
    'num_subjects',
    'first_seq',
    'last_message_age',
    'max_messages',
    'max_bytes',
    'max_consumers',
    'discard',
    'limit_use',
    'replicas',
    'replica_lag',
    'replicas_behind',
    'source_lag',
  ]),
  ownColumn,
  'max(first_seq) - min(first_seq) AS w_dropped',
  'min(source_lag) AS w_source_lag',
  'sum(published) * 1000 / nullIf(sum(elapsed_ms), 0) AS w_published',
];

const stateOf = (row: Row): AssetState => {
  const state = text(row, 'n_state');
  return state === 'leaderless' || state === 'unknown' || state === 'missing' || state === 'offline' ? state : 'ok';
};

export const toStream = (row: Row): StreamNow => ({
  stream: text(row, 'stream'),
  account: text(row, 'account'),
  domain: text(row, 'domain'),
  state: stateOf(row),
  atMs: sum(row, 'q_at'),
  messages: number(row, 'n_messages_total'),
  bytes: number(row, 'n_bytes_total'),
  consumers: number(row, 'n_consumer_count'),
  subjects: number(row, 'n_num_subjects'),
  firstSeq: number(row, 'n_first_seq'),
  lastMessageAge: number(row, 'n_last_message_age'),
  maxMessages: number(row, 'n_max_messages'),
  maxBytes: number(row, 'n_max_bytes'),
  maxConsumers: number(row, 'n_max_consumers'),
  discard: text(row, 'n_discard'),
  limitUse: number(row, 'n_limit_use'),
  replicas: number(row, 'n_replicas'),
  replicaLag: number(row, 'n_replica_lag'),
  replicasBehind: number(row, 'n_replicas_behind'),
  sourceLag: number(row, 'n_source_lag'),
  dropped: sum(row, 'w_dropped'),
  minSourceLag: number(row, 'w_source_lag'),
  published: number(row, 'w_published'),
  bytesSlope: null,
  messagesSlope: null,
});

export const consumerColumns: readonly string[] = [
  ...newest([
    'state',
    'consumers',
    'num_pending',
    'ack_pending',
    'max_ack_pending',
    'ack_use',
    'redelivered',
    'waiting',
    'push_bound',
    'paused',
    'delivered_seq',
  ]),
  ...instants(['last_active', 'last_ack']),
  ownColumn,
  'min(num_pending) AS w_pending',
  'min(waiting) AS w_waiting',
  'max(waiting) AS w_max_waiting',
  'min(ack_use) AS w_ack_use',
  'sum(delivered) AS w_delivered',
  'sum(elapsed_ms) AS w_elapsed',
];

export const toConsumer = (row: Row): ConsumerNow => ({
  stream: text(row, 'stream'),
  consumer: text(row, 'consumer'),
  account: text(row, 'account'),
  domain: text(row, 'domain'),
  state: stateOf(row),
  atMs: sum(row, 'q_at'),
  pending: number(row, 'n_num_pending'),
  ackPending: number(row, 'n_ack_pending'),
  maxAckPending: number(row, 'n_max_ack_pending'),
  ackUse: number(row, 'n_ack_use'),
  redelivered: number(row, 'n_redelivered'),
  waiting: number(row, 'n_waiting'),
  pushBound: flag(row, 'n_push_bound'),
  paused: flag(row, 'n_paused'),
  deliveredSeq: number(row, 'n_delivered_seq'),
  lastActiveMs: number(row, 'n_last_active'),
  lastAckMs: number(row, 'n_last_ack'),
  members: number(row, 'n_consumers'),
  minPending: number(row, 'w_pending'),
  minWaiting: number(row, 'w_waiting'),
  maxWaiting: number(row, 'w_max_waiting'),
  minAckUse: number(row, 'w_ack_use'),
  delivered: sum(row, 'w_delivered'),
  coveredMs: sum(row, 'w_elapsed'),
  pendingSlope: null,
});

export const serverColumns: readonly string[] = [
  ...newest([
    'state',
    'version',
    'uptime',
    'cpu',
    'cores',
    'memory',
    'js_memory',
    'js_memory_max',
    'js_storage',
    'js_storage_max',
    'js_storage_reserved',
    'ha_assets',
    'api_inflight',
    'meta_pending',
  ]),
  'sum(slow_consumers) AS w_slow_consumers',
  'sum(api_requests) AS w_api_requests',
  'sum(api_errors) AS w_api_errors',
  'sum(elapsed_ms) AS w_elapsed',
  'min(cpu) AS w_cpu',
];

export const toServer = (row: Row): ServerNow => ({
  server: text(row, 'server'),
  state: text(row, 'n_state') === 'unknown' ? 'unknown' : 'ok',
  atMs: sum(row, 'q_at'),
  version: text(row, 'n_version'),
  uptime: number(row, 'n_uptime'),
  cpu: number(row, 'n_cpu'),
  cores: number(row, 'n_cores'),
  memory: number(row, 'n_memory'),
  jsMemory: number(row, 'n_js_memory'),
  jsMemoryMax: number(row, 'n_js_memory_max'),
  jsStorage: number(row, 'n_js_storage'),
  jsStorageMax: number(row, 'n_js_storage_max'),
  jsStorageReserved: number(row, 'n_js_storage_reserved'),
  haAssets: number(row, 'n_ha_assets'),
  apiInflight: number(row, 'n_api_inflight'),
  metaPending: number(row, 'n_meta_pending'),
  slowConsumers: sum(row, 'w_slow_consumers'),
  apiRequests: sum(row, 'w_api_requests'),
  apiErrors: sum(row, 'w_api_errors'),
  coveredMs: sum(row, 'w_elapsed'),
  minCpu: number(row, 'w_cpu'),
});

export const accountColumns: readonly string[] = [
  ...newest(['storage', 'max_storage', 'memory', 'max_memory', 'streams', 'max_streams', 'max_consumers']),
  ownColumn,
];

export const toAccount = (row: Row): AccountNow => ({
  account: text(row, 'account'),
  storage: number(row, 'n_storage'),
  maxStorage: number(row, 'n_max_storage'),
  memory: number(row, 'n_memory'),
  maxMemory: number(row, 'n_max_memory'),
  streams: number(row, 'n_streams'),
  maxStreams: number(row, 'n_max_streams'),
  maxConsumers: number(row, 'n_max_consumers'),
});

export const collectionColumns: readonly string[] = [
  ...newest([
    'reachable',
    'error',
    'mode',
    'interval',
    'collect_duration',
    'servers',
    'servers_expected',
    'streams',
    'consumers',
    'meta_leader',
    'meta_size',
    'meta_offline',
    'age',
  ]),
];

export function toCollection(row: Row): CollectionNow {
  const atMs = sum(row, 'q_at');
  const age = number(row, 'n_age');
  const reachable = flag(row, 'n_reachable') ?? false;
  return {
    atMs,
    reachable,
    error: text(row, 'n_error'),
    mode: text(row, 'n_mode'),
    goodMs: reachable ? atMs : age === null ? null : atMs - age * 1000,
    sampleMs: (number(row, 'n_interval') ?? 30) * 1000,
    duration: number(row, 'n_collect_duration'),
    servers: number(row, 'n_servers'),
    serversExpected: number(row, 'n_servers_expected'),
    streams: number(row, 'n_streams'),
    consumers: number(row, 'n_consumers'),
    metaLeader: flag(row, 'n_meta_leader'),
    metaSize: number(row, 'n_meta_size'),
    metaOffline: number(row, 'n_meta_offline'),
  };
}

/** Rows newest first, as one entry a type and place. */
export function toEvents(rows: readonly Row[]): EventCount[] {
  const found = new Map<string, EventCount>();
  for (const row of rows) {
    const [type, stream, consumer] = ['type', 'stream', 'consumer'].map((column) => text(row, column));
    const account = text(row, 'account');
    const key = JSON.stringify([type, account, stream, consumer]);
    const known = found.get(key);
    const [firstMs, lastMs] = [sum(row, 'q_first'), sum(row, 'q_last')];
    found.set(key, {
      type: type ?? '',
      account,
      stream: stream ?? '',
      consumer: consumer ?? '',
      title: known?.title ?? text(row, 'q_title'),
      count: (known?.count ?? 0) + sum(row, 'q_times'),
      firstMs: Math.min(known?.firstMs ?? firstMs, firstMs),
      lastMs: Math.max(known?.lastMs ?? lastMs, lastMs),
    });
  }
  return [...found.values()];
}
