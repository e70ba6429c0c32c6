import type { Case } from './case';

const second = 1_000_000_000;
const file = { storage: 'file' };
const memory = { storage: 'memory' };
const origin = { mirror: { name: 'ORIGIN' }, mirror_direct: false, subjects: null };

/** Attempts to make a stream. `subjects` is one of its own unless given. */
export const streamsToMake: readonly Case[] = [
  { field: 'num_replicas', reason: 'a stream has at most 5 replicas', give: { num_replicas: 6 } },
  {
    field: 'num_replicas',
    reason: 'a single server keeps one copy; replicas need a cluster',
    give: { num_replicas: 3 },
  },
  { field: 'max_age', reason: 'the age is 100 ms at least, or 0 for none', give: { max_age: 1000 } },
  {
    field: 'duplicate_window',
    reason: 'the duplicate window cannot be longer than the age of messages; set it as well',
    give: { max_age: second, duplicate_window: 2 * second },
  },
  { field: 'duplicate_window', reason: 'the duplicate window is 100 ms at least', give: { duplicate_window: 1000 } },
  {
    field: 'allow_rollup_hdrs',
    reason: 'roll-ups purge, and deny_purge forbids that',
    give: { deny_purge: true, allow_rollup_hdrs: true },
  },
  {
    field: 'discard_new_per_subject',
    reason: 'needs discard new',
    give: { discard_new_per_subject: true, max_msgs_per_subject: 1 },
  },
  {
    field: 'discard_new_per_subject',
    reason: 'needs max_msgs_per_subject',
    give: { discard_new_per_subject: true, discard: 'new' },
  },
  {
    field: 'subject_delete_marker_ttl',
    reason: 'delete markers live one second at least',
    give: { subject_delete_marker_ttl: 1000, allow_msg_ttl: true, allow_rollup_hdrs: true },
  },
  {
    field: 'subject_delete_marker_ttl',
    reason: 'delete markers need allow_msg_ttl',
    give: { subject_delete_marker_ttl: second, allow_rollup_hdrs: true },
  },
  {
    field: 'subject_delete_marker_ttl',
    reason: 'delete markers need allow_rollup_hdrs',
    give: { subject_delete_marker_ttl: second, allow_msg_ttl: true },
  },
  {
    field: 'allow_msg_counter',
    reason: 'a counter stream discards old messages',
    give: { allow_msg_counter: true, discard: 'new' },
  },
  {
    field: 'allow_msg_counter',
    reason: 'a counter stream has no message TTLs',
    give: { allow_msg_counter: true, allow_msg_ttl: true },
  },
  {
    field: 'allow_msg_counter',
    reason: 'a counter stream has no schedules',
    give: { allow_msg_counter: true, allow_msg_schedules: true, allow_rollup_hdrs: true },
  },
  {
    field: 'allow_msg_counter',
    reason: 'a counter stream keeps by limits',
    give: { allow_msg_counter: true, retention: 'interest' },
  },
  {
    field: 'allow_msg_schedules',
    reason: 'schedules need discard old',
    give: { allow_msg_schedules: true, allow_rollup_hdrs: true, discard: 'new' },
  },
  { field: 'allow_msg_schedules', reason: 'schedules need allow_rollup_hdrs', give: { allow_msg_schedules: true } },
  {
    field: 'allow_msg_schedules',
    reason: 'a stream with sources has no schedules',
    give: { allow_msg_schedules: true, allow_rollup_hdrs: true, sources: [{ name: 'ORIGIN' }], subjects: null },
  },
  { field: 'persist_mode', reason: 'async is for file storage', give: { persist_mode: 'async', ...memory } },
  { field: 'persist_mode', reason: 'async is for one replica', give: { persist_mode: 'async', num_replicas: 3 } },
  {
    field: 'persist_mode',
    reason: 'async does not go with allow_atomic',
    give: { persist_mode: 'async', allow_atomic: true },
  },
  { field: 'subjects', reason: 'a mirror has no subjects of its own', give: { ...origin, subjects: ['mirrored'] } },
  { field: 'sources', reason: 'a mirror has no sources of its own', give: { ...origin, sources: [{ name: 'OTHER' }] } },
  { field: 'first_seq', reason: 'a mirror has no first sequence of its own', give: { ...origin, first_seq: 7 } },
  {
    field: 'allow_msg_counter',
    reason: 'a mirror has no counters of its own',
    give: { ...origin, allow_msg_counter: true },
  },
  {
    field: 'allow_atomic',
    reason: 'a mirror has no atomic batches of its own',
    give: { ...origin, allow_atomic: true },
  },
  { field: 'allow_batched', reason: 'a mirror has no batches of its own', give: { ...origin, allow_batched: true } },
  {
    field: 'allow_msg_schedules',
    reason: 'a mirror has no schedules of its own',
    give: { ...origin, allow_msg_schedules: true, allow_rollup_hdrs: true },
  },
  {
    field: 'subject_delete_marker_ttl',
    reason: 'a mirror has no delete markers of its own',
    give: { ...origin, subject_delete_marker_ttl: second, allow_msg_ttl: true, allow_rollup_hdrs: true },
  },
  {
    field: 'mirror',
    reason: 'give filter_subject or subject_transforms, not both',
    give: {
      ...origin,
      mirror: { name: 'ORIGIN', filter_subject: 'origin.a', subject_transforms: [{ src: 'origin.b', dest: 'b' }] },
    },
  },
  {
    field: 'sources',
    reason: 'give filter_subject or subject_transforms, not both',
    give: {
      subjects: null,
      sources: [{ name: 'ORIGIN', filter_subject: 'origin.a', subject_transforms: [{ src: 'origin.b', dest: 'b' }] }],
    },
  },
  { field: 'subjects', reason: 'a subject is there twice', give: { subjects: ['twice', 'twice'] } },
  { field: 'subjects', reason: 'two of the subjects overlap', give: { subjects: ['overlap.*', 'overlap.a'] } },
  {
    field: 'subjects',
    reason: 'all subjects (>) can be taken only with no_ack, since answers to requests are subjects too',
    give: { subjects: ['>'] },
  },
  {
    field: 'subjects',
    reason: 'all subjects (>) can be taken by one replica only',
    give: { subjects: ['>'], no_ack: true, num_replicas: 3 },
  },
  {
    field: 'subjects',
    reason: 'subjects of JetStream itself ($JS, $JSC, $NRG) can be taken only with no_ack',
    give: { subjects: ['$JS.API.>'] },
  },
  {
    field: 'subjects',
    reason: 'subjects of JetStream itself ($JS, $JSC, $NRG) can be taken only with no_ack',
    give: { subjects: ['$JS.ACK.>'] },
  },
  {
    field: 'subjects',
    reason: 'subjects of the system ($SYS) can be taken only with no_ack',
    give: { subjects: ['$SYS.>'] },
  },
  { field: 'subjects', give: { subjects: ['$JS.EVENT.ADVISORY.>'] } },
  { field: 'subjects', give: { subjects: ['$SYS.ACCOUNT.>'] } },
  { field: 'first_seq', give: { first_seq: 100 } },
  { field: 'compression', give: { compression: 's2' } },
  { field: 'subject_transform', give: { subjects: ['from.>'], subject_transform: { src: 'from.>', dest: 'to.>' } } },
  {
    field: 'republish',
    give: {
      subjects: ['republish.*'],
      republish: { src: 'republish.*', dest: 'again.{{wildcard(1)}}', headers_only: true },
    },
  },
  { field: 'consumer_limits', give: { consumer_limits: { inactive_threshold: 60 * second, max_ack_pending: 10 } } },
  { field: 'allow_msg_ttl', give: { allow_msg_ttl: true, allow_rollup_hdrs: true, subject_delete_marker_ttl: second } },
  { field: 'allow_msg_counter', give: { allow_msg_counter: true, allow_direct: true } },
  { field: 'allow_atomic', give: { allow_atomic: true } },
  { field: 'allow_msg_schedules', give: { allow_msg_schedules: true, allow_rollup_hdrs: true } },
  { field: 'allow_batched', give: { allow_batched: true } },
  { field: 'persist_mode', give: { persist_mode: 'async' } },
  { field: 'mirror', give: { ...origin, mirror: { name: 'ORIGIN', filter_subject: 'origin.a', opt_start_seq: 1 } } },
  {
    field: 'sources',
    give: {
      subjects: null,
      sources: [{ name: 'ORIGIN', subject_transforms: [{ src: 'origin.>', dest: 'copied.>' }] }, { name: 'OTHER' }],
    },
  },
  {
    field: 'mirror',
    give: { ...origin, mirror: { name: 'ORIGIN', consumer: { name: 'taker', deliver_subject: 'taken' } } },
  },
];

