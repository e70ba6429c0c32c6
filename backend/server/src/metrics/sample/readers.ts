import { toStored } from './times';

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

export interface StreamLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
  readonly maxConsumers: number;
  readonly maxAgeSeconds: number;
  readonly discard: string;
}
/** Kept with the asset and written over each time: fifty thousand new ones every few seconds would be garbage. */
export interface StreamFigures {
  messages: number;
  bytes: number;
  firstSeq: number;
  lastSeq: number;
  lastTime: string | null;
  consumers: number;
  subjects: number;
  deleted: number;
  replicas: number;
  replicaLag: number;
  replicasBehind: number;
  sourceLag: number | null;
}
export const noStreamFigures = (): StreamFigures => ({
  messages: 0,
  bytes: 0,
  firstSeq: 0,
  lastSeq: 0,
  lastTime: null,
  consumers: 0,
  subjects: 0,
  deleted: 0,
  replicas: 0,
  replicaLag: 0,
  replicasBehind: 0,
  sourceLag: null,
});
export interface ConsumerLimits {
  readonly durable: boolean;
  readonly push: boolean;
  readonly maxAckPending: number;
}
export interface ConsumerFigures {
  pending: number;
  ackPending: number;
  redelivered: number;
  waiting: number;
  deliveredStream: number;
  deliveredConsumer: number;
  ackFloorStream: number;
  ackFloorConsumer: number;
  lastActive: string | null;
  lastAck: string | null;
  paused: boolean;
  pushBound: boolean;
}
export const noConsumerFigures = (): ConsumerFigures => ({
  pending: 0,
  ackPending: 0,
  redelivered: 0,
  waiting: 0,
  deliveredStream: 0,
  deliveredConsumer: 0,
  ackFloorStream: 0,
  ackFloorConsumer: 0,
  lastActive: null,
  lastAck: null,
  paused: false,
  pushBound: false,
});

/** What is common to every copy: where it is, and who leads it. */
export interface Identity {
  readonly name: string;
  /** as the server writes it */
  readonly created: string;
  /** see Copy.leader */
  readonly leader: string | null;
  /** every server that the copy names as a holder */
  readonly peers: readonly string[];
}

export const objects = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

const nobody: readonly string[] = [];
const peersOf = (cluster: Fields | null): readonly string[] => {
  const peers = objects(cluster?.['replicas']);
  return peers.length === 0 ? nobody : peers.map((peer) => string(peer, 'name'));
};

function identity(fields: Fields, name: string): Identity | null {
  const created = string(fields, 'created');
  if (name === '' || created === '') return null;
  const cluster = at(fields, 'cluster');
  return { name, created, leader: cluster ? string(cluster, 'leader') : null, peers: peersOf(cluster) };
}

export const streamIdentity = (fields: Fields): Identity | null =>
  identity(fields, string(fields, 'name') || string(at(fields, 'config'), 'name'));
export const consumerIdentity = (fields: Fields): Identity | null => identity(fields, string(fields, 'name'));

/** @param consumers that its server allows a stream which sets no limit itself: 2.15 and newer tell one; -1: none */
export function streamLimits(fields: Fields, consumers: number): StreamLimits | null {
  const config = at(fields, 'config');
  if (!config) return null;
  const own = number(config, 'max_consumers') ?? -1;
  return {
    maxMessages: number(config, 'max_msgs') ?? -1,
    maxBytes: number(config, 'max_bytes') ?? -1,
    maxConsumers: own > 0 ? own : consumers,
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

/** @returns false where the answer lacks what every server says: unknown, not zero */
export function readStreamFigures(fields: Fields, into: StreamFigures): boolean {
  const state = at(fields, 'state');
  if (number(state, 'messages') === null || number(state, 'bytes') === null || number(state, 'last_seq') === null)
    return false;
  into.messages = count(state, 'messages');
  into.bytes = count(state, 'bytes');
  into.firstSeq = count(state, 'first_seq');
  into.lastSeq = count(state, 'last_seq');
  into.lastTime = toStored(string(state, 'last_ts'));
  into.consumers = count(state, 'consumer_count');
  into.subjects = count(state, 'num_subjects');
  into.deleted = count(state, 'num_deleted');
  into.replicas = 1;
  into.replicaLag = 0;
  into.replicasBehind = 0;
  for (const peer of objects(at(fields, 'cluster')?.['replicas'])) {
    const lag = count(peer, 'lag');
    into.replicas++;
    into.replicaLag = Math.max(into.replicaLag, lag);
    if (peer['offline'] === true || peer['current'] !== true || lag > entriesBehind) into.replicasBehind++;
  }
  const mirror = at(fields, 'mirror');
  into.sourceLag = mirror ? count(mirror, 'lag') : null;
  for (const source of objects(fields['sources'])) into.sourceLag = Math.max(into.sourceLag ?? 0, count(source, 'lag'));
  return true;
}

/** @returns false where the answer lacks what every server says: unknown, not zero */
export function readConsumerFigures(fields: Fields, into: ConsumerFigures): boolean {
  const delivered = at(fields, 'delivered');
  const ackFloor = at(fields, 'ack_floor');
  if (number(fields, 'num_pending') === null || number(delivered, 'consumer_seq') === null || ackFloor === null)
    return false;
  into.pending = count(fields, 'num_pending');
  into.ackPending = count(fields, 'num_ack_pending');
  into.redelivered = count(fields, 'num_redelivered');
  into.waiting = count(fields, 'num_waiting');
  into.deliveredStream = count(delivered, 'stream_seq');
  into.deliveredConsumer = count(delivered, 'consumer_seq');
  into.ackFloorStream = count(ackFloor, 'stream_seq');
  into.ackFloorConsumer = count(ackFloor, 'consumer_seq');
  into.lastActive = toStored(string(delivered, 'last_active'));
  into.lastAck = toStored(string(ackFloor, 'last_active'));
  into.paused = fields['paused'] === true;
  into.pushBound = fields['push_bound'] === true;
  return true;
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

/**
 * A peer that was not heard for so long is lost, as raft in the server has it (`lostQuorumInterval`). Its own flag
 * follows only when the peer said farewell, or after five of its reports are missing: two and a half minutes.
 */
const lostAfterNs = 10e9;
const isLost = (peer: Fields): boolean => peer['offline'] === true || count(peer, 'active') > lostAfterNs;

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
export function jszHead(data: Fields): {
  domain: string;
  meta: MetaFigures | null;
  accounts: readonly Fields[];
  total: number;
  /** see streamLimits */
  consumers: number;
} {
  const meta = at(data, 'meta_cluster');
  const consumers = count(at(data, 'limits'), 'default_max_consumers');
  return {
    domain: string(at(data, 'config'), 'domain'),
    meta: meta && {
      leader: string(meta, 'leader'),
      size: number(meta, 'cluster_size'),
      pending: number(meta, 'pending'),
      peers: objects(meta['replicas']).map((peer) => ({
        name: string(peer, 'name'),
        current: peer['current'] === true,
        offline: isLost(peer),
        lag: count(peer, 'lag'),
      })),
    },
    accounts: objects(data['account_details']),
    total: count(data, 'total'),
    consumers: consumers > 0 ? consumers : -1,
  };
}
