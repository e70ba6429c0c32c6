import { matchesSubject } from './access';
import type { NatsConfig } from './jetstreamConfig';
import { fixed, isOn, listOf, numberOf, textOf, type Rule, type RuleBook, type Surroundings } from './jetstreamRules';
import { subjectsOverlap } from './jetstreamStreamRules';

const tenthOfSecond = 100_000_000;
const millisecond = 1_000_000;
const second = 1_000_000_000;

const isPush = (config: NatsConfig) => textOf(config, 'deliver_subject') !== '';
const policy = (config: NatsConfig) => textOf(config, 'deliver_policy') || 'all';
const byFlow = (config: NatsConfig) => config['ack_policy'] === 'flow_control';
const hasPriority = (config: NatsConfig) => !['', 'none'].includes(textOf(config, 'priority_policy'));
const onlyPush = (field: string, set: (config: NatsConfig) => boolean, what: string): Rule => ({
  field,
  reason: `${what} is for push consumers; this one is pulled`,
  refuses: (now) => !isPush(now) && set(now),
});
const streamNumber = ({ stream }: Surroundings, field: string) => (stream ? numberOf(stream, field) : 0);
const limitOf = ({ stream }: Surroundings, field: string): number => {
  const limits = stream?.['consumer_limits'];
  return typeof limits === 'object' && limits !== null ? numberOf({ ...limits }, field) : 0;
};
const keepsUntilAcked = ({ stream }: Surroundings) =>
  stream !== undefined && ['interest', 'workqueue'].includes(textOf(stream, 'retention'));
const filters = (config: NatsConfig): readonly string[] => listOf(config, 'filter_subjects').map(String);

const startRules: readonly Rule[] = [
  {
    field: 'opt_start_seq',
    reason: 'goes with deliver_policy by_start_sequence alone',
    refuses: (now) => numberOf(now, 'opt_start_seq') > 0 && policy(now) !== 'by_start_sequence',
  },
  {
    field: 'opt_start_seq',
    reason: 'deliver_policy by_start_sequence needs one',
    refuses: (now) => numberOf(now, 'opt_start_seq') === 0 && policy(now) === 'by_start_sequence',
  },
  {
    field: 'opt_start_time',
    reason: 'goes with deliver_policy by_start_time alone',
    refuses: (now) => textOf(now, 'opt_start_time') !== '' && policy(now) !== 'by_start_time',
  },
  {
    field: 'opt_start_time',
    reason: 'deliver_policy by_start_time needs one',
    refuses: (now) => textOf(now, 'opt_start_time') === '' && policy(now) === 'by_start_time',
  },
  {
    field: 'deliver_policy',
    reason: 'last_per_subject needs a filter subject',
    refuses: (now) =>
      policy(now) === 'last_per_subject' && textOf(now, 'filter_subject') === '' && filters(now).length === 0,
  },
];

const pushAndPullRules: readonly Rule[] = [
  onlyPush('rate_limit_bps', (now) => numberOf(now, 'rate_limit_bps') > 0, 'a rate limit'),
  onlyPush('idle_heartbeat', (now) => numberOf(now, 'idle_heartbeat') > 0, 'a heartbeat'),
  onlyPush('flow_control', (now) => isOn(now, 'flow_control'), 'flow control'),
  {
    field: 'max_waiting',
    reason: 'a push consumer has no waiting pulls',
    refuses: (now) => isPush(now) && numberOf(now, 'max_waiting') > 0,
  },
  {
    field: 'deliver_subject',
    reason: 'holds no wildcard',
    refuses: (now) =>
      textOf(now, 'deliver_subject')
        .split('.')
        .some((token) => token === '*' || token === '>'),
  },
  {
    field: 'idle_heartbeat',
    reason: 'the heartbeat is 100 ms at least',
    refuses: (now) =>
      isPush(now) && numberOf(now, 'idle_heartbeat') > 0 && numberOf(now, 'idle_heartbeat') < tenthOfSecond,
  },
  {
    field: 'flow_control',
    reason: 'flow control needs idle_heartbeat',
    refuses: (now) => isPush(now) && isOn(now, 'flow_control') && numberOf(now, 'idle_heartbeat') === 0,
  },
  {
    field: 'max_expires',
    reason: 'the longest pull is 1 ms at least',
    refuses: (now) => !isPush(now) && numberOf(now, 'max_expires') > 0 && numberOf(now, 'max_expires') < millisecond,
  },
  {
    field: 'priority_policy',
    reason: 'priority groups are for pull consumers',
    refuses: (now) => hasPriority(now) && isPush(now),
  },
  {
    field: 'priority_groups',
    reason: 'a priority policy needs a group',
    refuses: (now) => hasPriority(now) && listOf(now, 'priority_groups').length === 0,
  },
  {
    field: 'priority_groups',
    reason: 'groups need a priority_policy',
    from: 2,
    refuses: (now) => !hasPriority(now) && listOf(now, 'priority_groups').length > 0,
  },
];

