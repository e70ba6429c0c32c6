import {
  consumerFields,
  consumerRules,
  overlay,
  refusalsToUpdate,
  sameSetting,
  streamFields,
  streamRules,
  type ConfigView,
  type NatsConfig,
  type RuleBook,
  type Surroundings,
} from '@jetstream-console/contract';

/** Other values of a field, to ask the rules whether any of them would be taken. A switch is tried the other way round. */
const others: Readonly<Record<string, readonly unknown[]>> = {
  name: ['another'],
  storage: ['file', 'memory'],
  retention: ['limits', 'interest', 'workqueue'],
  persist_mode: ['default', 'async'],
  mirror: [null, { name: 'another' }],
  max_consumers: [-1, 1],
  subject_delete_marker_ttl: [1e9],
  deliver_policy: ['all', 'new'],
  opt_start_seq: [1, 2],
  opt_start_time: ['2000-01-01T00:00:00Z'],
  ack_policy: ['none', 'explicit'],
  replay_policy: ['instant', 'original'],
  idle_heartbeat: [0, 5e9],
  max_waiting: [1, 2],
  pause_until: ['2000-01-01T00:00:00Z'],
  priority_groups: [['A']],
  priority_policy: ['overflow'],
  priority_timeout: [1e9],
};

/** Fields of which no other value that was tried would be taken, each with the reason for the first. */
function fixedFields(book: RuleBook, fields: readonly string[], config: NatsConfig, around: Surroundings) {
  return fields.flatMap((field): ConfigView['fixed'] => {
    const values = (others[field] ?? [config[field] !== true]).filter(
      (value) => !sameSetting(field, value, config[field]),
    );
    const reasons = values.map(
      (value) =>
        refusalsToUpdate(book, config, overlay(config, { [field]: value }), around).find(
          (refusal) => refusal.field === field,
        )?.reason,
    );
    const [first] = reasons;
    return first !== undefined && !reasons.includes(undefined) ? [{ field, reason: first }] : [];
  });
}

export const fixedStreamFields = (config: NatsConfig, around: Surroundings): ConfigView['fixed'] =>
  fixedFields(streamRules, Object.keys(streamFields), config, around);
export const fixedConsumerFields = (config: NatsConfig, around: Surroundings): ConfigView['fixed'] =>
  fixedFields(consumerRules, Object.keys(consumerFields), config, around);
