import type { ConsumerField, StreamField } from '@jetstream-console/contract';

/** How a field is edited. `none` says what an empty box stands for. */
export type Editor =
  | { readonly kind: 'switch' }
  | { readonly kind: 'choice'; readonly options: readonly string[] }
  | { readonly kind: 'text' | 'lines'; readonly none?: string }
  | {
      readonly kind: 'count' | 'bytes' | 'span';
      readonly none: string;
      /** -1 is no limit too, and shown as empty */ readonly limit?: true;
    }
  | { readonly kind: 'list' | 'spans' | 'pairs'; readonly none: string }
  | { readonly kind: 'time'; readonly none: string }
  | { readonly kind: 'object'; readonly none: string; readonly parts: readonly Part[] }
  | { readonly kind: 'objects'; readonly one: string; readonly parts: readonly Part[] };

/** One part of a field that is an object. */
export interface Part {
  readonly key: string;
  readonly label: string;
  readonly editor: Editor;
}

const onOff: Editor = { kind: 'switch' };
const limit = (kind: 'count' | 'bytes' | 'span', none = 'no limit'): Editor => ({ kind, none, limit: true });
const text = (none?: string): Editor => ({ kind: 'text', none });

const transformParts: readonly Part[] = [
  { key: 'src', label: 'From subject', editor: text('all') },
  { key: 'dest', label: 'To subject', editor: text() },
];
const sourceParts: readonly Part[] = [
  { key: 'name', label: 'Stream', editor: text() },
  { key: 'filter_subject', label: 'Only the subject', editor: text('all') },
  { key: 'opt_start_seq', label: 'From sequence', editor: { kind: 'count', none: 'its first' } },
  { key: 'opt_start_time', label: 'From time', editor: { kind: 'time', none: 'its first' } },
  {
    key: 'subject_transforms',
    label: 'Renamed',
    editor: { kind: 'objects', one: 'renaming', parts: transformParts },
  },
  {
    key: 'external',
    label: 'In another account or domain',
    editor: {
      kind: 'object',
      none: 'in this account',
      parts: [
        { key: 'api', label: 'Its api prefix', editor: text() },
        { key: 'deliver', label: 'Prefix of deliveries', editor: text('none') },
      ],
    },
  },
  {
    key: 'consumer',
    label: 'Through a consumer that is there (NATS 2.14)',
    editor: {
      kind: 'object',
      none: 'one that the server makes',
      parts: [
        { key: 'name', label: 'Consumer', editor: text() },
        { key: 'deliver_subject', label: 'Its deliver subject', editor: text() },
      ],
    },
  },
];

/** A stream's fields. A field that the contract gets and nobody can edit here does not compile. */
export const streamEditors: Readonly<Record<StreamField, Editor>> = {
  name: text(),
  description: { kind: 'lines' },
  subjects: { kind: 'list', none: 'none of its own' },
  retention: { kind: 'choice', options: ['limits', 'interest', 'workqueue'] },
  max_consumers: limit('count'),
  max_msgs: limit('count'),
  max_bytes: limit('bytes'),
  max_age: { kind: 'span', none: 'no limit' },
  max_msgs_per_subject: limit('count'),
  max_msg_size: limit('bytes', 'what the server takes'),
  discard: { kind: 'choice', options: ['old', 'new'] },
  storage: { kind: 'choice', options: ['file', 'memory'] },
  num_replicas: { kind: 'count', none: 'one' },
  no_ack: onOff,
  duplicate_window: { kind: 'span', none: 'the server’s own, 2 min at most' },
  placement: {
    kind: 'object',
    none: 'anywhere',
    parts: [
      { key: 'cluster', label: 'Cluster', editor: text('any') },
      { key: 'tags', label: 'Servers with all these tags', editor: { kind: 'list', none: 'any' } },
    ],
  },
  mirror: { kind: 'object', none: 'no mirror', parts: sourceParts },
  sources: { kind: 'objects', one: 'source', parts: sourceParts },
  compression: { kind: 'choice', options: ['none', 's2'] },
  first_seq: { kind: 'count', none: '1' },
  subject_transform: { kind: 'object', none: 'as they come', parts: transformParts },
  republish: {
    kind: 'object',
    none: 'not published again',
    parts: [...transformParts, { key: 'headers_only', label: 'Headers only', editor: onOff }],
  },
  allow_direct: onOff,
  mirror_direct: onOff,
  discard_new_per_subject: onOff,
  sealed: onOff,
  deny_delete: onOff,
  deny_purge: onOff,
  allow_rollup_hdrs: onOff,
  consumer_limits: {
    kind: 'object',
    none: 'none',
    parts: [
      { key: 'inactive_threshold', label: 'Removed when idle for', editor: { kind: 'span', none: 'never' } },
      { key: 'max_ack_pending', label: 'Most unacknowledged', editor: limit('count') },
    ],
  },
  allow_msg_ttl: onOff,
  subject_delete_marker_ttl: { kind: 'span', none: 'none are left' },
  allow_msg_counter: onOff,
  allow_atomic: onOff,
  allow_msg_schedules: onOff,
  allow_batched: onOff,
  persist_mode: { kind: 'choice', options: ['default', 'async'] },
  metadata: { kind: 'pairs', none: 'none' },
};

/** A consumer's fields. */
export const consumerEditors: Readonly<Record<ConsumerField, Editor>> = {
  name: text(),
  durable_name: text('none: it goes when nobody uses it'),
  description: { kind: 'lines' },
  deliver_policy: {
    kind: 'choice',
    options: ['all', 'last', 'new', 'by_start_sequence', 'by_start_time', 'last_per_subject'],
  },
  opt_start_seq: { kind: 'count', none: 'none' },
  opt_start_time: { kind: 'time', none: 'none' },
  ack_policy: { kind: 'choice', options: ['explicit', 'all', 'none', 'flow_control'] },
  ack_wait: { kind: 'span', none: 'the server’s own, 30 s' },
  max_deliver: limit('count', 'never given up'),
  backoff: { kind: 'spans', none: 'the same time each time' },
  filter_subject: text('all'),
  filter_subjects: { kind: 'list', none: 'all' },
  replay_policy: { kind: 'choice', options: ['instant', 'original'] },
  rate_limit_bps: { kind: 'count', none: 'no limit' },
  sample_freq: text('none'),
  max_waiting: { kind: 'count', none: 'the server’s own, 512' },
  max_ack_pending: { kind: 'count', none: 'the server’s own, 1,000; -1 for no limit' },
  flow_control: onOff,
  headers_only: onOff,
  max_batch: { kind: 'count', none: 'no limit' },
  max_expires: { kind: 'span', none: 'no limit' },
  max_bytes: { kind: 'bytes', none: 'no limit' },
  deliver_subject: text('nobody: clients pull'),
  deliver_group: text('none'),
  idle_heartbeat: { kind: 'span', none: 'never' },
  inactive_threshold: { kind: 'span', none: 'never, or 5 s where it is not durable' },
  num_replicas: { kind: 'count', none: 'as many as the stream' },
  mem_storage: onOff,
  direct: onOff,
  sourcing: onOff,
  metadata: { kind: 'pairs', none: 'none' },
  pause_until: { kind: 'time', none: 'not paused' },
  priority_groups: { kind: 'list', none: 'none' },
  priority_policy: { kind: 'choice', options: ['none', 'overflow', 'pinned_client', 'prioritized'] },
  priority_timeout: { kind: 'span', none: 'the server’s own, 2 min' },
};
