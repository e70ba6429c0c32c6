import type { NatsConfig } from './jetstreamConfig';
import { sameSetting } from './jetstreamOverlay';
import { isOn, listOf, numberOf, textOf } from './jetstreamRules';

/** What of a stream's state says how much a change touches. */
export interface StreamFigures {
  readonly messages: number;
  readonly bytes: number;
  readonly consumers: number;
}

const many = (n: number, one: string) => `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;
/** -1 and 0 are no limit. */
const limitOf = (config: NatsConfig, field: string) => {
  const value = numberOf(config, field);
  return value > 0 ? value : Number.POSITIVE_INFINITY;
};

type Effect = (before: NatsConfig, after: NatsConfig, figures: StreamFigures) => string | false;

const effects: readonly Effect[] = [
  (before, after, { messages }) =>
    limitOf(after, 'max_msgs') < messages &&
    limitOf(after, 'max_msgs') < limitOf(before, 'max_msgs') &&
    `${many(messages - limitOf(after, 'max_msgs'), 'message')} above the new limit are removed at once, the oldest first`,
  (before, after, { bytes }) =>
    limitOf(after, 'max_bytes') < bytes &&
    limitOf(after, 'max_bytes') < limitOf(before, 'max_bytes') &&
    `messages are removed at once, the oldest first, until ${many(limitOf(after, 'max_bytes'), 'byte')} are left of ${many(bytes, 'byte')}`,
  (before, after, { messages }) =>
    messages > 0 &&
    limitOf(after, 'max_age') < limitOf(before, 'max_age') &&
    'messages older than the new age are removed at once',
  (before, after, { messages }) =>
    messages > 0 &&
    limitOf(after, 'max_msgs_per_subject') < limitOf(before, 'max_msgs_per_subject') &&
    'of each subject only the newest stay, as many as the new limit allows; the others are removed at once',
  (before, after, { messages }) =>
    textOf(after, 'retention') === 'interest' &&
    textOf(before, 'retention') === 'limits' &&
    `messages that every consumer has acknowledged are removed, and all of them where there is no consumer (${many(messages, 'message')} now)`,
  (before, after) => {
    const gone = listOf(before, 'subjects').filter((subject) => !listOf(after, 'subjects').includes(subject));
    return gone.length > 0 && `messages published to ${gone.map(String).join(', ')} are no longer stored here`;
  },
  (before, after) =>
    textOf(before, 'discard') === 'old' &&
    textOf(after, 'discard') === 'new' &&
    'publishers are refused once the stream is full',
  (before, after) =>
    before['mirror'] !== undefined &&
    after['mirror'] === undefined &&
    'it stops copying for good and becomes a stream of its own',
  (before, after) =>
    !sameSetting('num_replicas', before['num_replicas'], after['num_replicas']) &&
    `copies go from ${numberOf(before, 'num_replicas') || 1} to ${numberOf(after, 'num_replicas') || 1}; new ones have to catch up before they count`,
  (before, after) =>
    !sameSetting('first_seq', before['first_seq'], after['first_seq']) &&
    'the first sequence counts only when a stream is made; nothing happens to this one',
  (before, after) =>
    isOn(after, 'sealed') && !isOn(before, 'sealed') && 'it is sealed for good: nothing comes in and nothing goes out',
  (before, after) =>
    isOn(after, 'deny_delete') && !isOn(before, 'deny_delete') && 'messages can never again be deleted one by one',
  (before, after) => isOn(after, 'deny_purge') && !isOn(before, 'deny_purge') && 'it can never again be purged',
  (before, after) =>
    isOn(after, 'no_ack') &&
    !isOn(before, 'no_ack') &&
    'publishers get no acknowledgement and cannot know whether a message was stored',
];

/** What a change does to messages and clients, in sentences. */
export const streamEffects = (before: NatsConfig, after: NatsConfig, figures: StreamFigures): string[] =>
  effects.map((effect) => effect(before, after, figures)).filter((say) => say !== false);

type ConsumerEffect = (before: NatsConfig, after: NatsConfig) => string | false;
const consumerEffectList: readonly ConsumerEffect[] = [
  (before, after) =>
    textOf(before, 'durable_name') !== '' &&
    textOf(after, 'durable_name') === '' &&
    'it is durable no longer: it goes, with its position, once nobody has used it for its inactive threshold',
  (before, after) =>
    (!sameSetting('filter_subject', before['filter_subject'], after['filter_subject']) ||
      !sameSetting('filter_subjects', before['filter_subjects'], after['filter_subjects'])) &&
    'the new filter holds from its position on; what it passed over before is not delivered',
  (before, after) =>
    !sameSetting('inactive_threshold', before['inactive_threshold'], after['inactive_threshold']) &&
    numberOf(after, 'inactive_threshold') > 0 &&
    'it is deleted, with its position, once nobody has used it for that long',
  (before, after) =>
    limitOf(after, 'max_deliver') < limitOf(before, 'max_deliver') &&
    'messages that were delivered that often already are given up',
];

/** The same for a consumer. */
export const consumerEffects = (before: NatsConfig, after: NatsConfig): string[] =>
  consumerEffectList.map((effect) => effect(before, after)).filter((say) => say !== false);
