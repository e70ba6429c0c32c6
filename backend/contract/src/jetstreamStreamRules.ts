import { matchesSubject } from './access';
import type { NatsConfig } from './jetstreamConfig';
import { sameSetting } from './jetstreamOverlay';
import { fixed, isOn, listOf, numberOf, type Rule, type RuleBook } from './jetstreamRules';

const tenthOfSecond = 100_000_000;
const second = 1_000_000_000;
const has = (config: NatsConfig, field: string) => config[field] !== undefined;
const isMirror = (config: NatsConfig) => has(config, 'mirror');
const between = (value: number, low: number, high: number) => value > low && value < high;

/** Whether two subject patterns share a subject. */
export function subjectsOverlap(a: string, b: string): boolean {
  const [left, right] = [a.split('.'), b.split('.')];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    if (left[i] === '>' || right[i] === '>') return left[i] !== undefined && right[i] !== undefined;
    if (left[i] === undefined || right[i] === undefined) return false;
    if (left[i] !== right[i] && left[i] !== '*' && right[i] !== '*') return false;
  }
  return true;
}
const anyPair = (items: readonly unknown[], holds: (a: string, b: string) => boolean) =>
  items.some((a, i) => items.some((b, j) => j > i && holds(String(a), String(b))));

/** Subjects of the server's own, but for the part that streams may take. `>` has a rule of its own. */
const takesInternal = (config: NatsConfig, own: readonly string[], free: string) =>
  listOf(config, 'subjects')
    .map(String)
    .some((s) => s !== '>' && own.some((pattern) => subjectsOverlap(s, pattern)) && !matchesSubject(free, s));

const bothFilters = (source: unknown): boolean =>
  typeof source === 'object' &&
  source !== null &&
  'filter_subject' in source &&
  Boolean(source.filter_subject) &&
  'subject_transforms' in source &&
  Array.isArray(source.subject_transforms) &&
  source.subject_transforms.length > 0;

const notOnMirror = (field: string, set: (config: NatsConfig) => boolean, what: string): Rule => ({
  field,
  reason: `a mirror has no ${what} of its own`,
  refuses: (now) => isMirror(now) && set(now),
});

