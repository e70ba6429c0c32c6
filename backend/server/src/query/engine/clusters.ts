import type { DimensionFilter } from '@jetstream-console/contract';
import type { ClusterRecord, ClusterStore } from '../../clusters/store';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { passes } from './filters';

/** The clusters that I may see. */
export async function visibleClusters(store: Pick<ClusterStore, 'known'>, ctx: Ctx): Promise<ClusterRecord[]> {
  const all = await store.known(ctx.principal.organizationId, ctx.principal.organizationVersion);
  return all.filter(({ id }) => ctx.decide({ resource: 'clusters', action: 'read' }, { cluster: id }).allowed);
}

/**
 * Those of them that a query names, by id or by name; all where it names none.
 * @throws ApiError 404 where one is not there or not mine to see: the two read alike
 */
export function namedClusters(visible: readonly ClusterRecord[], wanted: readonly string[]): ClusterRecord[] {
  if (wanted.length === 0) return [...visible];
  const found = new Map<string, ClusterRecord>();
  for (const text of wanted) {
    const cluster = visible.find(({ id, settings }) => id === text || settings.name === text);
    if (!cluster) throw new ApiError(404, 'not_found', `The cluster ${text} does not exist, or is not yours to see.`);
    found.set(cluster.id, cluster);
  }
  return [...found.values()];
}

/** Filters by cluster take its id or its name. */
export function filterClusters(
  clusters: readonly ClusterRecord[],
  filters: readonly DimensionFilter[],
): ClusterRecord[] {
  const mine = filters.filter(({ field }) => field === 'cluster');
  return clusters.filter(({ id, settings }) =>
    mine.every((filter) =>
      filter.op.startsWith('!')
        ? passes(filter, id) && passes(filter, settings.name)
        : passes(filter, id) || passes(filter, settings.name),
    ),
  );
}
