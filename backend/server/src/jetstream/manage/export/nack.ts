import type { AssetKind, NatsConfig } from '@jetstream-console/contract';
import { stringify } from 'yaml';
import { goDuration, isWhole } from './durations';
import { as, compact, listOf, objectOf, translate, type Writer } from './fields';

const duration =
  (name: string): Writer =>
  (value) =>
    isWhole(value) ? [[name, goDuration(value)]] : null;
const camel = (text: string) => text.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** `subject_transforms`, `external`: as NACK's CRD spells them. A durable sourcing consumer has no place there. */
function source(value: unknown): Record<string, unknown> | null {
  const { name, opt_start_seq, opt_start_time, filter_subject, subject_transforms, external, consumer } =
    objectOf(value);
  if (consumer !== undefined) return null;
  const { api, deliver } = objectOf(external);
  return compact({
    name,
    optStartSeq: opt_start_seq,
    optStartTime: opt_start_time,
    filterSubject: filter_subject,
    externalApiPrefix: api,
    externalDeliverPrefix: deliver,
    subjectTransforms:
      subject_transforms === undefined ? undefined : listOf(subject_transforms).map((item) => transform(item)),
  });
}
const transform = (value: unknown) => compact({ source: objectOf(value)['src'], dest: objectOf(value)['dest'] });

/** Fields of NACK's Stream (jetstream.nats.io/v1beta2). */
const stream: Readonly<Record<string, Writer>> = {
  name: as('name'),
  description: as('description'),
  subjects: as('subjects'),
  retention: as('retention'),
  max_consumers: as('maxConsumers'),
  max_msgs: as('maxMsgs'),
  max_bytes: as('maxBytes'),
  max_age: duration('maxAge'),
  max_msgs_per_subject: as('maxMsgsPerSubject'),
  max_msg_size: as('maxMsgSize'),
  discard: as('discard'),
  discard_new_per_subject: as('discardPerSubject'),
  storage: as('storage'),
  num_replicas: as('replicas'),
  no_ack: as('noAck'),
  duplicate_window: duration('duplicateWindow'),
  placement: as('placement'),
  mirror: (value) => {
    const written = source(value);
    return written && [['mirror', written]];
  },
  sources: (value) => {
    const written = listOf(value).map(source);
    return written.includes(null) ? null : [['sources', written]];
  },
  sealed: as('sealed'),
  deny_delete: as('denyDelete'),
  deny_purge: as('denyPurge'),
  allow_rollup_hdrs: as('allowRollup'),
  compression: as('compression'),
  first_seq: as('firstSequence'),
  subject_transform: (value) => [['subjectTransform', transform(value)]],
  republish: (value) => {
    const { src, dest, headers_only } = objectOf(value);
    return headers_only === true ? null : [['republish', compact({ source: src, destination: dest })]];
  },
  allow_direct: as('allowDirect'),
  mirror_direct: as('mirrorDirect'),
  allow_msg_ttl: as('allowMsgTtl'),
  subject_delete_marker_ttl: duration('subjectDeleteMarkerTtl'),
  allow_msg_counter: as('allowMsgCounter'),
  allow_atomic: as('allowAtomicPublish'),
  allow_msg_schedules: as('allowMsgSchedules'),
  persist_mode: as('persistMode'),
  consumer_limits: (value) => {
    const { inactive_threshold, max_ack_pending } = objectOf(value);
    const inactiveThreshold = isWhole(inactive_threshold) ? goDuration(inactive_threshold) : undefined;
    return [['consumerLimits', compact({ inactiveThreshold, maxAckPending: max_ack_pending })]];
  },
  metadata: as('metadata'),
};

/** Fields of NACK's Consumer. Its name is its durable name. */
const consumer: Readonly<Record<string, Writer>> = {
  name: () => [],
  durable_name: as('durableName'),
  description: as('description'),
  deliver_policy: (value) => [['deliverPolicy', camel(String(value))]],
  opt_start_seq: as('optStartSeq'),
  opt_start_time: as('optStartTime'),
  deliver_subject: as('deliverSubject'),
  deliver_group: as('deliverGroup'),
  ack_policy: (value) => (value === 'flow_control' ? null : [['ackPolicy', value]]),
  ack_wait: duration('ackWait'),
  max_deliver: as('maxDeliver'),
  backoff: (value) => {
    const steps = listOf(value);
    return steps.every(isWhole) ? [['backoff', steps.map(goDuration)]] : null;
  },
  filter_subject: as('filterSubject'),
  filter_subjects: as('filterSubjects'),
  replay_policy: as('replayPolicy'),
  sample_freq: as('sampleFreq'),
  max_waiting: as('maxWaiting'),
  rate_limit_bps: as('rateLimitBps'),
  max_ack_pending: as('maxAckPending'),
  flow_control: as('flowControl'),
  headers_only: as('headersOnly'),
  idle_heartbeat: duration('heartbeatInterval'),
  max_batch: as('maxRequestBatch'),
  max_expires: duration('maxRequestExpires'),
  max_bytes: as('maxRequestMaxBytes'),
  inactive_threshold: duration('inactiveThreshold'),
  pause_until: as('pauseUntil'),
  priority_policy: as('priorityPolicy'),
  priority_timeout: duration('pinnedTtl'),
  priority_groups: as('priorityGroups'),
  num_replicas: as('replicas'),
  mem_storage: as('memStorage'),
  metadata: as('metadata'),
};

/** A Kubernetes object name: lower case letters, digits and dashes. */
const objectName = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63)
    .replace(/-+$/, '') || 'asset';

export function nackManifest(kind: AssetKind, config: NatsConfig, streamName: string) {
  const { pairs, left } = translate(config, kind === 'stream' ? stream : consumer);
  const name = String(config['name'] ?? config['durable_name']);
  const manifest = {
    apiVersion: 'jetstream.nats.io/v1beta2',
    kind: kind === 'stream' ? 'Stream' : 'Consumer',
    metadata: { name: objectName(kind === 'stream' ? name : `${streamName}-${name}`) },
    spec: { ...(kind === 'consumer' && { streamName }), ...Object.fromEntries(pairs) },
  };
  return { text: stringify(manifest), left };
}