/** What no stream may be, whatever it was before (nats-server checkStreamCfg). */
const streamConfigRules: readonly Rule[] = [
  {
    field: 'num_replicas',
    reason: 'a stream has at most 5 replicas',
    refuses: (now) => numberOf(now, 'num_replicas') > 5,
  },
  {
    field: 'num_replicas',
    reason: 'a single server keeps one copy; replicas need a cluster',
    refuses: (now, _, { clustered }) => !clustered && between(numberOf(now, 'num_replicas'), 1, 6),
  },
  {
    field: 'max_age',
    reason: 'the age is 100 ms at least, or 0 for none',
    refuses: (now) => between(numberOf(now, 'max_age'), 0, tenthOfSecond),
  },
  {
    field: 'duplicate_window',
    reason: 'the duplicate window cannot be longer than the age of messages; set it as well',
    refuses: (now) => numberOf(now, 'max_age') > 0 && numberOf(now, 'duplicate_window') > numberOf(now, 'max_age'),
  },
  {
    field: 'duplicate_window',
    reason: 'the duplicate window is 100 ms at least',
    refuses: (now) => between(numberOf(now, 'duplicate_window'), 0, tenthOfSecond),
  },
  {
    field: 'allow_rollup_hdrs',
    reason: 'roll-ups purge, and deny_purge forbids that',
    refuses: (now) => isOn(now, 'deny_purge') && isOn(now, 'allow_rollup_hdrs') && !isOn(now, 'sealed'),
  },
  {
    field: 'discard_new_per_subject',
    reason: 'needs discard new',
    refuses: (now) => isOn(now, 'discard_new_per_subject') && now['discard'] !== 'new',
  },
  {
    field: 'discard_new_per_subject',
    reason: 'needs max_msgs_per_subject',
    refuses: (now) => isOn(now, 'discard_new_per_subject') && numberOf(now, 'max_msgs_per_subject') <= 0,
  },
  {
    field: 'subject_delete_marker_ttl',
    reason: 'delete markers live one second at least',
    refuses: (now) => between(numberOf(now, 'subject_delete_marker_ttl'), 0, second),
  },
  {
    field: 'subject_delete_marker_ttl',
    reason: 'delete markers need allow_msg_ttl',
    pedantic: true,
    refuses: (now) => numberOf(now, 'subject_delete_marker_ttl') > 0 && !isOn(now, 'allow_msg_ttl'),
  },
  {
    field: 'subject_delete_marker_ttl',
    reason: 'delete markers need allow_rollup_hdrs',
    pedantic: true,
    refuses: (now) => numberOf(now, 'subject_delete_marker_ttl') > 0 && !isOn(now, 'allow_rollup_hdrs'),
  },
  {
    field: 'allow_msg_counter',
    reason: 'a counter stream discards old messages',
    refuses: (now) => isOn(now, 'allow_msg_counter') && now['discard'] === 'new',
  },
  {
    field: 'allow_msg_counter',
    reason: 'a counter stream has no message TTLs',
    refuses: (now) => isOn(now, 'allow_msg_counter') && isOn(now, 'allow_msg_ttl'),
  },
  {
    field: 'allow_msg_counter',
    reason: 'a counter stream has no schedules',
    from: 4,
    refuses: (now) => isOn(now, 'allow_msg_counter') && isOn(now, 'allow_msg_schedules'),
  },
  {
    field: 'allow_msg_counter',
    reason: 'a counter stream keeps by limits',
    refuses: (now) => isOn(now, 'allow_msg_counter') && has(now, 'retention') && now['retention'] !== 'limits',
  },
  {
    field: 'allow_msg_schedules',
    reason: 'schedules need discard old',
    from: 4,
    refuses: (now) => isOn(now, 'allow_msg_schedules') && now['discard'] === 'new',
  },
  {
    field: 'allow_msg_schedules',
    reason: 'schedules need allow_rollup_hdrs',
    pedantic: true,
    refuses: (now) => isOn(now, 'allow_msg_schedules') && !isOn(now, 'allow_rollup_hdrs'),
  },
  {
    field: 'allow_msg_schedules',
    reason: 'a stream with sources has no schedules',
    refuses: (now) => isOn(now, 'allow_msg_schedules') && listOf(now, 'sources').length > 0,
  },
  {
    field: 'persist_mode',
    reason: 'async is for file storage',
    refuses: (now) => now['persist_mode'] === 'async' && now['storage'] === 'memory',
  },
  {
    field: 'persist_mode',
    reason: 'async is for one replica',
    refuses: (now) => now['persist_mode'] === 'async' && numberOf(now, 'num_replicas') > 1,
  },
  {
    field: 'persist_mode',
    reason: 'async does not go with allow_atomic',
    refuses: (now) => now['persist_mode'] === 'async' && isOn(now, 'allow_atomic'),
  },
  notOnMirror('subjects', (now) => listOf(now, 'subjects').length > 0, 'subjects'),
  notOnMirror('sources', (now) => listOf(now, 'sources').length > 0, 'sources'),
  notOnMirror('first_seq', (now) => numberOf(now, 'first_seq') > 0, 'first sequence'),
  notOnMirror('allow_msg_counter', (now) => isOn(now, 'allow_msg_counter'), 'counters'),
  notOnMirror('allow_atomic', (now) => isOn(now, 'allow_atomic'), 'atomic batches'),
  notOnMirror('allow_batched', (now) => isOn(now, 'allow_batched'), 'batches'),
  notOnMirror('allow_msg_schedules', (now) => isOn(now, 'allow_msg_schedules'), 'schedules'),
  notOnMirror('subject_delete_marker_ttl', (now) => numberOf(now, 'subject_delete_marker_ttl') > 0, 'delete markers'),
  {
    field: 'mirror',
    reason: 'give filter_subject or subject_transforms, not both',
    refuses: (now) => bothFilters(now['mirror']),
  },
  {
    field: 'sources',
    reason: 'give filter_subject or subject_transforms, not both',
    refuses: (now) => listOf(now, 'sources').some(bothFilters),
  },
  {
    field: 'subjects',
    reason: 'a subject is there twice',
    refuses: (now) => anyPair(listOf(now, 'subjects'), (a, b) => a === b),
  },
  {
    field: 'subjects',
    reason: 'two of the subjects overlap',
    refuses: (now) => anyPair(listOf(now, 'subjects'), (a, b) => a !== b && subjectsOverlap(a, b)),
  },
  {
    field: 'subjects',
    reason: 'all subjects (>) can be taken only with no_ack, since answers to requests are subjects too',
    refuses: (now) => listOf(now, 'subjects').includes('>') && !isOn(now, 'no_ack'),
  },
  {
    field: 'subjects',
    reason: 'all subjects (>) can be taken by one replica only',
    refuses: (now) => listOf(now, 'subjects').includes('>') && numberOf(now, 'num_replicas') > 1,
  },
  {
    field: 'subjects',
    reason: 'subjects of JetStream itself ($JS, $JSC, $NRG) can be taken only with no_ack',
    refuses: (now) => !isOn(now, 'no_ack') && takesInternal(now, ['$JS.>', '$JSC.>', '$NRG.>'], '$JS.EVENT.>'),
  },
  {
    field: 'subjects',
    reason: 'subjects of the system ($SYS) can be taken only with no_ack',
    refuses: (now) => !isOn(now, 'no_ack') && takesInternal(now, ['$SYS.>'], '$SYS.ACCOUNT.>'),
  },
];

