/**
 * Reads what servers say of their streams and consumers. A cluster says it of fifty thousand assets every few
 * seconds, so this is written by hand: everything that is not there, or not of its type, is null, which means
 * unknown. Unknown fields are ignored.
 */
export type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const fieldsOf = (value: unknown): Fields | null => (isFields(value) ? value : null);
const at = (fields: Fields | null, name: string): Fields | null => (fields ? fieldsOf(fields[name]) : null);

/** From here on JSON has lost digits of what was a 64-bit number; -1 as uint64, "no limit", is among them. */
const noLimit = 2 ** 63;
export const number = (fields: Fields | null, name: string): number | null => {
  const value = fields?.[name];
  return typeof value === 'number' && Number.isFinite(value) ? (value >= noLimit ? -1 : value) : null;
};
/** A figure that the server leaves out when it is zero. */
export const count = (fields: Fields | null, name: string): number => Math.max(0, number(fields, name) ?? 0);
export const string = (fields: Fields | null, name: string): string => {
  const value = fields?.[name];
  return typeof value === 'string' ? value : '';
};

const instant = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/;
/** `2026-11-24T18:51:56.29Z` as ClickHouse and comparison like it: `2026-11-24 18:51:56.290`. Null for Go's zero time. */
export function toStored(text: string): string | null {
  const found = instant.exec(text);
  if (!found || text.startsWith('0001-')) return null;
  return `${found[1]} ${found[2]}.${(found[3] ?? '').padEnd(3, '0').slice(0, 3)}`;
}
export const storedTime = (wallMs: number): string => new Date(wallMs).toISOString().replace('T', ' ').slice(0, 23);
/** @returns milliseconds since 1970, null for what is no time */
export const wallOf = (stored: string | null): number | null => {
  const ms = stored === null ? NaN : Date.parse(`${stored.replace(' ', 'T')}Z`);
  return Number.isNaN(ms) ? null : ms;
};

export interface StreamLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
  readonly maxConsumers: number;
  readonly maxAgeSeconds: number;
  readonly discard: string;
}
export interface StreamFigures {
  readonly messages: number;
  readonly bytes: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly lastTime: string | null;
  readonly consumers: number;
  readonly subjects: number;
  readonly deleted: number;
  readonly replicas: number;
  readonly replicaLag: number;
  readonly replicasBehind: number;
  readonly sourceLag: number | null;
}
export interface ConsumerLimits {
  readonly durable: boolean;
  readonly push: boolean;
  readonly maxAckPending: number;
}
export interface ConsumerFigures {
  readonly pending: number;
  readonly ackPending: number;
  readonly redelivered: number;
  readonly waiting: number;
  readonly deliveredStream: number;
  readonly deliveredConsumer: number;
  readonly ackFloorStream: number;
  readonly ackFloorConsumer: number;
  readonly lastActive: string | null;
  readonly lastAck: string | null;
  readonly paused: boolean;
  readonly pushBound: boolean;
}

/** What is common to every copy: where it is, and who leads it. */
export interface Identity {
  readonly name: string;
  readonly created: string;
  /** see Copy.leader */
  readonly leader: string | null;
  /** every server that the copy names as a holder */
  readonly peers: readonly string[];
}

const objects = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

function identity(fields: Fields, name: string): Identity | null {
  const created = toStored(string(fields, 'created'));
  if (name === '' || created === null) return null;
  const cluster = at(fields, 'cluster');
  return {
    name,
    created,
    leader: cluster ? string(cluster, 'leader') : null,
    peers: objects(cluster?.['replicas']).map((peer) => string(peer, 'name')),
  };
}

export const streamIdentity = (fields: Fields): Identity | null =>
  identity(fields, string(fields, 'name') || string(at(fields, 'config'), 'name'));
export const consumerIdentity = (fields: Fields): Identity | null => identity(fields, string(fields, 'name'));

export function streamLimits(fields: Fields): StreamLimits | null {
  const config = at(fields, 'config');
  if (!config) return null;
  return {
    maxMessages: number(config, 'max_msgs') ?? -1,
    maxBytes: number(config, 'max_bytes') ?? -1,
    maxConsumers: number(config, 'max_consumers') ?? -1,
    maxAgeSeconds: count(config, 'max_age') / 1e9,
    discard: string(config, 'discard') || 'old',
  };
}

export function consumerLimits(fields: Fields): ConsumerLimits | null {
  const config = at(fields, 'config');
  if (!config) return null;
  return {
    // Consumers that the server makes for itself (mirrors, sources, a direct watch) are nobody's durable either.
    durable: string(config, 'durable_name') !== '' && config['direct'] !== true && config['sourcing'] !== true,
    push: string(config, 'deliver_subject') !== '',
    maxAckPending: number(config, 'max_ack_pending') ?? -1,
  };
}

