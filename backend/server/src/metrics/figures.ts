import type { MetricSource } from '@jetstream-console/contract';
import { accountMetrics, clusterSamples, consumerMetrics, serverMetrics, streamMetrics, type Table } from './tables';

export const tableOf: Readonly<Record<MetricSource, Table>> = {
  stream: streamMetrics,
  consumer: consumerMetrics,
  server: serverMetrics,
  account: accountMetrics,
  cluster: clusterSamples,
};

/**
 * Where a metric of the catalogue is kept when its column has another name. A rate's column holds the increase: the
 * rate is sum(column) / sum(elapsed_ms) * 1000. In hourly and daily tables a gauge is `<column>_max`, `_min`, `_avg`,
 * `_last` (the latter two are states), and increases keep their name.
 */
const otherNames: Readonly<Record<string, string>> = {
  messages: 'messages_total',
  bytes: 'bytes_total',
  consumers: 'consumer_count',
  subjects: 'num_subjects',
  deleted: 'num_deleted',
  lag: 'num_pending',
  consumer_leaderless: 'leaderless',
  consumer_unknown: 'unknown',
  account_streams: 'streams',
  account_consumers: 'consumers',
  account_storage: 'storage',
  account_memory: 'memory',
  account_storage_use: 'storage_use',
  account_streams_use: 'streams_use',
};

/** Made of samples that are missing: no table has a column for it. */
export const isComputed = (metric: string): boolean => metric === 'silence';

export const columnOf = (metric: string): string => otherNames[metric] ?? metric;
