import type { Metric, QuerySpec } from '@jetstream-console/contract';
import type { Field, FieldConfig, Frame, FrameMeta } from '../frames/frame';
import type { Buckets } from './step';

type MetricsSpec = Extract<QuerySpec, { kind: 'metrics' }>;
type Fill = MetricsSpec['fill'];
type Aggregate = MetricsSpec['aggregate'];

/** One group: what it is told by, in the order of the grouping; an empty value (no domain) is no label. */
export type Labels = Readonly<Record<string, string>>;

export function labelsOf(groupBy: readonly string[], values: readonly string[]): Labels {
  return Object.fromEntries(
    groupBy.map((dimension, i) => [dimension, values[i] ?? ''] as const).filter(([, value]) => value !== ''),
  );
}

export const nameOf = (metric: Pick<Metric, 'name'>, labels: Labels): string =>
  Object.values(labels).join(' > ') || metric.name;

/** Of states, which are 1 or 0 each, the sum says how many hold and the mean how large a share: neither is true or false. */
export function unitOf({ unit }: Pick<Metric, 'unit'>, aggregate: Aggregate): string {
  if (aggregate === 'count') return 'short';
  if (unit !== 'bool') return unit;
  return aggregate === 'sum' ? 'short' : aggregate === 'avg' ? 'percentunit' : unit;
}

/** How a figure is shown and where it came from. */
export const configOf = (metric: Pick<Metric, 'name' | 'unit' | 'from'>, labels: Labels): FieldConfig => ({
  displayNameFromDS: nameOf(metric, labels),
  unit: metric.unit,
  description: metric.from,
});

export interface Points {
  /** indexes of buckets, in any order */
  readonly buckets: readonly number[];
  readonly values: readonly number[];
}

/** Where points are this much sparser than buckets, walking the buckets costs more than comparing the points. */
const sparse = 8;

/** Indexes of buckets in the order of time. A bucket comes once, so that where they are many, each is put in its place. */
function orderOf(buckets: readonly number[]): number[] {
  const last = buckets.reduce((most, bucket) => Math.max(most, bucket), 0);
  if (last > buckets.length * sparse)
    return buckets.map((_, i) => i).sort((a, b) => (buckets[a] ?? 0) - (buckets[b] ?? 0));
  const places = new Int32Array(last + 1);
  for (let i = 0; i < buckets.length; i++) places[buckets[i] ?? 0] = i + 1;
  const order: number[] = [];
  for (const place of places) if (place > 0) order.push(place - 1);
  return order;
}

/** Points in the order of time. Groups of ClickHouse come from several threads, each in an order of its own. */
export function ordered({ buckets, values }: Points): Points {
  let sorted = true;
  for (let i = 1; i < buckets.length && sorted; i++) sorted = (buckets[i - 1] ?? 0) < (buckets[i] ?? 0);
  if (sorted) return { buckets, values };
  const order = orderOf(buckets);
  return { buckets: order.map((i) => buckets[i] ?? 0), values: order.map((i) => values[i] ?? 0) };
}

/** Puts something where a bucket has no value, from the first bucket of the range to `last`. */
export function filled(
  points: Points,
  fill: Fill,
  last: number,
): { buckets: readonly number[]; values: readonly (number | null)[] } {
  if (fill === 'none') return points;
  const known = new Map(points.buckets.map((bucket, i) => [bucket, points.values[i] ?? null]));
  const values: (number | null)[] = [];
  let previous: number | null = null;
  for (let bucket = 0; bucket <= last; bucket++) {
    const value = known.get(bucket);
    if (value !== undefined) previous = value;
    values.push(value ?? (fill === 'zero' ? 0 : fill === 'previous' ? previous : null));
  }
  return { buckets: values.map((_, bucket) => bucket), values };
}

export function seriesFrame(
  metric: Metric,
  labels: Labels,
  points: { readonly buckets: readonly number[]; readonly values: readonly (number | null)[] },
  buckets: Buckets,
  meta: FrameMeta,
): Frame {
  return {
    name: nameOf(metric, labels),
    meta: { type: 'timeseries-multi', typeVersion: [0, 1], preferredVisualisationType: 'graph', ...meta },
    fields: [
      {
        name: 'time',
        type: 'time',
        config: { interval: buckets.stepMs },
        values: points.buckets.map((bucket) => buckets.firstMs + bucket * buckets.stepMs),
      },
      { name: metric.id, type: 'number', labels, config: configOf(metric, labels), values: points.values },
    ],
  };
}

/** One row a group and one figure: what alerting takes as one instance a row. */
export function tableFrame(
  metric: Pick<Metric, 'id' | 'name' | 'unit' | 'from'>,
  groupBy: readonly string[],
  rows: readonly { readonly group: readonly string[]; readonly value: number | null }[],
  meta: FrameMeta,
): Frame {
  return {
    name: metric.name,
    meta: { type: 'numeric-long', typeVersion: [0, 1], preferredVisualisationType: 'table', ...meta },
    fields: [
      ...groupBy.map((dimension, i): Field => ({
        name: dimension,
        type: 'string',
        values: rows.map(({ group }) => group[i] ?? ''),
      })),
      {
        name: metric.id,
        type: 'number',
        config: { displayName: metric.name, unit: metric.unit, description: metric.from },
        values: rows.map(({ value }) => value),
      },
    ],
  };
}
