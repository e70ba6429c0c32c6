import type { ChartRange } from './range';
import type { ChartSeries } from './series';
import { useChart, type MetricSpec } from './useChart';

/** Where a line is found: the values of the grouping, in its order. */
export const sparklineKey = (...values: readonly string[]): string => JSON.stringify(values);

interface Asked {
  readonly spec: MetricSpec;
  readonly range: ChartRange;
  readonly everyMs?: number;
  /** false while there are no rows to draw lines for */
  readonly enabled?: boolean;
}

const points = 60;

/** The lines of all rows of a table, asked in one request; `of(sparklineKey(…))` is a row's. */
export function useSparklines({ spec, range, everyMs = 30_000, enabled }: Asked) {
  // The backend adds nothing where nothing is known: a gap stays one in the line.
  const chart = useChart({ specs: [{ ...spec, fill: 'null' }], range, points, everyMs, enabled });
  const groupBy = spec.groupBy ?? [];
  const lines = new Map(
    (chart.data?.series ?? []).map((series): [string, ChartSeries] => [
      sparklineKey(...groupBy.map((dimension) => series.labels[dimension] ?? '')),
      series,
    ]),
  );
  return { of: (key: string) => lines.get(key), isPending: chart.isPending, error: chart.error };
}
