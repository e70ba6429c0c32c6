import type { MetricSource, QueryKind } from '@jetstream-console/contract';
import type { Dimension, SpecOf, ValueKind } from './types';

/** Every text of the datasource that is the name of something; sentences stand where they are said. */
export const pluginName = 'JetStream Console';

export const kindLabels: Readonly<Record<QueryKind, { label: string; description: string }>> = {
  metrics: { label: 'Metrics', description: 'Figures over time: rates, lag, sizes, limits, states' },
  inventory: {
    label: 'Inventory',
    description: 'What is there now: streams, consumers, servers, buckets, object stores',
  },
  messages: { label: 'Messages', description: 'Messages of a stream as log lines; read without a consumer' },
  events: { label: 'Events', description: 'Advisories of the servers and acts of people' },
  sql: { label: 'SQL', description: 'ClickHouse SQL over the stored samples, read-only' },
};

export const metricSourceLabels: Readonly<Record<MetricSource, string>> = {
  stream: 'Streams',
  consumer: 'Consumers',
  server: 'Servers',
  account: 'Accounts',
  cluster: 'Clusters',
};

export const dimensionLabels: Readonly<Record<Dimension, string>> = {
  cluster: 'Cluster',
  account: 'Account',
  domain: 'Domain',
  stream: 'Stream',
  consumer: 'Consumer',
  server: 'Server',
};

export const inventoryLabels: Readonly<Record<SpecOf<'inventory'>['of'], string>> = {
  clusters: 'Clusters',
  servers: 'Servers',
  accounts: 'Accounts',
  streams: 'Streams',
  consumers: 'Consumers',
  buckets: 'Buckets',
  object_stores: 'Object stores',
  subjects: 'Subjects',
};

export const valueKindLabels: Readonly<Record<ValueKind, string>> = {
  cluster: 'Clusters',
  account: 'Accounts',
  domain: 'Domains',
  server: 'Servers',
  stream: 'Streams',
  consumer: 'Consumers',
  bucket: 'Buckets',
  subject: 'Subjects of a stream',
};

export const eventKindLabels: Readonly<Record<NonNullable<SpecOf<'events'>['of']>[number], string>> = {
  advisories: 'Advisories',
  audit: 'Audit',
};

export const aggregateLabels: Readonly<Record<NonNullable<SpecOf<'metrics'>['aggregate']>, string>> = {
  sum: 'Sum',
  max: 'Maximum',
  min: 'Minimum',
  avg: 'Average',
  last: 'Last',
  count: 'Count',
};

export const fillLabels: Readonly<
  Record<NonNullable<SpecOf<'metrics'>['fill']>, { label: string; description: string }>
> = {
  none: { label: 'Nothing', description: 'Buckets without a sample are left out' },
  null: { label: 'A gap', description: 'The line breaks where nothing is known' },
  zero: { label: 'Zero', description: 'Only for counts of events: nothing known is not zero' },
  previous: { label: 'The last value', description: 'Holds what was known until something new is' },
};

export const formatLabels: Readonly<Record<NonNullable<SpecOf<'metrics'>['format']>, string>> = {
  series: 'Series over time',
  table: 'Last value a group',
};

export const forecastLabels: Readonly<Record<NonNullable<SpecOf<'metrics'>['forecast']>, string>> = {
  to_limit: 'Time to the limit',
  drain: 'Time to catch up',
};

export const filterOpLabels = {
  '=': 'is',
  '!=': 'is not',
  '=~': 'matches',
  '!~': 'does not match',
} as const;

/** Grafana's unit ids in words. */
const units: Readonly<Record<string, string>> = {
  short: 'a number',
  bytes: 'bytes',
  Bps: 'bytes per second',
  cps: 'per second',
  s: 'seconds',
  percent: 'percent',
  percentunit: 'a share of one',
  bool: '1 or 0',
};
export const unitLabel = (unit: string): string => units[unit] ?? unit;
