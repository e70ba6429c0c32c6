import type { ConsumerRow, StreamRow, bucketRow, serverSchema, storeRow } from '@jetstream-console/contract';
import type { z } from 'zod';
import type { Field, FieldConfig } from '../frames/frame';

type Value = string | number | boolean | null;

/** A column of a table: its values are looked up in rows of one kind. */
export interface Column<R> {
  readonly name: string;
  readonly type: 'string' | 'number' | 'boolean' | 'time';
  readonly of: (row: R) => Value;
  readonly config?: FieldConfig;
}

export type InCluster<T> = T & { readonly cluster: string };
export interface ClusterNow {
  readonly cluster: string;
  readonly id: string;
  readonly state: string;
  readonly server: string | null;
  readonly version: string | null;
  readonly readOnly: boolean;
  readonly checkedMs: number;
  readonly error: string | null;
}
export interface AccountNow {
  readonly cluster: string;
  readonly account: string;
  readonly domain: string;
  readonly own: boolean;
  readonly streams: number | null;
  readonly consumers: number | null;
  readonly storage: number | null;
  readonly memory: number | null;
  readonly maxStreams: number | null;
  readonly maxConsumers: number | null;
  readonly maxStorage: number | null;
  readonly maxMemory: number | null;
}
export interface SubjectNow {
  readonly cluster: string;
  readonly stream: string;
  readonly subject: string;
  readonly messages: number;
}

const text = <R>(name: string, of: (row: R) => string | null): Column<R> => ({ name, type: 'string', of });
const number = <R>(name: string, of: (row: R) => number | null, unit = 'short'): Column<R> => ({
  name,
  type: 'number',
  of,
  config: { unit },
});
const flag = <R>(name: string, of: (row: R) => boolean | null): Column<R> => ({ name, type: 'boolean', of });
const time = <R>(name: string, of: (row: R) => string | null): Column<R> => ({
  name,
  type: 'time',
  of: (row) => {
    const at = of(row);
    return at === null ? null : Date.parse(at);
  },
});
/** -1 and 0 stand for no limit in what NATS says. */
const limit = (value: number | null) => (value !== null && value > 0 ? value : null);

export const clusterColumns: readonly Column<ClusterNow>[] = [
  text('cluster', (r) => r.cluster),
  text('id', (r) => r.id),
  text('state', (r) => r.state),
  text('server', (r) => r.server),
  text('version', (r) => r.version),
  flag('read_only', (r) => r.readOnly),
  { name: 'checked', type: 'time', of: (r) => r.checkedMs },
  text('error', (r) => r.error),
];

export type ServerNow = InCluster<Omit<z.infer<typeof serverSchema>, 'cluster'>> & {
  readonly natsCluster: string | null;
};
export const serverColumns: readonly Column<ServerNow>[] = [
  text('cluster', (r) => r.cluster),
  text('server', (r) => r.name),
  text('version', (r) => r.version),
  text('nats_cluster', (r) => r.natsCluster),
  text('host', (r) => r.host),
  number('uptime', (r) => r.uptimeSeconds, 's'),
  number('cpu', (r) => r.cpuPercent, 'percent'),
  number('memory', (r) => r.memoryBytes, 'bytes'),
  number('connections', (r) => r.connections),
  number('subscriptions', (r) => r.subscriptions),
  number('slow_consumers', (r) => r.slowConsumers),
  number('js_storage', (r) => r.jetstream?.storeUsed ?? null, 'bytes'),
  number('js_storage_max', (r) => r.jetstream?.storeMax ?? null, 'bytes'),
  number('js_memory', (r) => r.jetstream?.memoryUsed ?? null, 'bytes'),
  number('js_memory_max', (r) => r.jetstream?.memoryMax ?? null, 'bytes'),
  flag('meta_leader', (r) => r.jetstream?.metaLeader ?? null),
];

export const accountColumns: readonly Column<AccountNow>[] = [
  text('cluster', (r) => r.cluster),
  text('account', (r) => r.account),
  text('domain', (r) => r.domain || null),
  flag('own', (r) => r.own),
  number('streams', (r) => r.streams),
  number('consumers', (r) => r.consumers),
  number('storage', (r) => r.storage, 'bytes'),
  number('memory', (r) => r.memory, 'bytes'),
  number('max_streams', (r) => limit(r.maxStreams)),
  number('max_consumers', (r) => limit(r.maxConsumers)),
  number('max_storage', (r) => limit(r.maxStorage), 'bytes'),
  number('max_memory', (r) => limit(r.maxMemory), 'bytes'),
];

