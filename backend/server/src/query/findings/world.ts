/** State of an asset as the collector tells it: the figures of one that is not `ok` are old. */
export type AssetState = 'ok' | 'leaderless' | 'unknown' | 'missing' | 'offline';

export interface StreamNow {
  readonly stream: string;
  readonly account: string;
  readonly domain: string;
  readonly state: AssetState;
  readonly atMs: number;
  readonly messages: number | null;
  readonly bytes: number | null;
  readonly consumers: number | null;
  readonly subjects: number | null;
  readonly firstSeq: number | null;
  readonly lastMessageAge: number | null;
  readonly maxMessages: number | null;
  readonly maxBytes: number | null;
  readonly maxConsumers: number | null;
  readonly discard: string;
  readonly limitUse: number | null;
  readonly replicas: number | null;
  readonly replicaLag: number | null;
  readonly replicasBehind: number | null;
  readonly sourceLag: number | null;
  /** how much first_seq grew in the window: what was dropped at the old end */
  readonly dropped: number;
  /** least of the window */
  readonly minSourceLag: number | null;
  /** messages a second over the window; null where nothing was compared */
  readonly published: number | null;
  /** growth by second over the last hour, where it was looked at */
  readonly bytesSlope: number | null;
  readonly messagesSlope: number | null;
}

export interface ConsumerNow {
  readonly stream: string;
  readonly consumer: string;
  readonly account: string;
  readonly domain: string;
  readonly state: AssetState;
  readonly atMs: number;
  readonly pending: number | null;
  readonly ackPending: number | null;
  readonly maxAckPending: number | null;
  readonly ackUse: number | null;
  readonly redelivered: number | null;
  /** null for push consumers */
  readonly waiting: number | null;
  readonly pushBound: boolean | null;
  readonly paused: boolean | null;
  readonly deliveredSeq: number | null;
  readonly lastActiveMs: number | null;
  readonly lastAckMs: number | null;
  readonly members: number | null;
  /** over the window: least pending, least and most waiting, what was delivered, how much time it covers */
  readonly minPending: number | null;
  readonly minWaiting: number | null;
  readonly maxWaiting: number | null;
  readonly minAckUse: number | null;
  readonly delivered: number;
  readonly coveredMs: number;
  /** change of pending by second over the last hour, where it was looked at */
  readonly pendingSlope: number | null;
}

export interface ServerNow {
  readonly server: string;
  readonly state: 'ok' | 'unknown';
  readonly atMs: number;
  readonly version: string;
  readonly uptime: number | null;
  readonly cpu: number | null;
  readonly cores: number | null;
  readonly memory: number | null;
  readonly jsMemory: number | null;
  readonly jsMemoryMax: number | null;
  readonly jsStorage: number | null;
  readonly jsStorageMax: number | null;
  readonly jsStorageReserved: number | null;
  readonly haAssets: number | null;
  readonly apiInflight: number | null;
  readonly metaPending: number | null;
  /** over the window */
  readonly slowConsumers: number;
  readonly apiRequests: number;
  readonly apiErrors: number;
  readonly coveredMs: number;
  readonly minCpu: number | null;
}

export interface AccountNow {
  readonly account: string;
  readonly storage: number | null;
  readonly maxStorage: number | null;
  readonly memory: number | null;
  readonly maxMemory: number | null;
  readonly streams: number | null;
  readonly maxStreams: number | null;
  /** of each stream of the account */
  readonly maxConsumers: number | null;
}

/** The newest collection, successful or not. */
export interface CollectionNow {
  readonly atMs: number;
  readonly reachable: boolean;
  readonly error: string;
  readonly mode: string;
  /** the last one that succeeded; null where none is known */
  readonly goodMs: number | null;
  readonly sampleMs: number;
  readonly duration: number | null;
  readonly servers: number | null;
  readonly serversExpected: number | null;
  readonly streams: number | null;
  readonly consumers: number | null;
  readonly metaLeader: boolean | null;
  readonly metaSize: number | null;
  readonly metaOffline: number | null;
}

export interface EventCount {
  readonly type: string;
  /** empty where it is in none, or nobody knows in which */
  readonly account: string;
  readonly stream: string;
  readonly consumer: string;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** of the last one */
  readonly title: string;
}

/** One cluster as its newest samples show it: all that the rules look at. */
export interface World {
  readonly cluster: { readonly id: string; readonly name: string };
  readonly nowMs: number;
  /** names of the account of the cluster's own credential: one, or none where nothing is known yet */
  readonly ownAccounts: ReadonlySet<string>;
  /** how far back `window` figures go */
  readonly windowMs: number;
  readonly collection: CollectionNow | null;
  readonly streams: readonly StreamNow[];
  readonly consumers: readonly ConsumerNow[];
  readonly servers: readonly ServerNow[];
  readonly accounts: readonly AccountNow[];
  /** of the last hour */
  readonly events: readonly EventCount[];
}

export type Severity = 'critical' | 'warning' | 'info';
export interface Subject {
  readonly kind: 'cluster' | 'server' | 'stream' | 'consumer' | 'account';
  readonly stream?: string;
  readonly consumer?: string;
  readonly server?: string;
  readonly account?: string;
}

export interface Finding {
  readonly severity: Severity;
  readonly title: string;
  readonly subject: Subject;
  /** the figures that it rests on */
  readonly evidence: string;
  readonly cure: string;
  /** where the figures themselves tell it; else it is looked up by `holds` */
  readonly sinceMs?: number | null;
}

/** A named rule: pure, over one cluster. */
export interface Rule {
  readonly id: string;
  /** where the rule comes from */
  readonly source: string;
  readonly find: (world: World) => Finding[];
  /** the same condition over a raw sample, for telling since when it holds; names columns and holds no value of anybody */
  readonly holds?: { readonly of: 'stream' | 'consumer' | 'server' | 'cluster'; readonly sql: string };
}