const ackRules: readonly Rule[] = [
  {
    field: 'backoff',
    reason: 'has more steps than max_deliver allows deliveries',
    refuses: (now) =>
      listOf(now, 'backoff').length > 0 &&
      numberOf(now, 'max_deliver') > 0 &&
      listOf(now, 'backoff').length > numberOf(now, 'max_deliver'),
  },
  {
    field: 'ack_wait',
    reason: 'equals the first step of backoff, which takes its place; set both',
    from: 1,
    pedantic: true,
    refuses: (now) =>
      listOf(now, 'backoff').length > 0 && numberOf(now, 'ack_wait') !== Number(listOf(now, 'backoff')[0]),
  },
  {
    field: 'ack_policy',
    reason: 'a pulled consumer of a work queue acknowledges',
    refuses: (now, _, { stream }) =>
      !isPush(now) && now['ack_policy'] === 'none' && stream?.['retention'] === 'workqueue',
  },
  {
    field: 'max_ack_pending',
    reason: 'is for consumers that acknowledge',
    refuses: (now) => isPush(now) && numberOf(now, 'max_ack_pending') > 0 && now['ack_policy'] === 'none',
  },
  {
    field: 'max_ack_pending',
    reason: 'is above the stream’s own limit for its consumers',
    refuses: (now, _, around) =>
      limitOf(around, 'max_ack_pending') > 0 && numberOf(now, 'max_ack_pending') > limitOf(around, 'max_ack_pending'),
  },
  {
    field: 'inactive_threshold',
    reason: 'is above the stream’s own limit for its consumers',
    refuses: (now, _, around) =>
      limitOf(around, 'inactive_threshold') > 0 &&
      numberOf(now, 'inactive_threshold') > limitOf(around, 'inactive_threshold'),
  },
  {
    field: 'ack_policy',
    reason: 'flow_control is for push consumers',
    refuses: (now) => byFlow(now) && !isPush(now),
  },
  {
    field: 'flow_control',
    reason: 'ack_policy flow_control needs it',
    pedantic: true,
    refuses: (now) => byFlow(now) && isPush(now) && !isOn(now, 'flow_control'),
  },
  {
    field: 'idle_heartbeat',
    reason: 'ack_policy flow_control needs one of 1 s',
    pedantic: true,
    refuses: (now) => byFlow(now) && isPush(now) && numberOf(now, 'idle_heartbeat') !== second,
  },
];

const filterRules: readonly Rule[] = [
  {
    field: 'filter_subjects',
    reason: 'give filter_subject or filter_subjects, not both',
    refuses: (now) => textOf(now, 'filter_subject') !== '' && filters(now).length > 0,
  },
  {
    field: 'filter_subjects',
    reason: 'two of the filters overlap',
    until: 1,
    refuses: (now) => filters(now).some((a, i) => filters(now).some((b, j) => j > i && subjectsOverlap(a, b))),
  },
  {
    field: 'filter_subjects',
    reason: 'one of the filters is part of another',
    from: 2,
    refuses: (now) => filters(now).some((a, i) => filters(now).some((b, j) => j !== i && matchesSubject(a, b))),
  },
];

const replicaRules: readonly Rule[] = [
  {
    field: 'num_replicas',
    reason: 'a consumer has no more replicas than its stream',
    refuses: (now, _, around) =>
      around.stream !== undefined && numberOf(now, 'num_replicas') > streamNumber(around, 'num_replicas'),
  },
  {
    field: 'num_replicas',
    reason: 'on this retention a consumer has as many replicas as its stream',
    refuses: (now, _, around) =>
      keepsUntilAcked(around) &&
      numberOf(now, 'num_replicas') > 0 &&
      numberOf(now, 'num_replicas') < streamNumber(around, 'num_replicas'),
  },
];

/** What an update may not do (nats-server checkNewConsumerConfig). */
const consumerUpdateRules: readonly Rule[] = [
  fixed('name', 'a consumer keeps its name'),
  fixed('deliver_policy', 'where a consumer began is set when it is made; reset it, or make another'),
  fixed('opt_start_seq', 'where a consumer began is set when it is made; reset it, or make another'),
  fixed('opt_start_time', 'where a consumer began is set when it is made; reset it, or make another'),
  fixed('ack_policy', 'the acknowledgement is set when a consumer is made'),
  fixed('replay_policy', 'the pace is set when a consumer is made'),
  fixed('idle_heartbeat', 'the heartbeat is set when a consumer is made'),
  fixed('flow_control', 'flow control is set when a consumer is made'),
  fixed('max_waiting', 'the most waiting pulls are set when a consumer is made'),
  fixed('mem_storage', 'where its state lives is set when a consumer is made', { from: 4 }),
  fixed('direct', 'set when a consumer is made'),
  fixed('sourcing', 'set when a consumer is made'),
  {
    field: 'deliver_subject',
    reason: 'a push consumer stays one, and a pull consumer too; make another',
    refuses: (now, before) => isPush(now) !== isPush(before),
  },
  {
    field: 'deliver_subject',
    reason: 'somebody subscribes to it; it can be changed while nobody does',
    refuses: (now, before, { bound }) =>
      bound === true && isPush(now) && textOf(now, 'deliver_subject') !== textOf(before, 'deliver_subject'),
  },
];

/** The rules over consumers, as nats-server checks them. */
export const consumerRules: RuleBook = {
  kind: 'consumer',
  config: [...startRules, ...pushAndPullRules, ...ackRules, ...filterRules, ...replicaRules],
  update: consumerUpdateRules,
};