/** More raft entries than this behind, and a replica counts as behind (the `nats` CLI's default for its check). */
const entriesBehind = 200;

/** @returns null where the answer lacks what every server says: unknown, not zero */
export function streamFigures(fields: Fields): StreamFigures | null {
  const state = at(fields, 'state');
  if (number(state, 'messages') === null || number(state, 'bytes') === null || number(state, 'last_seq') === null)
    return null;
  const replicas = objects(at(fields, 'cluster')?.['replicas']);
  const sources = [at(fields, 'mirror'), ...objects(fields['sources'])].filter((source) => source !== null);
  return {
    messages: count(state, 'messages'),
    bytes: count(state, 'bytes'),
    firstSeq: count(state, 'first_seq'),
    lastSeq: count(state, 'last_seq'),
    lastTime: toStored(string(state, 'last_ts')),
    consumers: count(state, 'consumer_count'),
    subjects: count(state, 'num_subjects'),
    deleted: count(state, 'num_deleted'),
    replicas: replicas.length + 1,
    replicaLag: Math.max(0, ...replicas.map((peer) => count(peer, 'lag'))),
    replicasBehind: replicas.filter(
      (peer) => peer['offline'] === true || peer['current'] !== true || count(peer, 'lag') > entriesBehind,
    ).length,
    sourceLag: sources.length === 0 ? null : Math.max(...sources.map((source) => count(source, 'lag'))),
  };
}

/** @returns null where the answer lacks what every server says: unknown, not zero */
export function consumerFigures(fields: Fields): ConsumerFigures | null {
  const delivered = at(fields, 'delivered');
  const ackFloor = at(fields, 'ack_floor');
  if (number(fields, 'num_pending') === null || number(delivered, 'consumer_seq') === null || ackFloor === null)
    return null;
  return {
    pending: count(fields, 'num_pending'),
    ackPending: count(fields, 'num_ack_pending'),
    redelivered: count(fields, 'num_redelivered'),
    waiting: count(fields, 'num_waiting'),
    deliveredStream: count(delivered, 'stream_seq'),
    deliveredConsumer: count(delivered, 'consumer_seq'),
    ackFloorStream: count(ackFloor, 'stream_seq'),
    ackFloorConsumer: count(ackFloor, 'consumer_seq'),
    lastActive: toStored(string(delivered, 'last_active')),
    lastAck: toStored(string(ackFloor, 'last_active')),
    paused: fields['paused'] === true,
    pushBound: fields['push_bound'] === true,
  };
}

export interface AccountFigures {
  readonly id: string;
  readonly name: string;
  readonly memory: number;
  readonly storage: number;
  /** -1: no limit; null: not said */
  readonly maxMemory: number | null;
  readonly maxStorage: number | null;
  readonly apiRequests: number;
  readonly apiErrors: number;
}
export function accountFigures(fields: Fields): AccountFigures {
  const api = at(fields, 'api');
  return {
    id: string(fields, 'id'),
    name: string(fields, 'name') || string(fields, 'id'),
    memory: count(fields, 'memory'),
    storage: count(fields, 'storage'),
    maxMemory: number(fields, 'reserved_memory'),
    maxStorage: number(fields, 'reserved_storage'),
    apiRequests: count(api, 'total'),
    apiErrors: count(api, 'errors'),
  };
}

export interface MetaFigures {
  readonly leader: string;
  readonly size: number | null;
  readonly pending: number | null;
  readonly peers: readonly {
    readonly name: string;
    readonly current: boolean;
    readonly offline: boolean;
    readonly lag: number;
  }[];
}
/** The head of a JSZ answer: what it says of the server, the meta group and the accounts. */
export function jszHead(data: Fields): { domain: string; meta: MetaFigures | null; accounts: Fields[]; total: number } {
  const meta = at(data, 'meta_cluster');
  return {
    domain: string(at(data, 'config'), 'domain'),
    meta: meta && {
      leader: string(meta, 'leader'),
      size: number(meta, 'cluster_size'),
      pending: number(meta, 'pending'),
      peers: objects(meta['replicas']).map((peer) => ({
        name: string(peer, 'name'),
        current: peer['current'] === true,
        offline: peer['offline'] === true,
        lag: count(peer, 'lag'),
      })),
    },
    accounts: objects(data['account_details']),
    total: count(data, 'total'),
  };
}
