import { z } from 'zod';
import { assetName, subjectFilter } from './common';

/** The server's own JSON, fields that are unknown here included: what NATS names stays as NATS names it. */
export type NatsConfig = Readonly<Record<string, unknown>>;
export const natsConfig = z.record(z.string(), z.unknown());

/** Go's int64: the longest duration, the highest count. */
const int64 = 2 ** 63;
const whole = z.number().refine(Number.isInteger, 'a whole number').lt(int64);
/** Days in nanoseconds pass 2^53, though those of a whole millisecond are still exact as a double. */
const nanoseconds = whole.min(0, 'nanoseconds, 0 for none');
/** -1 is no limit; 0 the server reads as -1. */
const limit = whole.min(-1, '-1 for no limit');
const count = z.int().min(0);
/** Counts and positions of the server are uint64: above 2^53 a JSON number is no longer the one that was typed. */
const position = z.int().min(0);
const moment = z.iso.datetime({ offset: true });
const nameList = z.array(z.string().min(1).max(255)).max(1000);

/** nats-server JSMaxDescriptionLen and JSMaxMetadataLen, in bytes. */
export const maxDescriptionBytes = 4096;
export const maxMetadataBytes = 131_072;
const bytesOf = (text: string) => new TextEncoder().encode(text).length;
const description = z
  .string()
  .refine((text) => bytesOf(text) <= maxDescriptionBytes, `at most ${maxDescriptionBytes} bytes`);
const metadata = z
  .record(z.string().min(1), z.string())
  .refine(
    (pairs) =>
      Object.entries(pairs).reduce((sum, [key, value]) => sum + bytesOf(key) + bytesOf(value), 0) <= maxMetadataBytes,
    `at most ${maxMetadataBytes} bytes in all`,
  );

const transform = z.looseObject({ src: z.string().max(1024), dest: z.string().max(1024) });
const source = z.looseObject({
  name: assetName,
  opt_start_seq: position.optional(),
  opt_start_time: moment.optional(),
  filter_subject: z.union([z.literal(''), subjectFilter]).optional(),
  subject_transforms: z.array(transform).max(1000).optional(),
  external: z.looseObject({ api: z.string().min(1).max(255), deliver: z.string().max(255).optional() }).optional(),
  consumer: z.looseObject({ name: assetName, deliver_subject: z.string().min(1).max(1024) }).optional(),
});
const placement = z.looseObject({
  cluster: z.string().max(255).optional(),
  tags: z.array(z.string().max(255)).max(100).nullable().optional(),
});

/** Every field of a stream's configuration (nats-server `StreamConfig`, 2.10 to 2.15). */
export const streamFields = {
  name: assetName,
  description,
  subjects: z.array(subjectFilter).max(10_000),
  retention: z.enum(['limits', 'interest', 'workqueue']),
  max_consumers: limit,
  max_msgs: limit,
  max_bytes: limit,
  max_age: nanoseconds,
  max_msgs_per_subject: limit,
  max_msg_size: limit.max(2_147_483_647),
  discard: z.enum(['old', 'new']),
  storage: z.enum(['file', 'memory']),
  num_replicas: count,
  no_ack: z.boolean(),
  duplicate_window: nanoseconds,
  placement,
  mirror: source,
  sources: z.array(source).max(1000),
  compression: z.enum(['none', 's2']),
  first_seq: position,
  subject_transform: transform,
  republish: z.looseObject({
    src: z.string().max(1024).optional(),
    dest: z.string().min(1).max(1024),
    headers_only: z.boolean().optional(),
  }),
  allow_direct: z.boolean(),
  mirror_direct: z.boolean(),
  discard_new_per_subject: z.boolean(),
  sealed: z.boolean(),
  deny_delete: z.boolean(),
  deny_purge: z.boolean(),
  allow_rollup_hdrs: z.boolean(),
  consumer_limits: z.looseObject({ inactive_threshold: nanoseconds.optional(), max_ack_pending: limit.optional() }),
  allow_msg_ttl: z.boolean(),
  subject_delete_marker_ttl: nanoseconds,
  allow_msg_counter: z.boolean(),
  allow_atomic: z.boolean(),
  allow_msg_schedules: z.boolean(),
  allow_batched: z.boolean(),
  persist_mode: z.enum(['default', 'async']),
  metadata,
} as const;
export type StreamField = keyof typeof streamFields;

/** Every field of a consumer's configuration (nats-server `ConsumerConfig`, 2.10 to 2.15). */
export const consumerFields = {
  name: assetName,
  durable_name: assetName,
  description,
  deliver_policy: z.enum(['all', 'last', 'new', 'by_start_sequence', 'by_start_time', 'last_per_subject']),
  opt_start_seq: position,
  opt_start_time: moment,
  ack_policy: z.enum(['none', 'all', 'explicit', 'flow_control']),
  ack_wait: nanoseconds,
  max_deliver: limit,
  backoff: z.array(nanoseconds).max(1000),
  filter_subject: z.union([z.literal(''), subjectFilter]),
  filter_subjects: z.array(subjectFilter).max(10_000),
  replay_policy: z.enum(['instant', 'original']),
  rate_limit_bps: count,
  sample_freq: z.string().regex(/^(\d{1,3}%?)?$/, 'a percentage such as 100 or 100%'),
  max_waiting: count,
  max_ack_pending: limit,
  flow_control: z.boolean(),
  headers_only: z.boolean(),
  max_batch: count,
  max_expires: nanoseconds,
  max_bytes: count,
  deliver_subject: z.string().max(1024),
  deliver_group: z.string().max(255),
  idle_heartbeat: nanoseconds,
  inactive_threshold: nanoseconds,
  num_replicas: count,
  mem_storage: z.boolean(),
  direct: z.boolean(),
  sourcing: z.boolean(),
  metadata,
  pause_until: moment,
  priority_groups: nameList,
  priority_policy: z.enum(['none', 'overflow', 'pinned_client', 'prioritized']),
  priority_timeout: nanoseconds,
} as const;
export type ConsumerField = keyof typeof consumerFields;

type Shape = Readonly<Record<string, z.ZodType>>;
const optional = (fields: Shape) =>
  Object.fromEntries(Object.entries(fields).map(([key, schema]) => [key, schema.optional()]));
const orRemoved = (fields: Shape) =>
  Object.fromEntries(Object.entries(fields).map(([key, schema]) => [key, schema.nullable().optional()]));

/** A whole configuration to make an asset from. A field that is unknown here goes to the server as it is. */
export const newStreamConfig = z.looseObject(optional(streamFields)).and(z.looseObject({ name: assetName }));
export const newConsumerConfig = z.looseObject(optional(consumerFields));

const notTooMany = (change: object) => Object.keys(change).length <= 200;
/** Changed fields alone: each takes the place of the old value as a whole, `null` takes it out. */
export const streamChange = z.looseObject(orRemoved(streamFields)).refine(notTooMany, 'at most 200 fields');
export const consumerChange = z.looseObject(orRemoved(consumerFields)).refine(notTooMany, 'at most 200 fields');
