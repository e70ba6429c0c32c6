import type { AssetKind, NatsConfig } from '@jetstream-console/contract';
import { isWhole, wholeSeconds } from './durations';
import { as, compact, listOf, objectOf, translate, type Writer } from './fields';

/** A nested block of HCL, where an argument would be a map. */
class Block {
  constructor(readonly body: Readonly<Record<string, unknown>>) {}
}

const seconds =
  (name: string): Writer =>
  (value) => {
    const whole = isWhole(value) ? wholeSeconds(value) : null;
    return whole === null ? null : [[name, whole]];
  };

function source(value: unknown): Block {
  const { name, opt_start_seq, opt_start_time, filter_subject, subject_transforms, external, consumer } =
    objectOf(value);
  return new Block(
    compact({
      name,
      filter_subject,
      start_seq: opt_start_seq,
      start_time: opt_start_time,
      subject_transform: subject_transforms === undefined ? undefined : listOf(subject_transforms).map(transform),
      external: external === undefined ? undefined : new Block(objectOf(external)),
      consumer: consumer === undefined ? undefined : new Block(objectOf(consumer)),
    }),
  );
}
const transform = (value: unknown) =>
  new Block(compact({ source: objectOf(value)['src'], destination: objectOf(value)['dest'] }));

/** Arguments of `jetstream_stream` (nats-io/terraform-provider-jetstream). */
const stream: Readonly<Record<string, Writer>> = {
  ...Object.fromEntries(
    [
      ...['name', 'description', 'subjects', 'retention', 'max_consumers', 'max_msgs', 'max_bytes', 'discard'],
      ...['max_msgs_per_subject', 'max_msg_size', 'storage', 'compression', 'first_seq', 'allow_direct', 'metadata'],
      ...['mirror_direct', 'discard_new_per_subject', 'deny_delete', 'deny_purge', 'allow_rollup_hdrs'],
      ...['allow_msg_ttl', 'allow_msg_counter', 'allow_atomic', 'allow_msg_schedules', 'allow_batched', 'persist_mode'],
    ].map((name) => [name, as(name)]),
  ),
  max_age: seconds('max_age'),
  duplicate_window: seconds('duplicate_window'),
  subject_delete_marker_ttl: seconds('subject_delete_marker_ttl'),
  num_replicas: as('replicas'),
  no_ack: (value) => [['ack', value !== true]],
  placement: (value) => {
    const { cluster, tags } = objectOf(value);
    return Object.entries(compact({ placement_cluster: cluster, placement_tags: tags ?? undefined }));
  },
  mirror: (value) => [['mirror', source(value)]],
  sources: (value) => [['source', listOf(value).map(source)]],
  subject_transform: (value) => [['subject_transform', transform(value)]],
  republish: (value) => {
    const { src, dest, headers_only } = objectOf(value);
    return Object.entries(
      compact({
        republish_source: src,
        republish_destination: dest,
        republish_headers_only: headers_only === true ? true : undefined,
      }),
    );
  },
  consumer_limits: (value) => {
    const { inactive_threshold, max_ack_pending } = objectOf(value);
    const whole = isWhole(inactive_threshold) ? wholeSeconds(inactive_threshold) : undefined;
    return whole === null ? null : Object.entries(compact({ inactive_threshold: whole, max_ack_pending }));
  },
};

/** Where a consumer begins is a choice of arguments there. */
const began: Readonly<Record<string, string>> = {
  last: 'deliver_last',
  new: 'deliver_new',
  last_per_subject: 'deliver_last_per_subject',
};
/** Arguments of `jetstream_consumer`. */
const consumer: Readonly<Record<string, Writer>> = {
  ...Object.fromEntries(
    [
      ...['durable_name', 'description', 'ack_policy', 'filter_subject', 'filter_subjects', 'replay_policy'],
      ...['flow_control', 'max_waiting', 'headers_only', 'max_batch', 'max_bytes', 'max_ack_pending', 'metadata'],
      ...['priority_policy', 'priority_groups'],
    ].map((name) => [name, as(name)]),
  ),
  name: () => [],
  deliver_policy: (value) => {
    const name = began[String(value)];
    // By sequence and by time are told from the argument that holds it.
    return name === undefined ? [] : [[name, true]];
  },
  opt_start_seq: as('stream_sequence'),
  opt_start_time: as('start_time'),
  deliver_subject: as('delivery_subject'),
  deliver_group: as('delivery_group'),
  max_deliver: as('max_delivery'),
  sample_freq: (value) => [['sample_freq', Number(String(value).replace('%', ''))]],
  rate_limit_bps: as('ratelimit'),
  num_replicas: as('replicas'),
  mem_storage: as('memory'),
  ack_wait: seconds('ack_wait'),
  idle_heartbeat: seconds('heartbeat'),
  max_expires: seconds('max_expires'),
  inactive_threshold: seconds('inactive_threshold'),
  priority_timeout: seconds('priority_timeout'),
  backoff: (value) => {
    const steps = listOf(value).map((step) => (isWhole(step) ? wholeSeconds(step) : null));
    return steps.includes(null) ? null : [['backoff', steps]];
  },
};

/** An HCL string: quoted as JSON, and no template begins in it. */
const quoted = (text: string) => JSON.stringify(text).replace(/[$%](?=\{)/g, (sign) => sign + sign);
function expression(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(expression).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${quoted(key)} = ${expression(item)}`)
      .join(', ')} }`;
  return String(value);
}
function lines(name: string, value: unknown, indent: string): string[] {
  if (value instanceof Block)
    return [
      `${indent}${name} {`,
      ...Object.entries(value.body).flatMap(([key, item]) => lines(key, item, `${indent}  `)),
      `${indent}}`,
    ];
  if (Array.isArray(value) && value.some((item) => item instanceof Block))
    return value.flatMap((item) => lines(name, item, indent));
  return [`${indent}${name} = ${expression(value)}`];
}

/** Arguments whose default in the provider is not the server's: said even where the server has nothing to say. */
const always: Readonly<Record<AssetKind, readonly (readonly [argument: string, value: unknown])[]>> = {
  stream: [
    ['allow_direct', false],
    ['duplicate_window', 0],
  ],
  consumer: [['max_ack_pending', 0]],
};

/** A name that HCL takes for an identifier. */
const identifier = (name: string) => name.replace(/[^A-Za-z0-9_-]/g, '_').replace(/^(?=[^A-Za-z_])/, '_');

export function terraformResource(kind: AssetKind, config: NatsConfig, streamName: string) {
  const { pairs, left } = translate(config, kind === 'stream' ? stream : consumer);
  const name = String(config['name'] ?? config['durable_name']);
  const said = always[kind].filter(([argument]) => !pairs.some(([written]) => written === argument));
  const first = kind === 'consumer' ? [['stream_id', streamName] as const] : [];
  const body = [...first, ...pairs, ...said].flatMap(([key, value]) => lines(key, value, '  '));
  return { text: `resource "jetstream_${kind}" "${identifier(name)}" {\n${body.join('\n')}\n}\n`, left };
}