/** Attempts to change a stream. */
export const streamsToUpdate: readonly Case[] = [
  { field: 'name', reason: 'a stream keeps its name; make a copy under another one', give: { name: 'RENAMED' } },
  {
    field: 'storage',
    reason: 'the storage cannot be changed; make a copy with the other one',
    base: file,
    give: memory,
  },
  {
    field: 'storage',
    reason: 'the storage cannot be changed; make a copy with the other one',
    base: memory,
    give: file,
  },
  ...[
    ['limits', 'workqueue'],
    ['interest', 'workqueue'],
    ['workqueue', 'limits'],
    ['workqueue', 'interest'],
  ].map(([from, to]) => ({
    field: 'retention',
    reason: 'the retention cannot be changed to or from work queue; make a copy',
    base: { retention: from },
    give: { retention: to },
  })),
  { field: 'retention', base: { retention: 'limits' }, give: { retention: 'interest' } },
  { field: 'retention', base: { retention: 'interest' }, give: { retention: 'limits' } },
  {
    field: 'deny_delete',
    reason: 'deny_delete cannot be taken back',
    base: { deny_delete: true },
    give: { deny_delete: false },
  },
  {
    field: 'deny_purge',
    reason: 'deny_purge cannot be taken back',
    base: { deny_purge: true },
    give: { deny_purge: false },
  },
  { field: 'deny_delete', give: { deny_delete: true, deny_purge: true } },
  {
    field: 'allow_msg_ttl',
    reason: 'message TTLs cannot be turned off again',
    base: { allow_msg_ttl: true },
    give: { allow_msg_ttl: false },
  },
  { field: 'allow_msg_ttl', give: { allow_msg_ttl: true } },
  {
    field: 'allow_msg_schedules',
    reason: 'schedules cannot be turned off again',
    base: { allow_msg_schedules: true, allow_rollup_hdrs: true },
    give: { allow_msg_schedules: false },
  },
  { field: 'allow_msg_schedules', give: { allow_msg_schedules: true, allow_rollup_hdrs: true } },
  {
    field: 'mirror',
    reason: 'a mirror cannot be made or changed, only removed, which makes it a stream of its own',
    base: origin,
    give: { mirror: { name: 'OTHER' } },
  },
  {
    field: 'mirror',
    reason:
      'a mirror cannot be made, changed or removed here; 2.12 and newer can remove it, which makes it a stream of its own',
    base: origin,
    give: { mirror: { name: 'OTHER' } },
  },
  { field: 'mirror', base: origin, give: { mirror: null, subjects: ['promoted'] } },
  { field: 'mirror', give: { mirror: { name: 'ORIGIN' }, subjects: null } },
  {
    field: 'allow_msg_counter',
    reason: 'whether a stream counts is set when it is made',
    give: { allow_msg_counter: true },
  },
  {
    field: 'allow_msg_counter',
    reason: 'whether a stream counts is set when it is made',
    base: { allow_msg_counter: true },
    give: { allow_msg_counter: false },
  },
  { field: 'persist_mode', reason: 'how a stream is written is set when it is made', give: { persist_mode: 'async' } },
  { field: 'max_consumers', reason: 'the most consumers cannot be changed on this server', give: { max_consumers: 5 } },
  { field: 'sources', base: { subjects: null, sources: [{ name: 'ORIGIN' }] }, give: { sources: [{ name: 'OTHER' }] } },
  { field: 'max_msgs', base: { max_msgs: 100 }, give: { max_msgs: 10 } },
  { field: 'max_bytes', base: { max_bytes: 1_000_000 }, give: { max_bytes: 1000 } },
  { field: 'max_age', base: { max_age: 300 * second, duplicate_window: 60 * second }, give: { max_age: 0 } },
  { field: 'duplicate_window', give: { duplicate_window: 60 * second } },
  {
    field: 'duplicate_window',
    reason: 'the duplicate window cannot be longer than the age of messages; set it as well',
    give: { max_age: second },
  },
  { field: 'discard', give: { discard: 'new' } },
  { field: 'no_ack', give: { no_ack: true } },
  { field: 'compression', base: file, give: { compression: 's2' } },
  { field: 'allow_direct', base: { allow_direct: true }, give: { allow_direct: false } },
  { field: 'allow_rollup_hdrs', base: { allow_rollup_hdrs: true }, give: { allow_rollup_hdrs: false } },
  { field: 'republish', give: { republish: { src: '>', dest: 'again.>' } } },
  {
    field: 'subject_transform',
    base: { subjects: ['turned.>'] },
    give: { subject_transform: { src: 'turned.>', dest: 'to.>' } },
  },
  { field: 'first_seq', give: { first_seq: 50 } },
  { field: 'allow_atomic', give: { allow_atomic: true } },
  { field: 'allow_atomic', base: { allow_atomic: true }, give: { allow_atomic: false } },
  { field: 'allow_batched', give: { allow_batched: true } },
  { field: 'metadata', base: { metadata: { a: '1' } }, give: { metadata: { b: '2' } } },
  { field: 'consumer_limits', give: { consumer_limits: { max_ack_pending: 5 } } },
  { field: 'sealed', give: { sealed: true } },
  { field: 'sealed', reason: 'a sealed stream stays sealed', base: { sealed: true }, give: { sealed: false } },
  { field: 'placement', give: { placement: { tags: [] } } },
];
