import type { Case } from './case';

const second = 1_000_000_000;
const push = { deliver_subject: 'deliver.here' };
const explicit = { ack_policy: 'explicit' };

/** A case on a stream other than the plain one. */
export interface ConsumerCase extends Case {
  readonly on?: 'WORK' | 'LIMITED';
}

/** Attempts to make a consumer; durable and pulled unless it says otherwise. */
export const consumersToMake: readonly ConsumerCase[] = [
  {
    field: 'opt_start_seq',
    reason: 'goes with deliver_policy by_start_sequence alone',
    give: { opt_start_seq: 5 },
  },
  {
    field: 'opt_start_seq',
    reason: 'deliver_policy by_start_sequence needs one',
    give: { deliver_policy: 'by_start_sequence' },
  },
  {
    field: 'opt_start_time',
    reason: 'goes with deliver_policy by_start_time alone',
    give: { opt_start_time: '2026-01-01T00:00:00Z' },
  },
  {
    field: 'opt_start_time',
    reason: 'deliver_policy by_start_time needs one',
    give: { deliver_policy: 'by_start_time' },
  },
  {
    field: 'deliver_policy',
    reason: 'last_per_subject needs a filter subject',
    give: { deliver_policy: 'last_per_subject' },
  },
  {
    field: 'rate_limit_bps',
    reason: 'a rate limit is for push consumers; this one is pulled',
    give: { rate_limit_bps: 1000 },
  },
  {
    field: 'idle_heartbeat',
    reason: 'a heartbeat is for push consumers; this one is pulled',
    give: { idle_heartbeat: second },
  },
  {
    field: 'flow_control',
    reason: 'flow control is for push consumers; this one is pulled',
    give: { flow_control: true },
  },
  { field: 'max_waiting', reason: 'a push consumer has no waiting pulls', give: { ...push, max_waiting: 5 } },
  { field: 'deliver_subject', reason: 'holds no wildcard', give: { deliver_subject: 'deliver.*' } },
  {
    field: 'idle_heartbeat',
    reason: 'the heartbeat is 100 ms at least',
    give: { ...push, idle_heartbeat: 1_000_000 },
  },
  { field: 'flow_control', reason: 'flow control needs idle_heartbeat', give: { ...push, flow_control: true } },
  { field: 'max_expires', reason: 'the longest pull is 1 ms at least', give: { max_expires: 1000 } },
  {
    field: 'priority_policy',
    reason: 'priority groups are for pull consumers',
    give: { ...push, priority_policy: 'overflow', priority_groups: ['A'] },
  },
  { field: 'priority_groups', reason: 'a priority policy needs a group', give: { priority_policy: 'overflow' } },
  { field: 'priority_groups', reason: 'groups need a priority_policy', give: { priority_groups: ['A'] } },
  {
    field: 'backoff',
    reason: 'has more steps than max_deliver allows deliveries',
    give: { ack_wait: second, backoff: [second, second, second], max_deliver: 2 },
  },
  {
    field: 'ack_wait',
    reason: 'equals the first step of backoff, which takes its place; set both',
    give: { ack_wait: 5 * second, backoff: [second], max_deliver: 5 },
  },
  {
    field: 'ack_policy',
    reason: 'a pulled consumer of a work queue acknowledges',
    on: 'WORK',
    give: { ack_policy: 'none' },
  },
  {
    field: 'max_ack_pending',
    reason: 'is for consumers that acknowledge',
    give: { ...push, ack_policy: 'none', max_ack_pending: 5 },
  },
  {
    field: 'max_ack_pending',
    reason: 'is above the stream’s own limit for its consumers',
    on: 'LIMITED',
    give: { max_ack_pending: 500, inactive_threshold: second },
  },
  {
    field: 'inactive_threshold',
    reason: 'is above the stream’s own limit for its consumers',
    on: 'LIMITED',
    give: { max_ack_pending: 5, inactive_threshold: 600 * second },
  },
  { field: 'ack_policy', reason: 'flow_control is for push consumers', give: { ack_policy: 'flow_control' } },
  {
    field: 'flow_control',
    reason: 'ack_policy flow_control needs it',
    give: { ...push, ack_policy: 'flow_control', idle_heartbeat: second, max_ack_pending: 10 },
  },
  {
    field: 'idle_heartbeat',
    reason: 'ack_policy flow_control needs one of 1 s',
    give: { ...push, ack_policy: 'flow_control', flow_control: true, idle_heartbeat: 2 * second, max_ack_pending: 10 },
  },
  {
    field: 'filter_subjects',
    reason: 'give filter_subject or filter_subjects, not both',
    give: { filter_subject: 'plain.a', filter_subjects: ['plain.b'] },
  },
  {
    field: 'filter_subjects',
    reason: 'one of the filters is part of another',
    give: { filter_subjects: ['plain.*', 'plain.b'] },
  },
  {
    field: 'filter_subjects',
    reason: 'two of the filters overlap',
    give: { filter_subjects: ['plain.*.a', 'plain.b.*'] },
  },
  { field: 'num_replicas', reason: 'a consumer has no more replicas than its stream', give: { num_replicas: 3 } },
  { field: 'filter_subject', give: { filter_subject: 'plain.a' } },
  { field: 'deliver_policy', give: { deliver_policy: 'last_per_subject', filter_subject: 'plain.>' } },
  {
    field: 'deliver_policy',
    give: { deliver_policy: 'by_start_time', opt_start_time: '2026-01-01T00:00:00.123456789Z' },
  },
  { field: 'backoff', give: { ack_wait: second, backoff: [second, 2 * second], max_deliver: 3 } },
  { field: 'headers_only', give: { headers_only: true, sample_freq: '50%', max_batch: 10, max_bytes: 1000 } },
  {
    field: 'deliver_subject',
    give: { ...push, deliver_group: 'g', flow_control: true, idle_heartbeat: second, rate_limit_bps: 1_000_000 },
  },
  { field: 'mem_storage', give: { mem_storage: true, replay_policy: 'original' } },
  { field: 'pause_until', give: { pause_until: '2101-01-01T00:00:00Z' } },
  { field: 'priority_policy', give: { priority_policy: 'overflow', priority_groups: ['A'] } },
  {
    field: 'priority_policy',
    give: { priority_policy: 'pinned_client', priority_groups: ['A'], priority_timeout: 60 * second },
  },
  { field: 'priority_policy', give: { priority_policy: 'prioritized', priority_groups: ['A'] } },
  {
    field: 'ack_policy',
    give: { ...push, ack_policy: 'flow_control', flow_control: true, idle_heartbeat: second, max_ack_pending: 10 },
  },
];

