import type { DimensionFilter } from '@jetstream-console/contract';
import type { ClusterRecord } from '../../clusters/store';
import { atMost } from '../../jetstream/api';
import { invalid } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { filterClusters, namedClusters, visibleClusters } from '../engine/clusters';
import type { QueryDeps } from '../engine/deps';
import { failureOf } from '../engine/failure';
import { checkFilters, passes } from '../engine/filters';
import type { Frame, FrameMeta } from '../frames/frame';
import {
  accountColumns,
  bucketColumns,
  storeColumns,
  clusterColumns,
  consumerColumns,
  serverColumns,
  sorted,
  streamColumns,
  subjectColumns,
  toField,
  type Column,
} from './columns';
import * as load from './load';

/** Clusters that are asked at once. */
const atOnce = 8;

interface Found<R> {
  readonly rows: R[];
  readonly notices: NonNullable<FrameMeta['notices']>;
}

/** Asks each cluster by itself: one that cannot be reached costs its own rows and is named, unless none can. */
async function fromEach<R>(
  clusters: readonly ClusterRecord[],
  ask: (cluster: ClusterRecord) => Promise<R[]>,
): Promise<Found<R>> {
  const failed: { name: string; reason: unknown }[] = [];
  const found = await atMost(atOnce, clusters, async (cluster) => {
    try {
      return await ask(cluster);
    } catch (reason) {
      failed.push({ name: cluster.settings.name, reason });
      return [];
    }
  });
  if (failed[0] && failed.length === clusters.length) throw failed[0].reason;
  return {
    rows: found.flat(),
    notices: failed.map(({ name, reason }) => ({ severity: 'warning', text: `${name}: ${failureOf(reason).error}` })),
  };
}

/** Rows as a frame: filtered by dimension, sorted by a column, cut at the limit. */
function tabulate<R>(
  spec: load.InventorySpec,
  columns: readonly Column<R>[],
  { rows, notices }: Found<R>,
  fallbackSort: string,
): Frame[] {
  const byName = (name: string) => columns.find((column) => column.name === name);
  const holds = (row: R, filter: DimensionFilter) => {
    const column = byName(filter.field);
    return column === undefined || passes(filter, String(column.of(row) ?? ''));
  };
  const filters = spec.filters.filter(({ field }) => field !== 'cluster');
  const sort = byName(spec.sort ?? fallbackSort);
  if (!sort)
    throw invalid('sort', `there is no column ${spec.sort}: sort by ${columns.map(({ name }) => name).join(', ')}`);
  const kept = sorted(
    rows.filter((row) => filters.every((filter) => holds(row, filter))),
    sort,
    spec.order,
  );
  if (kept.length === 0 && notices.length === 0) return [];
  const cut = kept.slice(0, spec.limit);
  const all: FrameMeta['notices'] =
    kept.length > cut.length
      ? [...notices, { severity: 'info', text: `${cut.length} of ${kept.length} rows: raise the limit or filter.` }]
      : notices;
  return [
    {
      name: spec.of,
      meta: {
        type: 'table',
        typeVersion: [0, 1],
        preferredVisualisationType: 'table',
        ...(all.length > 0 && { notices: all }),
      },
      fields: columns.map((column) => toField(column, cut)),
    },
  ];
}

const dimensions: Readonly<Record<load.InventorySpec['of'], readonly string[]>> = {
  clusters: ['cluster'],
  servers: ['cluster', 'server'],
  accounts: ['cluster', 'account', 'domain'],
  streams: ['cluster', 'stream'],
  consumers: ['cluster', 'stream', 'consumer'],
  buckets: ['cluster'],
  object_stores: ['cluster'],
  subjects: ['cluster', 'stream'],
};

/** What is there now, as the servers themselves say it. */
export async function readInventory(deps: QueryDeps, ctx: Ctx, spec: load.InventorySpec): Promise<Frame[]> {
  checkFilters(spec.filters, dimensions[spec.of], `Rows of ${spec.of}`);
  const clusters = filterClusters(namedClusters(await visibleClusters(deps.store, ctx), spec.clusters), spec.filters);
  switch (spec.of) {
    case 'clusters': {
      const rows = clusters.map((cluster) => load.clusterNow(deps, cluster));
      return tabulate(spec, clusterColumns, { rows, notices: [] }, 'cluster');
    }
    case 'servers':
      return tabulate(spec, serverColumns, await fromEach(clusters, (c) => load.servers(deps, ctx, c)), 'server');
    case 'accounts':
      return tabulate(spec, accountColumns, await fromEach(clusters, (c) => load.accounts(deps, ctx, c)), 'storage');
    case 'streams':
      return tabulate(spec, streamColumns, await fromEach(clusters, (c) => load.streams(deps, ctx, c)), 'bytes');
    case 'consumers':
      return tabulate(spec, consumerColumns, await fromEach(clusters, (c) => load.consumers(deps, ctx, c)), 'lag');
    case 'buckets':
      return tabulate(spec, bucketColumns, await fromEach(clusters, (c) => load.buckets(deps, ctx, c)), 'bytes');
    case 'object_stores':
      return tabulate(spec, storeColumns, await fromEach(clusters, (c) => load.objectStores(deps, ctx, c)), 'bytes');
    case 'subjects': {
      const found = await fromEach(clusters, (c) => load.subjects(deps, ctx, c, spec));
      return tabulate(spec, subjectColumns, found, 'messages');
    }
  }
}