const oneWay = (field: string, reason: string): Rule => ({
  field,
  reason,
  refuses: (now, before) => isOn(before, field) && !isOn(now, field),
});
/** What an update may not do (nats-server configUpdateCheck). */
const streamUpdateRules: readonly Rule[] = [
  fixed('name', 'a stream keeps its name; make a copy under another one'),
  fixed('storage', 'the storage cannot be changed; make a copy with the other one'),
  {
    field: 'retention',
    reason: 'the retention cannot be changed to or from work queue; make a copy',
    refuses: (now, before) =>
      !sameSetting('retention', now['retention'], before['retention']) &&
      [now['retention'], before['retention']].includes('workqueue'),
  },
  oneWay('sealed', 'a sealed stream stays sealed'),
  oneWay('deny_delete', 'deny_delete cannot be taken back'),
  oneWay('deny_purge', 'deny_purge cannot be taken back'),
  oneWay('allow_msg_ttl', 'message TTLs cannot be turned off again'),
  oneWay('allow_msg_schedules', 'schedules cannot be turned off again'),
  {
    field: 'mirror',
    reason:
      'a mirror cannot be made, changed or removed here; 2.12 and newer can remove it, which makes it a stream of its own',
    until: 1,
    refuses: (now, before) => !sameSetting('mirror', now['mirror'], before['mirror']),
  },
  {
    field: 'mirror',
    reason: 'a mirror cannot be made or changed, only removed, which makes it a stream of its own',
    from: 2,
    refuses: (now, before) => isMirror(now) && !sameSetting('mirror', now['mirror'], before['mirror']),
  },
  fixed('allow_msg_counter', 'whether a stream counts is set when it is made', { from: 2 }),
  fixed('persist_mode', 'how a stream is written is set when it is made', { from: 2 }),
  fixed('max_consumers', 'the most consumers cannot be changed on this server', { until: 1 }),
];

/** The rules over streams, as nats-server checks them. */
export const streamRules: RuleBook = { kind: 'stream', config: streamConfigRules, update: streamUpdateRules };
