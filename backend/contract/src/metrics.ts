import { z } from 'zod';

/** What a figure is about; each source is one table of samples. */
export const metricSources = ['stream', 'consumer', 'server', 'account', 'cluster'] as const;
export type MetricSource = (typeof metricSources)[number];

/**
 * `gauge`: a state at a moment. `rate`: Σ increase / Σ elapsed over the bucket, never a mean of rates.
 * `state`: 1 while something holds, 0 while it does not, absent while nobody knows.
 */
export type MetricKind = 'gauge' | 'rate' | 'state';

export interface Metric {
  readonly id: string;
  readonly source: MetricSource;
  readonly kind: MetricKind;
  readonly name: string;
  /** Grafana's unit id */
  readonly unit: string;
  /** where the figure comes from and what it means; shown on hover and in the docs */
  readonly from: string;
}

const define = (
  source: MetricSource,
  kind: MetricKind,
  list: Record<string, [name: string, unit: string, from: string]>,
) => Object.entries(list).map(([id, [name, unit, from]]): Metric => ({ id, source, kind, name, unit, from }));

/** Every metric there is. Queries, the editor, the docs and the scrape endpoint read this one list. */
export const metricCatalog: readonly Metric[] = [
  ...define('stream', 'gauge', {
    messages: ['Messages', 'short', "state.messages of the stream's leader"],
    bytes: ['Size', 'bytes', "state.bytes of the stream's leader: one copy"],
    consumers: ['Consumers', 'short', 'state.consumer_count'],
    subjects: ['Subjects', 'short', 'state.num_subjects'],
    deleted: ['Holes', 'short', 'state.num_deleted: sequences removed between first and last'],
    first_seq: ['First sequence', 'short', 'state.first_seq'],
    last_seq: ['Last sequence', 'short', 'state.last_seq'],
    limit_use: [
      'Use of the limit',
      'percentunit',
      'the larger of bytes / max_bytes and messages / max_msgs; absent without a limit',
    ],
    replica_lag: ['Replica lag', 'short', 'the largest raft lag of a replica, as the leader sees it'],
    source_lag: ['Mirror and source lag', 'short', 'the largest lag of a mirror or source'],
    last_message_age: ['Age of the last message', 's', 'time of the sample minus state.last_ts'],
  }),
  ...define('stream', 'rate', {
    published: ['Published', 'cps', 'increase of state.last_seq over elapsed time: independent of limits and purges'],
    bytes_growth: ['Growth', 'Bps', 'change of state.bytes over elapsed time; negative when more goes than comes'],
  }),
  ...define('stream', 'state', {
    leaderless: ['Leaderless', 'bool', '1 when every copy that answered names no leader'],
    unknown: ['Unknown', 'bool', '1 when the stream is missing, offline, or its named leader did not answer'],
    replicas_behind: [
      'Replicas behind',
      'short',
      'replicas that are offline, not current, or further behind than 200 entries',
    ],
  }),
  ...define('consumer', 'gauge', {
    lag: ['Lag', 'short', "num_pending of the consumer's own leader: matching messages not delivered yet"],
    ack_pending: ['Unacknowledged', 'short', 'num_ack_pending: delivered, not acknowledged'],
    backlog: ['Backlog', 'short', 'num_pending + num_ack_pending'],
    redelivered: ['Redelivered', 'short', 'num_redelivered: of the unacknowledged, delivered more than once'],
    waiting: ['Waiting pulls', 'short', 'num_waiting: pull requests that wait'],
    ack_use: ['Use of max ack pending', 'percentunit', 'num_ack_pending / max_ack_pending; absent without a limit'],
    idle: ['Idle', 's', 'time of the sample minus delivered.last_active; absent while nothing was ever delivered'],
    ack_idle: [
      'Time since the last ack',
      's',
      'time of the sample minus ack_floor.last_active, which any acknowledgement moves; since the consumer was made where there was none',
    ],
  }),
  ...define('consumer', 'rate', {
    delivered: ['Delivered', 'cps', 'increase of delivered.consumer_seq over elapsed time; redeliveries count'],
    ack_floor_advance: [
      'Ack floor advance',
      'cps',
      'increase of ack_floor.consumer_seq over elapsed time; stands still and jumps with out-of-order acks',
    ],
  }),
  ...define('consumer', 'state', {
    paused: ['Paused', 'bool', '1 while the consumer is paused'],
    ack_full: [
      'Out of acknowledgements',
      'bool',
      '1 when num_ack_pending has reached max_ack_pending: nothing more is delivered until one is acknowledged; 0 without a limit',
    ],
    stalled: [
      'Stalled',
      'bool',
      '1 while messages wait or are unacknowledged and neither delivered nor ack floor moved since the last sample',
    ],
    consumer_leaderless: ['Leaderless', 'bool', '1 when every copy that answered names no leader'],
    consumer_unknown: [
      'Unknown',
      'bool',
      '1 when the consumer is missing, offline, or its named leader did not answer',
    ],
  }),
  ...define('server', 'gauge', {
    cpu: ['CPU', 'percent', 'statsz.cpu: of one core'],
    memory: ['Memory', 'bytes', 'statsz.mem: resident'],
    connections: ['Connections', 'short', 'statsz.connections'],
    subscriptions: ['Subscriptions', 'short', 'statsz.subscriptions'],
    js_memory: ['JetStream memory', 'bytes', 'jetstream.stats.memory'],
    js_storage: ['JetStream storage', 'bytes', 'jetstream.stats.storage'],
    js_storage_use: ['Use of JetStream storage', 'percentunit', 'jetstream.stats.storage / config.max_storage'],
    js_memory_use: ['Use of JetStream memory', 'percentunit', 'jetstream.stats.memory / config.max_memory'],
    ha_assets: ['Replicated assets', 'short', 'jetstream.stats.ha_assets: raft groups on this server'],
    meta_pending: ['Meta group pending', 'short', 'jetstream.meta.pending: proposals not applied yet'],
    uptime: ['Uptime', 's', 'time of the sample minus statsz.start'],
  }),
  ...define('server', 'rate', {
    slow_consumers: ['Slow consumers', 'cps', 'increase of statsz.slow_consumers over elapsed time'],
    in_msgs: ['Messages in', 'cps', 'increase of statsz.received.msgs over elapsed time'],
    out_msgs: ['Messages out', 'cps', 'increase of statsz.sent.msgs over elapsed time'],
    in_bytes: ['Bytes in', 'Bps', 'increase of statsz.received.bytes over elapsed time'],
    out_bytes: ['Bytes out', 'Bps', 'increase of statsz.sent.bytes over elapsed time'],
    api_requests: ['JetStream API requests', 'cps', 'increase of jetstream.stats.api.total over elapsed time'],
    api_errors: ['JetStream API errors', 'cps', 'increase of jetstream.stats.api.errors over elapsed time'],
  }),
  ...define('account', 'gauge', {
    account_streams: ['Streams', 'short', 'streams of the account'],
    account_consumers: ['Consumers', 'short', 'consumers of the account'],
    account_storage: ['Storage', 'bytes', 'storage of the account over all servers'],
    account_memory: ['Memory', 'bytes', 'memory of the account over all servers'],
    account_storage_use: [
      'Use of storage',
      'percentunit',
      'storage / max_storage of the account; absent without a limit',
    ],
    account_streams_use: [
      'Use of streams',
      'percentunit',
      'streams / max_streams of the account; absent without a limit',
    ],
  }),
  ...define('cluster', 'gauge', {
    age: ['Age of the data', 's', 'time since the last collection that succeeded'],
    silence: [
      'Silence',
      's',
      'time since the last collection that succeeded or failed, or since the cluster was connected: it grows while no worker collects',
    ],
    collect_duration: ['Duration of a collection', 's', "the console's own time for one collection"],
    servers: ['Servers', 'short', 'servers that answered'],
    servers_expected: ['Servers expected', 'short', 'servers seen within the last hour or named by the meta group'],
    streams_leaderless: ['Leaderless streams', 'short', 'streams whose copies name no leader'],
    streams_unknown: ['Unknown streams', 'short', 'streams that are missing, offline, or whose leader did not answer'],
    meta_size: ['Meta group size', 'short', 'jetstream.meta.cluster_size'],
    buffer_use: [
      "Use of the console's own buffer",
      'percentunit',
      "bytes of the console's own metrics stream / its limit; at 1 further samples are refused",
    ],
  }),
  ...define('cluster', 'rate', {
    own_requests: ["The console's own requests", 'cps', 'requests that collecting sent to this cluster'],
    own_bytes: ["The console's own bytes", 'Bps', 'bytes that collecting received from this cluster'],
    samples_lost: ['Lost samples', 'cps', "samples of this cluster that the console's full buffer refused"],
  }),
  ...define('cluster', 'state', {
    reachable: ['Reachable', 'bool', '1 when the last collection succeeded, 0 when it failed'],
    meta_leader: ['Meta leader present', 'bool', '1 when the JetStream meta group has a leader'],
  }),
];

const ids = metricCatalog.map((metric) => metric.id);
export const metricId = z.string().refine((id) => ids.includes(id), 'no such metric; GET /api/v1/metrics lists them');
export const metricOf = (id: string): Metric | undefined => metricCatalog.find((metric) => metric.id === id);

export const dimensions = ['cluster', 'account', 'domain', 'stream', 'consumer', 'server'] as const;
export type Dimension = (typeof dimensions)[number];

/** By what samples of a source can be told apart and filtered. */
export const dimensionsOf: Readonly<Record<MetricSource, readonly Dimension[]>> = {
  stream: ['cluster', 'account', 'domain', 'stream'],
  consumer: ['cluster', 'account', 'domain', 'stream', 'consumer'],
  server: ['cluster', 'server'],
  account: ['cluster', 'account', 'domain'],
  cluster: ['cluster'],
};
