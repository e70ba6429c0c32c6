import { metricOf } from '@jetstream-console/contract';
import type { ChartSeries } from './series';
import type { MetricSpec } from './useChart';

/** Dimensions that have one value in all of a query's lines: its clusters, and what it filters by. */
function pinned({ clusters = [], filters = [] }: MetricSpec): ReadonlySet<string> {
  return new Set([
    ...(clusters.length === 1 ? ['cluster'] : []),
    ...filters.flatMap(({ field, op, values }) => (op === '=' && values.length === 1 ? [field] : [])),
  ]);
}

/**
 * Lines by what tells them apart: a chart of one consumer does not name it in each line, one of several metrics names
 * the metric.
 */
export function named(series: readonly ChartSeries[], specs: readonly MetricSpec[]): ChartSeries[] {
  const several = new Set(specs.map(({ metric }) => metric)).size > 1;
  return series.map((line) => {
    const spec = specs[Number(line.refId)];
    if (!spec) return line;
    const known = pinned(spec);
    const parts = Object.entries(line.labels).flatMap(([dimension, value]) => (known.has(dimension) ? [] : [value]));
    const metric = metricOf(spec.metric)?.name ?? spec.metric;
    const label = parts.join(' > ');
    return { ...line, name: label === '' ? metric : several ? `${label}: ${metric}` : label };
  });
}
