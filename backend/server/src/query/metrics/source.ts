import { dimensionsOf, type DimensionFilter, type Grant, type MetricSource } from '@jetstream-console/contract';
import { tableOf } from '../../metrics/figures';
import { checkFilters, filterCondition } from '../engine/filters';
import type { Params } from '../engine/params';
import {
  accountCondition,
  bothClusters,
  isEmpty,
  nameScope,
  scopeCondition,
  wholeClusters,
  type NameScope,
} from '../engine/scope';
import { forbidden } from '../../platform/errors';
import type { Rollup } from './step';

export const plural: Readonly<Record<MetricSource, string>> = {
  stream: 'Streams',
  consumer: 'Consumers',
  server: 'Servers',
  account: 'Accounts',
  cluster: 'Clusters',
};

/** The column of a dimension. */
export const dimensionColumn = (dimension: string): string => (dimension === 'cluster' ? 'cluster_id' : dimension);

/** What tells one series of a source from another. */
export const seriesColumns = (source: MetricSource): string[] => (dimensionsOf[source] ?? []).map(dimensionColumn);

/** What the asker may see of a source: by name for streams and consumers, else by whole clusters. */
export function readScope(source: MetricSource, grants: readonly Grant[]): NameScope {
  switch (source) {
    case 'stream':
      return nameScope(grants, { resource: 'streams', action: 'read' });
    case 'consumer':
      return nameScope(grants, { resource: 'consumers', action: 'read' });
    case 'server':
    case 'account':
    case 'cluster':
      // Figures of a whole cluster let whoever may see some names of it read the others out of them.
      return bothClusters(
        wholeClusters(grants, { resource: 'clusters', action: 'read' }),
        wholeClusters(grants, { resource: 'streams', action: 'read' }),
      );
  }
}

const hasAccounts = (source: MetricSource) => dimensionsOf[source].includes('account');

export interface Selection {
  readonly source: MetricSource;
  readonly organizationId: string;
  readonly clusterIds: readonly string[];
  readonly filters: readonly DimensionFilter[];
  readonly grants: readonly Grant[];
  /** the account of the cluster's own credential alone, whatever else the grants show */
  readonly ownOnly?: boolean;
}

/** @throws ApiError 403 where no grant covers anything of the source, 400 where a filter does not fit it */
export function checkSelection({ source, filters, grants }: Pick<Selection, 'source' | 'filters' | 'grants'>): void {
  if (isEmpty(readScope(source, grants)))
    throw forbidden(
      `You may not read the metrics of ${plural[source].toLowerCase()}. Ask an administrator for a role that does.`,
    );
  checkFilters(filters, dimensionsOf[source], plural[source]);
}

export const tableName = (source: MetricSource, rollup: Rollup): string =>
  rollup === 'raw' ? tableOf[source].name : `${tableOf[source].name}_${rollup}`;

/** Milliseconds as an instant; the column's own type and zone, so that the key of the table can be used. */
const instant = (ms: number, params: Params) => `fromUnixTimestamp64Milli(${params.add('Int64', ms)}, 'UTC')`;

/**
 * Which rows: the organization's, of the clusters, in the time (its end left out), as filtered, and nothing that the
 * grants do not cover.
 */
export function conditions(
  { source, organizationId, clusterIds, filters, grants, ownOnly = false }: Selection,
  time: { readonly fromMs: number; readonly toMs: number },
  params: Params,
): string {
  return [
    `org_id = ${params.add('UUID', organizationId)}`,
    `cluster_id IN ${params.add('Array(UUID)', clusterIds)}`,
    `time >= ${instant(time.fromMs, params)}`,
    `time < ${instant(time.toMs, params)}`,
    // Clusters are filtered by their names, which the samples do not hold; see filterClusters.
    ...filters
      .filter(({ field }) => field !== 'cluster')
      .map((filter) => filterCondition(filter, filter.field, params)),
    scopeCondition(readScope(source, grants), source === 'consumer' || source === 'stream' ? 'stream' : '', params),
    hasAccounts(source) ? (ownOnly ? 'own' : accountCondition(grants, params)) : null,
  ]
    .filter((condition) => condition !== null)
    .join('\n    AND ');
}
