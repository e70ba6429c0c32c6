import type { StreamRow } from '@jetstream-console/contract';
import { z } from 'zod';

const count = z.number();
const peer = z.object({
  name: z.string(),
  current: z.boolean().default(false),
  offline: z.boolean().default(false),
  active: count.default(0),
  lag: count.default(0),
});
export const clusterState = z.object({ leader: z.string().optional(), replicas: z.array(peer).nullish() });
const sourceInfo = z.object({
  name: z.string(),
  lag: count.default(0),
  active: count.default(-1),
  error: z.object({ description: z.string() }).optional(),
  filter_subject: z.string().optional(),
});

/** What we read of a stream's info; the server's answer has more, which is passed on untouched where a person looks at it. */
export const streamReply = z.object({
  config: z.object({
    name: z.string(),
    description: z.string().optional(),
    subjects: z.array(z.string()).nullish(),
    retention: z.string(),
    storage: z.string(),
    discard: z.string().default('old'),
    num_replicas: count.default(1),
    max_msgs: count.default(-1),
    max_bytes: count.default(-1),
    max_age: count.default(0),
    max_msg_size: count.default(-1),
    max_msgs_per_subject: count.default(-1),
    sealed: z.boolean().optional(),
    allow_direct: z.boolean().optional(),
    mirror_direct: z.boolean().optional(),
    mirror: z.object({ name: z.string() }).optional(),
    sources: z.array(z.object({ name: z.string() })).nullish(),
    metadata: z.record(z.string(), z.string()).optional(),
    compression: z.string().optional(),
    subject_delete_marker_ttl: count.optional(),
  }),
  created: z.string(),
  state: z.object({
    messages: count,
    bytes: count,
    first_seq: count,
    last_seq: count,
    first_ts: z.string(),
    last_ts: z.string(),
    consumer_count: count,
    num_subjects: count.optional(),
    num_deleted: count.optional(),
  }),
  cluster: clusterState.optional(),
  mirror: sourceInfo.optional(),
  sources: z.array(sourceInfo).nullish(),
});
export type StreamReply = z.infer<typeof streamReply>;

const nanosecondsPerSecond = 1e9;
/** Peers that were not heard of for this long count as lagging (the `nats` CLI's default for its check). */
const quietPeerMs = 5000;
/** More than this many raft entries behind is lagging (same source). */
const laggingEntries = 200;

/** Go's zero time means "never". */
export const timeOrNull = (text: string | undefined | null): string | null =>
  !text || text.startsWith('0001-') ? null : text;

export function replicaOf(cluster: z.infer<typeof clusterState> | undefined, replicas: number): StreamRow['replica'] {
  const peers = (cluster?.replicas ?? []).map(({ name, current, offline, active, lag }) => ({
    name,
    current,
    offline,
    lag,
    activeMs: Math.round(active / 1e6),
  }));
  const leader = cluster?.leader ? cluster.leader : null;
  const state =
    cluster === undefined
      ? 'single'
      : leader === null
        ? 'leaderless'
        : peers.some((p) => p.offline)
          ? 'offline'
          : peers.some((p) => !p.current || p.lag > laggingEntries || p.activeMs > quietPeerMs)
            ? 'lagging'
            : replicas <= 1
              ? 'single'
              : 'ok';
  return { leader, replicas, peers, state };
}

const managers: [RegExp, string][] = [
  [/^nack|kubernetes|k8s/i, 'NACK'],
  [/terraform/i, 'Terraform'],
  [/^io\.nats\.kv|_nats\./i, ''],
];

/** Who made the stream by its metadata, where a tool left its mark. */
function managedBy(metadata: Record<string, string> | undefined): string | null {
  for (const [key, value] of Object.entries(metadata ?? {})) {
    const found = managers.find(([pattern]) => pattern.test(key) || (/managed-by/i.test(key) && pattern.test(value)));
    if (found?.[1]) return found[1];
    if (/managed-by/i.test(key)) return value;
  }
  return null;
}

/** What people and tools wrote into the metadata; what servers put there (`_nats.*`) is nobody's label. */
const labelsOf = (metadata: Record<string, string> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata ?? {}).filter(([key]) => !key.startsWith('_nats.')));

export const kindOf = (name: string): StreamRow['kind'] =>
  name.startsWith('KV_') ? 'kv' : name.startsWith('OBJ_') ? 'object' : 'stream';

/**
 * The key in a subject of a bucket's stream, undefined in any other subject. The bucket's name in it is not looked at: a
 * mirror of a bucket holds that one's subjects.
 */
