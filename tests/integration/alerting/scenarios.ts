import { collection, head, type SampleOf } from '../query/samples';

type Values = Record<string, unknown>;
type Table = 'stream_metrics' | 'consumer_metrics' | 'server_metrics' | 'account_metrics' | 'cluster_samples';
export type ClusterName = 'prod' | 'away' | 'headless' | 'short' | 'slow' | 'filling' | 'silent';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
export const cadence = minute;

/** Samples are there for this long before each moment at which rules are evaluated. */
const history = 7 * hour;
/** Long ago, so that nothing is still being filled; whole hours. */
const base = Math.floor(Date.now() / hour) * hour - 24 * hour;
/** A moment with nothing sampled before it, one at which all is wrong, and one at which all is well again. */
export const moments = { before: base, bad: base + 9 * hour, good: base + 18 * hour } as const;
type When = 'bad' | 'good';

const inAccount = { account: 'APP', domain: '', own: true };
const stream: Values = {
  ...inAccount,
  state: 'ok',
  messages_total: 1000,
  bytes_total: 1_000_000,
  num_subjects: 10,
  limit_use: 0.1,
  max_bytes: 10_000_000,
  max_messages: -1,
  replicas_behind: 0,
  source_lag: 0,
  published: 600,
  bytes_growth: 0,
  elapsed_ms: cadence,
};
const consumer: Values = {
  ...inAccount,
  state: 'ok',
  num_pending: 0,
  ack_pending: 0,
  redelivered: 0,
  waiting: 5,
  ack_use: 0.1,
  ack_idle: 5,
  paused: false,
  stalled: false,
  delivered: 600,
  ack_floor_advance: 600,
  elapsed_ms: cadence,
};
const server: Values = {
  state: 'ok',
  uptime: 86_400,
  js_storage_use: 0.2,
  ha_assets: 100,
  meta_pending: 0,
  api_requests: 600,
  api_errors: 0,
  slow_consumers: 0,
  elapsed_ms: cadence,
};
const account: Values = { ...inAccount, storage_use: 0.2, streams_use: 0.1, elapsed_ms: cadence };

interface Thing {
  readonly table: Table;
  readonly cluster: ClusterName;
  /** what tells it from others of its table */
  readonly key: Values;
  readonly usual: Values;
  /** what is other than usual while things are bad; by the time left until the moment of evaluation */
  readonly wrong?: (msLeft: number) => Values;
  /** for how long before the bad moment there are no samples of it at all */
  readonly missingMs?: number;
}

/** The labels under which a rule has to fire at the bad moment, and what makes it do so. */
export interface Scenario {
  readonly labels: Readonly<Record<string, string>>;
  readonly things: readonly Thing[];
}

const streamIs = (name: string, wrong?: Thing['wrong']): Thing => ({
  table: 'stream_metrics',
  cluster: 'prod',
  key: { stream: name },
  usual: stream,
  wrong,
});
const consumerIs = (of: string, name: string, wrong?: Thing['wrong']): Thing => ({
  table: 'consumer_metrics',
  cluster: 'prod',
  key: { stream: of, consumer: name },
  usual: consumer,
  wrong,
});
const serverIs = (name: string, wrong?: Thing['wrong']): Thing => ({
  table: 'server_metrics',
  cluster: 'prod',
  key: { server: name },
  usual: server,
  wrong,
});
const clusterIs = (name: ClusterName, wrong?: Thing['wrong']): Thing => ({
  table: 'cluster_samples',
  cluster: name,
  key: {},
  usual: { servers: 3, servers_expected: 3, meta_leader: true, meta_size: 3 },
  wrong,
});