/** Attempts to change a consumer. */
export const consumersToUpdate: readonly ConsumerCase[] = [
  {
    field: 'deliver_policy',
    reason: 'where a consumer began is set when it is made; reset it, or make another',
    give: { deliver_policy: 'new' },
  },
  {
    field: 'opt_start_seq',
    reason: 'where a consumer began is set when it is made; reset it, or make another',
    base: { deliver_policy: 'by_start_sequence', opt_start_seq: 2 },
    give: { opt_start_seq: 3 },
  },
  {
    field: 'opt_start_time',
    reason: 'where a consumer began is set when it is made; reset it, or make another',
    base: { deliver_policy: 'by_start_time', opt_start_time: '2026-01-01T00:00:00Z' },
    give: { opt_start_time: '2026-01-02T00:00:00Z' },
  },
  {
    field: 'opt_start_time',
    base: { deliver_policy: 'by_start_time', opt_start_time: '2026-01-01T00:00:00Z' },
    give: { opt_start_time: '2026-01-01T01:00:00+01:00' },
  },
  {
    field: 'ack_policy',
    reason: 'the acknowledgement is set when a consumer is made',
    base: explicit,
    give: { ack_policy: 'all' },
  },
  { field: 'replay_policy', reason: 'the pace is set when a consumer is made', give: { replay_policy: 'original' } },
  {
    field: 'idle_heartbeat',
    reason: 'the heartbeat is set when a consumer is made',
    base: { ...push, idle_heartbeat: second },
    give: { idle_heartbeat: 2 * second },
  },
  {
    field: 'flow_control',
    reason: 'flow control is set when a consumer is made',
    base: { ...push, idle_heartbeat: second },
    give: { flow_control: true },
  },
  {
    field: 'max_waiting',
    reason: 'the most waiting pulls are set when a consumer is made',
    base: { max_waiting: 10 },
    give: { max_waiting: 20 },
  },
  { field: 'mem_storage', reason: 'where its state lives is set when a consumer is made', give: { mem_storage: true } },
  {
    field: 'deliver_subject',
    reason: 'a push consumer stays one, and a pull consumer too; make another',
    base: { ...push },
    give: { deliver_subject: null },
  },
  { field: 'deliver_subject', base: push, give: { deliver_subject: 'deliver.there' } },
  { field: 'name', reason: 'a consumer keeps its name', give: { name: 'RENAMED', durable_name: 'RENAMED' } },
  {
    field: 'durable_name',
    give: { durable_name: null },
  },
  { field: 'description', give: { description: 'said' } },
  { field: 'ack_wait', base: explicit, give: { ack_wait: 5 * second } },
  { field: 'max_deliver', base: explicit, give: { max_deliver: 5 } },
  { field: 'max_ack_pending', base: explicit, give: { max_ack_pending: 5 } },
  { field: 'filter_subject', give: { filter_subject: 'plain.a' } },
  { field: 'filter_subjects', give: { filter_subjects: ['plain.a', 'plain.b'] } },
  { field: 'sample_freq', give: { sample_freq: '100' } },
  { field: 'headers_only', give: { headers_only: true } },
  { field: 'max_batch', give: { max_batch: 5 } },
  { field: 'max_expires', give: { max_expires: second } },
  { field: 'max_bytes', give: { max_bytes: 1000 } },
  { field: 'inactive_threshold', give: { inactive_threshold: 3600 * second } },
  { field: 'backoff', base: explicit, give: { ack_wait: second, backoff: [second, 2 * second] } },
  {
    field: 'backoff',
    reason: 'has more steps than max_deliver allows deliveries',
    base: { ...explicit, max_deliver: 1 },
    give: { ack_wait: second, backoff: [second, 2 * second] },
  },
  { field: 'rate_limit_bps', base: push, give: { rate_limit_bps: 5000 } },
  { field: 'metadata', give: { metadata: { a: 'b' } } },
  { field: 'pause_until', give: { pause_until: '2101-01-01T00:00:00Z' } },
  { field: 'priority_policy', give: { priority_policy: 'overflow', priority_groups: ['A'] } },
  {
    field: 'priority_policy',
    base: { priority_policy: 'overflow', priority_groups: ['A'] },
    give: { priority_groups: ['B'] },
  },
  {
    field: 'priority_policy',
    base: { priority_policy: 'overflow', priority_groups: ['A'] },
    give: { priority_policy: null, priority_groups: null },
  },
];
