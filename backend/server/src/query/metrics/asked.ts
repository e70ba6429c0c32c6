import type { Metric, QuerySpec } from '@jetstream-console/contract';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { QueryDeps, Window } from '../engine/deps';
import type { Pace } from './pace';
import { plural, type Selection } from './source';

export type MetricsSpec = Extract<QuerySpec, { kind: 'metrics' }>;

/** One metrics query with all that was found out about it. */
export interface Asked {
  readonly deps: QueryDeps;
  readonly ctx: Ctx;
  readonly spec: MetricsSpec;
  readonly window: Window;
  readonly metric: Metric;
  readonly selection: Selection;
  readonly pace: Pace;
  /** the name of a cluster by its id */
  readonly clusterNames: ReadonlyMap<string, string>;
}

/** Groups as people know them: clusters by their names. */
export const groupOf = ({ spec, clusterNames }: Asked, row: readonly unknown[]): string[] =>
  spec.groupBy.map((dimension, i) => {
    const value = String(row[i]);
    return dimension === 'cluster' ? (clusterNames.get(value) ?? value) : value;
  });

/** The conditions have held the rows to what I may see; where a row says whose it is, the decision itself is asked again. */
export function isMine({ ctx, spec, metric }: Asked, row: readonly unknown[]): boolean {
  const at = (dimension: string) => {
    const i = spec.groupBy.findIndex((name) => name === dimension);
    return i < 0 ? undefined : String(row[i]);
  };
  const cluster = at('cluster');
  if (cluster === undefined) return true;
  if (metric.source !== 'stream' && metric.source !== 'consumer')
    return ctx.decide({ resource: 'clusters', action: 'read' }, { cluster }).allowed;
  const name = at('stream');
  const resource = metric.source === 'stream' ? 'streams' : 'consumers';
  return name === undefined || ctx.decide({ resource, action: 'read' }, { cluster, name }).allowed;
}

export const tooMany = (metric: Metric, limit: number) =>
  new ApiError(
    422,
    'too_many_series',
    `More than ${limit} ${plural[metric.source].toLowerCase()} or groups of them match. Filter, group by less, or ask for the top ones.`,
  );