export const streamColumns: readonly Column<InCluster<StreamRow>>[] = [
  text('cluster', (r) => r.cluster),
  text('stream', (r) => r.name),
  text('state', (r) => r.state),
  text('kind', (r) => r.kind),
  text('subjects', (r) => r.subjects.join(', ') || null),
  text('retention', (r) => r.retention),
  text('storage', (r) => r.storage),
  number('messages', (r) => r.messages),
  number('bytes', (r) => r.bytes, 'bytes'),
  number('consumers', (r) => r.consumers),
  number('subject_count', (r) => r.subjectCount),
  number('limit_use', (r) => r.limitUse, 'percentunit'),
  number('max_messages', (r) => limit(r.maxMessages)),
  number('max_bytes', (r) => limit(r.maxBytes), 'bytes'),
  number('first_seq', (r) => r.firstSeq),
  number('last_seq', (r) => r.lastSeq),
  time('last_time', (r) => r.lastTime),
  number('replicas', (r) => r.replica.replicas),
  text('replica_state', (r) => r.replica.state),
  text('leader', (r) => r.replica.leader),
  time('created', (r) => r.createdAt),
];

export const consumerColumns: readonly Column<InCluster<ConsumerRow>>[] = [
  text('cluster', (r) => r.cluster),
  text('stream', (r) => r.stream),
  text('consumer', (r) => r.name),
  text('state', (r) => r.state),
  text('kind', (r) => r.kind),
  flag('durable', (r) => r.durable),
  number('lag', (r) => r.lag),
  number('ack_pending', (r) => r.ackPending),
  number('max_ack_pending', (r) => limit(r.maxAckPending)),
  number('redelivered', (r) => r.redelivered),
  number('waiting', (r) => r.waiting),
  flag('paused', (r) => r.paused),
  flag('push_bound', (r) => r.pushBound),
  time('last_delivered', (r) => r.lastDelivered),
  time('last_ack', (r) => r.lastAck),
  text('leader', (r) => r.replica.leader),
  time('created', (r) => r.createdAt),
];

export const bucketColumns: readonly Column<InCluster<z.infer<typeof bucketRow>>>[] = [
  text('cluster', (r) => r.cluster),
  text('bucket', (r) => r.bucket),
  text('state', (r) => r.state),
  text('storage', (r) => r.storage),
  number('values', (r) => r.values),
  number('bytes', (r) => r.bytes, 'bytes'),
  number('max_bytes', (r) => limit(r.maxBytes), 'bytes'),
  number('history', (r) => r.history),
  number('ttl', (r) => limit(r.ttlSeconds), 's'),
  number('replicas', (r) => r.replicas),
  time('last_time', (r) => r.lastTime),
];

export const storeColumns: readonly Column<InCluster<z.infer<typeof storeRow>>>[] = [
  text('cluster', (r) => r.cluster),
  text('store', (r) => r.store),
  text('state', (r) => r.state),
  text('storage', (r) => r.storage),
  number('bytes', (r) => r.bytes, 'bytes'),
  number('max_bytes', (r) => limit(r.maxBytes), 'bytes'),
  number('ttl', (r) => limit(r.ttlSeconds), 's'),
  flag('sealed', (r) => r.sealed),
  number('replicas', (r) => r.replicas),
  time('last_time', (r) => r.lastTime),
];

export const subjectColumns: readonly Column<SubjectNow>[] = [
  text('cluster', (r) => r.cluster),
  text('stream', (r) => r.stream),
  text('subject', (r) => r.subject),
  number('messages', (r) => r.messages),
];

export function toField<R>({ name, type, of, config }: Column<R>, rows: readonly R[]): Field {
  const values = rows.map(of);
  switch (type) {
    case 'string':
      return { name, type, config, values: values.map((v) => (v === null ? null : String(v))) };
    case 'boolean':
      return { name, type, config, values: values.map((v) => (typeof v === 'boolean' ? v : null)) };
    case 'number':
    case 'time':
      return { name, type, config, values: values.map((v) => (typeof v === 'number' ? v : null)) };
  }
}

/** Unknown figures come last in either direction: they are not small, they are not there. */
export function sorted<R>(rows: readonly R[], column: Column<R>, order: 'asc' | 'desc'): R[] {
  const way = order === 'asc' ? 1 : -1;
  return rows
    .map((row) => ({ row, value: column.of(row) }))
    .sort((a, b) => {
      if (a.value === b.value) return 0;
      if (a.value === null) return 1;
      if (b.value === null) return -1;
      return a.value < b.value ? -way : way;
    })
    .map(({ row }) => row);
}