export const keyOf = (subject: string): string | undefined => /^\$KV\.[^.]+\.(.+)$/.exec(subject)?.[1];

/** Use of the tighter of max_bytes and max_msgs. */
export function limitUse(
  state: { bytes: number; messages: number },
  config: { max_bytes: number; max_msgs: number },
): Pick<StreamRow, 'limitUse' | 'limitBy'> {
  const bytes = config.max_bytes > 0 ? state.bytes / config.max_bytes : null;
  const messages = config.max_msgs > 0 ? state.messages / config.max_msgs : null;
  if (bytes === null && messages === null) return { limitUse: null, limitBy: null };
  return (bytes ?? -1) >= (messages ?? -1)
    ? { limitUse: bytes, limitBy: 'bytes' }
    : { limitUse: messages, limitBy: 'messages' };
}

/** At most this many of each travel in a row; the configuration on the stream's own page has them all. */
const subjectsInRow = 20;
const labelsInRow = 8;
/** A row as it is answered: whoever filters by subject or label looks at all of them before. */
export const shortRow = (row: StreamRow): StreamRow => ({
  ...row,
  subjects: row.subjects.slice(0, subjectsInRow),
  labels: Object.fromEntries(Object.entries(row.labels).slice(0, labelsInRow)),
});

export function toRow({ config, state, cluster, created }: StreamReply): StreamRow {
  const subjects = config.subjects ?? [];
  return {
    name: config.name,
    state: 'ok',
    stateReason: null,
    kind: kindOf(config.name),
    description: config.description ?? null,
    subjects,
    subjectsTotal: subjects.length,
    retention: config.retention,
    storage: config.storage,
    discard: config.discard,
    mirrorOf: config.mirror?.name ?? null,
    sources: config.sources?.length ?? 0,
    sealed: config.sealed ?? false,
    allowDirect: config.allow_direct ?? false,
    messages: state.messages,
    bytes: state.bytes,
    firstSeq: state.first_seq,
    lastSeq: state.last_seq,
    firstTime: timeOrNull(state.first_ts),
    lastTime: timeOrNull(state.last_ts),
    consumers: state.consumer_count,
    subjectCount: state.num_subjects ?? null,
    deleted: state.num_deleted ?? 0,
    maxMessages: config.max_msgs,
    maxBytes: config.max_bytes,
    maxAgeSeconds: config.max_age / nanosecondsPerSecond,
    ...limitUse(state, config),
    replica: replicaOf(cluster, config.num_replicas),
    managedBy: managedBy(config.metadata),
    labels: labelsOf(config.metadata),
    createdAt: created,
  };
}

/** A stream that LIST names but could not ask: its figures are unknown, which is not zero. */
export function rowWithout(name: string, state: 'missing' | 'offline', reason: string): StreamRow {
  return {
    name,
    state,
    stateReason: reason,
    kind: kindOf(name),
    description: null,
    subjects: [],
    subjectsTotal: 0,
    retention: 'unknown',
    storage: 'unknown',
    discard: 'unknown',
    mirrorOf: null,
    sources: 0,
    sealed: false,
    allowDirect: false,
    messages: null,
    bytes: null,
    firstSeq: null,
    lastSeq: null,
    firstTime: null,
    lastTime: null,
    consumers: null,
    subjectCount: null,
    deleted: null,
    maxMessages: -1,
    maxBytes: -1,
    maxAgeSeconds: 0,
    limitUse: null,
    limitBy: null,
    replica: { leader: null, replicas: 0, peers: [], state: 'leaderless' },
    managedBy: null,
    labels: {},
    createdAt: null,
  };
}

export const sourceRow = ({ name, lag, active, error, filter_subject }: z.infer<typeof sourceInfo>) => ({
  name,
  lag,
  activeMs: active < 0 ? null : Math.round(active / 1e6),
  error: error?.description ?? null,
  filter: filter_subject ?? null,
});

/** The bucket that a message belongs to: by its subject, since a mirror or source of a bucket has a name of its own. */
export const bucketOf = (stream: string, subject: string): string | undefined =>
  /^\$KV\.([^.]+)\./.exec(subject)?.[1] ?? (stream.startsWith('KV_') ? stream.slice(3) : undefined);
export const storeOf = (stream: string, subject: string): string | undefined =>
  /^\$O\.([^.]+)\./.exec(subject)?.[1] ?? (stream.startsWith('OBJ_') ? stream.slice(4) : undefined);
