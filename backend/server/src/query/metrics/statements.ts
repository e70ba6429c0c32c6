import { TupleParam } from '@clickhouse/client';
import type { Metric, QuerySpec } from '@jetstream-console/contract';
import { Params } from '../engine/params';
import type { Statement } from '../engine/ask';
import { columnOf } from '../../metrics/figures';
import { newestValue, overSeries, rateExpression, seriesValue } from './columns';
import { conditions, dimensionColumn, seriesColumns, tableName, type Selection } from './source';
import type { Buckets, Rollup } from './step';

type MetricsSpec = Extract<QuerySpec, { kind: 'metrics' }>;

export interface SeriesPlan {
  readonly metric: Metric;
  readonly selection: Selection;
  readonly groupBy: readonly string[];
  readonly aggregate: MetricsSpec['aggregate'];
  readonly rollup: Rollup;
  readonly buckets: Buckets;
  /** index of the last bucket that is told */
  readonly lastBucket: number;
  /** these groups alone, as their columns' values */
  readonly only?: readonly (readonly string[])[];
  readonly top: number | null;
  /** one more than may be answered, so that more can be told from exactly as many */
  readonly limit: number;
}

/** Rows of some groups, which another statement has found. */
function inGroups(columns: readonly string[], groups: readonly (readonly string[])[], params: Params): string {
  const typeOf = (column: string) => (column === 'cluster_id' ? 'UUID' : 'String');
  const [only] = columns;
  if (only !== undefined && columns.length === 1)
    return `${only} IN ${params.add(
      `Array(${typeOf(only)})`,
      groups.map(([value]) => value),
    )}`;
  const type = `Array(Tuple(${columns.map(typeOf).join(', ')}))` as const;
  return `(${columns.join(', ')}) IN ${params.add(
    type,
    groups.map((values) => new TupleParam(values)),
  )}`;
}

const list = (columns: readonly string[]) => columns.map((column) => `${column}, `).join('');
const groupClause = (columns: readonly string[]) => (columns.length > 0 ? `GROUP BY ${columns.join(', ')}` : '');
/** Raw times are milliseconds, those of sums are seconds. */
const epochMs = (rollup: Rollup) =>
  rollup === 'raw' ? 'toUnixTimestamp64Milli(time)' : 'toInt64(toUnixTimestamp(time)) * 1000';

/**
 * Three steps inwards out: samples to one value a series and bucket, series to one value a group and bucket, groups to
 * one row with its points. Columns of ours start with q_, so that none hides a column of the table from the WHERE.
 */
export function seriesStatement(plan: SeriesPlan): Statement {
  const { metric, selection, buckets, rollup, aggregate } = plan;
  const params = new Params();
  const series = seriesColumns(metric.source);
  const groups = plan.groupBy.map(dimensionColumn);
  const step = params.add('Int64', buckets.stepMs);
  const first = params.add('Int64', buckets.firstMs / buckets.stepMs);
  const bucket = `intDiv(${epochMs(rollup)}, ${step}) - ${first}`;
  const toldMs = buckets.firstMs + (plan.lastBucket + 1) * buckets.stepMs;
  const where = [
    conditions(selection, { fromMs: buckets.firstMs, toMs: Math.min(buckets.endMs, toldMs) }, params),
    ...(plan.only ? [inGroups(groups, plan.only, params)] : []),
  ].join('\n    AND ');
  const sql = `SELECT ${list(groups)}groupArray(q_b) AS q_buckets, groupArray(q_v) AS q_values, argMax(q_v, q_b) AS q_last
FROM (
  SELECT ${list(groups)}q_b, ${overSeries(aggregate, 'q_s', 'q_t')} AS q_v
  FROM (
    SELECT ${list(series)}${bucket} AS q_b, max(${epochMs(rollup)}) AS q_t, ${seriesValue(metric, aggregate, rollup)} AS q_s
    FROM ${tableName(metric.source, rollup)}
    WHERE ${where}
    GROUP BY ${list(series)}q_b
    HAVING q_s IS NOT NULL
  )
  GROUP BY ${list(groups)}q_b
)
${groupClause(groups)}
HAVING notEmpty(q_buckets)
ORDER BY ${['q_last DESC', ...groups].join(', ')}
LIMIT ${params.add('UInt32', plan.top ?? plan.limit)}`;
  return { sql, params: params.values };
}

