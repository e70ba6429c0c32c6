import type { AlertDraft, EventSpec, MetricSpec } from '../charts';

/** What figures of a page are about. Without a cluster: all of them. */
export interface About {
  readonly clusterId?: string;
  readonly stream?: string;
  readonly consumer?: string;
  readonly server?: string;
}

type Grouping = NonNullable<MetricSpec['groupBy']>;
const dimensions = ['stream', 'consumer', 'server'] as const;

const filtersOf = (about: About): NonNullable<MetricSpec['filters']> =>
  dimensions.flatMap((field) => {
    const value = about[field];
    return value === undefined ? [] : [{ field, op: '=' as const, values: [value] }];
  });

/**
 * A metric of one cluster's own account. Grouped down to single series each point is one sample; grouped by less, each
 * bucket is long enough to hold a sample of every series.
 */
export const metric = (id: string, about: About, groupBy: Grouping, more: Partial<MetricSpec> = {}): MetricSpec => ({
  kind: 'metrics',
  metric: id,
  clusters: about.clusterId === undefined ? [] : [about.clusterId],
  filters: filtersOf(about),
  groupBy,
  aggregate: 'last',
  accounts: 'own',
  ...more,
});

export const ofStream = (id: string, about: About): MetricSpec => metric(id, about, ['cluster', 'stream']);
export const ofConsumer = (id: string, about: About, more: Partial<MetricSpec> = {}): MetricSpec =>
  metric(id, about, ['cluster', 'stream', 'consumer'], more);
export const ofServer = (id: string, about: About): MetricSpec => metric(id, about, ['cluster', 'server']);
export const ofCluster = (id: string, about: About): MetricSpec => metric(id, about, ['cluster']);

/**
 * Advisories that change how a chart reads. Refused and redelivered messages come by the second and would leave no
 * white between the marks: the figures show them.
 */
const streamMarks = [
  'stream_action',
  'stream_leader_elected',
  'stream_quorum_lost',
  'restore_create',
  'restore_complete',
  'snapshot_create',
  'snapshot_complete',
];
const consumerMarks = ['consumer_action', 'consumer_leader_elected', 'consumer_quorum_lost', 'consumer_pause'];
const serverMarks = [
  'domain_leader_elected',
  'server_out_of_space',
  'server_removed',
  'server_shutdown',
  'server_lameduck',
  'api_limit_reached',
];
/** All of them but what comes and goes with every short-lived consumer. */
export const changeTypes = [
  ...streamMarks,
  ...serverMarks,
  'consumer_quorum_lost',
  'consumer_pause',
  'max_deliver',
  'terminated',
];

/** What is marked on charts: of a consumer, of a stream, or of the servers. */
export const marks = ({ clusterId, stream, consumer }: About): EventSpec => ({
  kind: 'events',
  of: ['advisories'],
  clusters: clusterId === undefined ? [] : [clusterId],
  types: consumer !== undefined ? consumerMarks : stream !== undefined ? streamMarks : serverMarks,
  ...(stream !== undefined && { stream }),
  ...(consumer !== undefined && { consumer }),
  accounts: 'own',
  limit: 100,
});

/** A rule as the pages propose it; whoever takes it changes threshold and time in Grafana. */
export type Proposal = Omit<AlertDraft, 'range' | 'spec'>;

interface Proposed {
  readonly name: string;
  readonly when: 'above' | 'below';
  readonly value: number;
  readonly for?: string;
  readonly description?: string;
  readonly severity?: 'critical' | 'warning';
}
export const propose = ({ name, when, value, severity = 'warning', ...rest }: Proposed): Proposal => ({
  name,
  when,
  value,
  for: rest.for ?? '5m',
  summary: name,
  description: rest.description ?? '',
  labels: { severity },
});
