import type { Metric, QuerySpec } from '@jetstream-console/contract';
import { columnOf } from '../../metrics/figures';
import type { Rollup } from './step';

type Aggregate = Extract<QuerySpec, { kind: 'metrics' }>['aggregate'];

/** How the samples of one bucket of one series become one value. Adding samples up would count each again and again. */
type Within = 'avg' | 'max' | 'min' | 'last';

/**
 * A sum over series adds each series' mean of the bucket. A state that held at some moment of the bucket held in it,
 * unless the least or the share of time is asked for.
 */
export function withinBucket(kind: Metric['kind'], aggregate: Aggregate): Within {
  switch (aggregate) {
    case 'sum':
    case 'count':
      return kind === 'state' ? 'max' : 'avg';
    case 'max':
    case 'min':
    case 'avg':
    case 'last':
      return aggregate;
  }
}

const number = (column: string) => `CAST(${column}, 'Nullable(Float64)')`;

function gauge(column: string, rollup: Rollup, within: Within): string {
  if (rollup === 'raw') {
    const value = number(column);
    return within === 'last' ? `argMax(${value}, time)` : `${within}(${value})`;
  }
  switch (within) {
    case 'avg':
      return `avgMerge(${column}_avg)`;
    case 'last':
      return number(`argMaxMerge(${column}_last)`);
    case 'max':
    case 'min':
      return number(`${within}(${column}_${within})`);
  }
}

/** A rate over any time is the sum of its increases over the sum of the time they cover; nothing covered, no rate. */
export const rateExpression = (column: string): string => `sum(${column}) * 1000 / nullIf(sum(elapsed_ms), 0)`;

/** The value of one series in one bucket. */
export function seriesValue(metric: Metric, aggregate: Aggregate, rollup: Rollup): string {
  const column = columnOf(metric.id);
  return metric.kind === 'rate' ? rateExpression(column) : gauge(column, rollup, withinBucket(metric.kind, aggregate));
}

/** The newest known value of one series. */
export const newestValue = (metric: Metric, rollup: Rollup): string => gauge(columnOf(metric.id), rollup, 'last');

/** How the series of a group become one value. */
export function overSeries(aggregate: Aggregate, value: string, time: string): string {
  switch (aggregate) {
    case 'last':
      return `argMax(${value}, ${time})`;
    case 'count':
      return `count(${value})`;
    case 'sum':
    case 'max':
    case 'min':
    case 'avg':
      return `${aggregate}(${value})`;
  }
}