const ofStream = (uid: string, wrong: Values | NonNullable<Thing['wrong']>): Scenario => ({
  labels: { cluster: 'prod', account: 'APP', stream: uid },
  things: [streamIs(uid, typeof wrong === 'function' ? wrong : () => wrong)],
});
const ofConsumer = (uid: string, wrong: Values | NonNullable<Thing['wrong']>): Scenario => ({
  labels: { cluster: 'prod', account: 'APP', stream: 'QUIET', consumer: uid },
  things: [consumerIs('QUIET', uid, typeof wrong === 'function' ? wrong : () => wrong)],
});
const ofServer = (uid: string, wrong: Values): Scenario => ({
  labels: { cluster: 'prod', server: uid },
  things: [serverIs(uid, () => wrong)],
});
const ofCluster = (name: ClusterName, wrong: Values): Scenario => ({
  labels: { cluster: name },
  things: [clusterIs(name, () => wrong)],
});

/** What each rule is there for, as samples. Each makes its own rule fire, and no other one. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'jsc-cluster-unreachable': ofCluster('away', { reachable: false, error: 'connection refused', age: 600 }),
  'jsc-cluster-silent': {
    labels: { cluster: 'silent' },
    things: [{ ...clusterIs('silent'), missingMs: 20 * minute }],
  },
  'jsc-meta-leader': ofCluster('headless', { meta_leader: false }),
  'jsc-servers-missing': ofCluster('short', { servers: 2 }),
  'jsc-collection-slow': ofCluster('slow', { collect_duration: 12 }),
  'jsc-buffer-filling': ofCluster('filling', { buffer_use: 0.6 }),
  'jsc-meta-pending': ofServer('jsc-meta-pending', { meta_pending: 900 }),
  'jsc-storage-75': ofServer('jsc-storage-75', { js_storage_use: 0.8 }),
  'jsc-storage-90': ofServer('jsc-storage-90', { js_storage_use: 0.95 }),
  'jsc-account-storage': {
    labels: { cluster: 'prod', account: 'FULL' },
    things: [
      {
        table: 'account_metrics',
        cluster: 'prod',
        key: { account: 'FULL', own: false },
        usual: account,
        wrong: () => ({ storage_use: 0.97 }),
      },
    ],
  },
  'jsc-api-errors': ofServer('jsc-api-errors', { api_errors: 60 }),
  'jsc-slow-consumers': ofServer('jsc-slow-consumers', { slow_consumers: 1 }),
  'jsc-ha-assets': ofServer('jsc-ha-assets', { ha_assets: 1500 }),
  'jsc-server-restarted': ofServer('jsc-server-restarted', { uptime: 100 }),
  'jsc-stream-leaderless': {
    labels: { cluster: 'prod', account: 'APP', stream: 'jsc-stream-leaderless' },
    things: [
      streamIs('jsc-stream-leaderless', () => ({ state: 'leaderless' })),
      // Its consumer is without a leader too: that is no alert of its own.
      consumerIs('jsc-stream-leaderless', 'hidden', () => ({ state: 'leaderless' })),
    ],
  },
  'jsc-consumer-leaderless': ofConsumer('jsc-consumer-leaderless', { state: 'leaderless' }),
  'jsc-stream-unknown': ofStream('jsc-stream-unknown', { state: 'missing' }),
  'jsc-replicas-behind': ofStream('jsc-replicas-behind', { replicas_behind: 1 }),
  'jsc-limit-80': ofStream('jsc-limit-80', { limit_use: 0.85 }),
  'jsc-limit-90': ofStream('jsc-limit-90', { limit_use: 0.95 }),
  // Half a megabyte an hour: five megabytes are left ten hours before the limit.
  'jsc-limit-in-24h': ofStream('jsc-limit-in-24h', (msLeft) => ({
    bytes_total: Math.round(5_000_000 - (msLeft / hour) * 500_000),
  })),
  'jsc-limit-in-4h': ofStream('jsc-limit-in-4h', (msLeft) => ({
    bytes_total: Math.round(8_000_000 - (msLeft / hour) * 1_000_000),
  })),
  'jsc-source-lag': ofStream('jsc-source-lag', { source_lag: 5000 }),
  'jsc-subjects': ofStream('jsc-subjects', { num_subjects: 2_000_000 }),
  'jsc-consumer-stuck': ofConsumer('jsc-consumer-stuck', { num_pending: 500, waiting: 3, delivered: 0 }),
  'jsc-no-subscriber': ofConsumer('jsc-no-subscriber', { num_pending: 500, waiting: 0, delivered: 0 }),
  'jsc-ack-80': ofConsumer('jsc-ack-80', { ack_use: 0.85 }),
  // Messages and pulls wait and nothing is delivered: it is not stuck, it has delivered all that it may.
  'jsc-ack-full': ofConsumer('jsc-ack-full', {
    ack_use: 1,
    ack_pending: 100,
    num_pending: 500,
    waiting: 3,
    delivered: 0,
  }),
  'jsc-acks-stalled': ofConsumer('jsc-acks-stalled', { ack_pending: 20, ack_floor_advance: 0, ack_idle: 900 }),
  'jsc-redelivery': ofConsumer('jsc-redelivery', { ack_pending: 40, redelivered: 20 }),
  // A thousand more a minute, of which none is gone: it grows, and there is no time at which it is caught up.
  'jsc-lag-growing': ofConsumer('jsc-lag-growing', (msLeft) => ({
    num_pending: Math.max(0, 70 - msLeft / minute) * 1000,
  })),
  // Ten messages a minute fewer, six thousand left: ten hours.
  'jsc-drain-slow': ofConsumer('jsc-drain-slow', (msLeft) => ({ num_pending: 6000 + (msLeft / minute) * 10 })),
};

/** Nothing is wrong with these at any time. */
const bystanders: readonly Thing[] = [
  clusterIs('prod'),
  serverIs('n1'),
  streamIs('QUIET'),
  consumerIs('QUIET', 'calm'),
  // A full stream that lets its oldest go is as it is meant to be: it meets its limit no more.
  streamIs('ring', (msLeft) => ({ bytes_total: 9_999_000 + Math.round((history - msLeft) / minute) })),
  // One message is held while thousands after it are acknowledged: the floor stands still, acknowledging does not.
  consumerIs('QUIET', 'held', () => ({ ack_pending: 1, ack_floor_advance: 0, ack_idle: 2 })),
  // Nothing was acknowledged for a day, since nothing came.
  consumerIs('QUIET', 'resting', () => ({ delivered: 0, ack_floor_advance: 0, ack_idle: 86_400 })),
  // A push consumer has no pulls that could wait, and one that is paused is not stuck.
  consumerIs('QUIET', 'pushed', () => ({ num_pending: 50, waiting: null })),
  consumerIs('QUIET', 'paused', () => ({ num_pending: 500, waiting: 3, delivered: 0, paused: true })),
  // One failure of two is a half, and nothing to wake anybody for.
  serverIs('idle', () => ({ api_requests: 2, api_errors: 1 })),
  consumerIs('QUIET', 'two', () => ({ ack_pending: 2, redelivered: 2 })),
];

/** All rows of all tables, before the bad and before the good moment. */
export function rowsOf(org: string, clusters: Readonly<Record<ClusterName, string>>): ReadonlyMap<Table, Values[]> {
  const rows = new Map<Table, Values[]>();
  const things = [...bystanders, ...Object.values(scenarios).flatMap((scenario) => scenario.things)];
  for (const { table, cluster, key, usual, wrong, missingMs = 0 } of things) {
    const of: SampleOf = { org, cluster: clusters[cluster] };
    const list = rows.get(table) ?? [];
    rows.set(table, list);
    for (const when of ['bad', 'good'] as const satisfies readonly When[])
      for (let msLeft = cadence; msLeft <= history; msLeft += cadence) {
        if (when === 'bad' && msLeft <= missingMs) continue;
        const ms = moments[when] - msLeft;
        const values = { ...usual, ...(when === 'bad' ? wrong?.(msLeft) : {}), ...key };
        list.push(
          table === 'cluster_samples'
            ? { ...collection(of, ms, values), interval: 60 }
            : { ...head(of, ms), ...values },
        );
      }
  }
  return rows;
}