export interface TablePlan {
  readonly metric: Metric;
  readonly selection: Selection;
  readonly groupBy: readonly string[];
  readonly aggregate: MetricsSpec['aggregate'];
  readonly fromMs: number;
  readonly toMs: number;
  /** a rate covers this much before the end of the range */
  readonly rateMs: number;
  /** a series whose cluster was sampled this long after its own last sample is gone */
  readonly goneAfterMs: number;
  /** when each cluster was last collected, up to the end of the range */
  readonly collected: ReadonlyMap<string, number>;
  readonly top: number | null;
  readonly limit: number;
}

const hourMs = 3_600_000;

/** A part of a table's range, and where it is read from. */
interface Part {
  readonly rollup: 'raw' | 'hourly';
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Samples tell what is there now and what it is; what is not known now may have been known at any time of the range, and
 * whole hours before that are read from their sums: a day of samples of a large system is hundreds of millions of rows.
 * The samples that are read begin an hour before any cluster of the range was last collected.
 */
function partsOf({ metric, fromMs, toMs, rateMs, goneAfterMs, collected }: TablePlan): Part[] {
  if (metric.kind === 'rate') return [{ rollup: 'raw', fromMs: Math.max(fromMs, toMs - rateMs), toMs }];
  const newest = Math.min(toMs, ...[...collected.values()].filter((ms) => ms >= fromMs));
  const samplesMs = Math.floor((newest - Math.max(hourMs, goneAfterMs)) / hourMs) * hourMs;
  const hoursMs = Math.ceil(fromMs / hourMs) * hourMs;
  if (samplesMs <= hoursMs) return [{ rollup: 'raw', fromMs, toMs }];
  const first: Part[] = hoursMs > fromMs ? [{ rollup: 'raw', fromMs, toMs: hoursMs }] : [];
  return [...first, { rollup: 'hourly', fromMs: hoursMs, toMs: samplesMs }, { rollup: 'raw', fromMs: samplesMs, toMs }];
}

/**
 * One row a group with its newest value. A series that is known but not known now keeps its last value of the range;
 * one that is not sampled any more while its cluster is, is gone.
 */
export function tableStatement(plan: TablePlan): Statement {
  const { metric, selection, aggregate } = plan;
  const params = new Params();
  const series = seriesColumns(metric.source);
  const groups = plan.groupBy.map(dimensionColumn);
  const rate = metric.kind === 'rate';
  const column = columnOf(metric.id);
  const clusters = [...plan.collected.keys()];
  const collected = `transform(cluster_id, ${params.add('Array(UUID)', clusters)}, ${params.add(
    'Array(Int64)',
    clusters.map((id) => plan.collected.get(id) ?? 0),
  )}, toInt64(0))`;
  const parts = partsOf(plan).map(({ rollup, fromMs, toMs }) => {
    const newest = `max(${epochMs(rollup)})`;
    const known = rollup === 'hourly' || rate ? newest : `maxIf(${epochMs(rollup)}, ${column} IS NOT NULL)`;
    // Sums say that it was there within an hour, which is not when it was last there.
    const seen = rollup === 'hourly' ? 'toInt64(0)' : newest;
    return `SELECT ${list(series)}${seen} AS q_t, ${known} AS q_known, ${rate ? rateExpression(column) : newestValue(metric, rollup)} AS q_s
    FROM ${tableName(metric.source, rollup)}
    WHERE ${conditions(selection, { fromMs, toMs }, params)}
    GROUP BY ${series.join(', ')}`;
  });
  const sql = `SELECT ${list(groups)}${overSeries(aggregate, 'q_value', 'q_seen')} AS q_v, max(q_at) AS q_newest, min(q_at) AS q_oldest
FROM (
  SELECT ${list(series)}max(q_t) AS q_seen, maxIf(q_known, q_s IS NOT NULL) AS q_at, argMaxIf(q_s, q_known, q_s IS NOT NULL) AS q_value
  FROM (
    ${parts.join('\n    UNION ALL\n    ')}
  )
  GROUP BY ${series.join(', ')}
  HAVING q_value IS NOT NULL AND q_seen >= ${collected} - ${params.add('Int64', plan.goneAfterMs)} AND q_seen > 0
)
${groupClause(groups)}
HAVING count() > 0
ORDER BY ${['q_v DESC', ...groups].join(', ')}
LIMIT ${params.add('UInt32', plan.top ?? plan.limit)}`;
  return { sql, params: params.values };
}

/** How many samples a raw query would read: the hourly sums count them. */
export function countStatement(selection: Selection, fromMs: number, toMs: number): Statement {
  const params = new Params();
  const where = conditions(selection, { fromMs: Math.floor(fromMs / hourMs) * hourMs, toMs }, params);
  return {
    sql: `SELECT sum(samples) FROM ${tableName(selection.source, 'hourly')} WHERE ${where}`,
    params: params.values,
  };
}
