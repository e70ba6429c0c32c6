import {
  DiscardPolicy,
  JetStreamApiError,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type JetStreamClient,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { Kvm, type KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';

/** How the console's own streams are kept. */
export interface BufferOptions {
  /** first part of every name, so that several installations can share one NATS */
  readonly prefix: string;
  readonly replicas: number;
  /** samples that wait for ClickHouse; beyond it new ones are refused */
  readonly maxBytes: number;
  readonly maxAgeHours: number;
  readonly leaseMs: number;
}

export interface Names {
  readonly metrics: string;
  readonly outbox: string;
  readonly dead: string;
  readonly leases: string;
  /** of a cluster's samples, and of what is not part of a collection */
  metricsSubject(clusterId: string, kind: 'samples' | 'events'): string;
  outboxSubject(clusterId: string, rest: string): string;
  deadSubject(table: string): string;
}
export function namesOf(prefix: string): Names {
  const subject = prefix.toLowerCase();
  return {
    metrics: `${prefix}_METRICS`,
    outbox: `${prefix}_METRICS_OUTBOX`,
    dead: `${prefix}_METRICS_DEAD`,
    leases: `${prefix}_LEASES`,
    metricsSubject: (clusterId, kind) => `${subject}.metrics.${kind}.${clusterId}`,
    outboxSubject: (clusterId, rest) => `${subject}.outbox.${clusterId}.${rest}`,
    deadSubject: (table) => `${subject}.dead.${table}`,
  };
}

const hour = 3_600_000_000_000;
const second = 1_000_000_000;
const MiB = 1024 * 1024;
/** A message that is sent again within this time, since its answer was lost, is stored once. */
const duplicateWindow = 300 * second;
/** The last collection of each cluster: the biggest known needs 3 MB. */
const outboxBytes = 512 * MiB;
const deadBytes = 64 * MiB;

const code = { streamNotFound: 10_059, nameInUse: 10_058, consumerNotFound: 10_014, wrongSequence: 10_071 } as const;
export const isApiError = (error: unknown, of: keyof typeof code): boolean =>
  error instanceof JetStreamApiError && error.code === code[of];

function configs(names: Names, { prefix, replicas, maxBytes, maxAgeHours }: BufferOptions) {
  const subject = prefix.toLowerCase();
  const common = { num_replicas: replicas, storage: StorageType.File };
  const metrics: Partial<StreamConfig> & { name: string } = {
    ...common,
    name: names.metrics,
    subjects: [`${subject}.metrics.>`],
    description: 'Samples of every cluster on their way into ClickHouse',
    retention: RetentionPolicy.Workqueue,
    discard: DiscardPolicy.New,
    max_bytes: maxBytes,
    max_age: maxAgeHours * hour,
    duplicate_window: duplicateWindow,
  };
  const outbox: Partial<StreamConfig> & { name: string } = {
    ...common,
    name: names.outbox,
    subjects: [`${subject}.outbox.>`],
    description: 'The last collection of every cluster, until it is in the metrics stream, and what to count on from',
    max_msgs_per_subject: 1,
    max_bytes: outboxBytes,
    discard: DiscardPolicy.Old,
  };
  const dead: Partial<StreamConfig> & { name: string } = {
    ...common,
    name: names.dead,
    subjects: [`${subject}.dead.>`],
    description: 'Samples that ClickHouse refused for what they are',
    max_bytes: deadBytes,
    max_age: 7 * 24 * hour,
    discard: DiscardPolicy.Old,
  };
  return [metrics, outbox, dead];
}

async function ensureStream(jsm: JetStreamManager, config: Partial<StreamConfig> & { name: string }): Promise<void> {
  try {
    const { config: found } = await jsm.streams.info(config.name);
    const same = Object.entries(config).every(
      ([key, value]) => JSON.stringify(found[key as keyof StreamConfig]) === JSON.stringify(value),
    );
    if (!same) await jsm.streams.update(config.name, config);
  } catch (error) {
    if (!isApiError(error, 'streamNotFound')) throw error;
    await jsm.streams.add(config);
  }
}

/** The console's own NATS, ready for the pipeline. */
export interface Own {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly leases: KV;
  readonly names: Names;
  readonly options: BufferOptions;
}

/** Makes the streams and the bucket where they are not there or differ; any number of workers may do it at once. */
export async function openOwn(nc: NatsConnection, options: BufferOptions): Promise<Own> {
  const names = namesOf(options.prefix);
  const js = jetstream(nc);
  const jsm = await jetstreamManager(nc);
  for (const config of configs(names, options)) await ensureStream(jsm, config);
  const leases = await new Kvm(js).create(names.leases, {
    history: 1,
    ttl: options.leaseMs,
    replicas: options.replicas,
  });
  return { nc, js, jsm, leases, names, options };
}
