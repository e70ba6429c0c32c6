import { useMayAny } from '../../api/hooks';
import { sparklineKey, useSparklines, type ChartRange, type ChartSeries, type MetricSpec } from '../../charts';
import { metric } from '../../figures/specs';
import { useTables } from '../../figures/useTables';
import { toProblem } from '../../api/client';

/** What the samples say of a stream, beside what the server says now. */
export interface StreamFigures {
  readonly line: ChartSeries | undefined;
  readonly rate: number | null;
  /** bytes a second; negative where more goes than comes */
  readonly growth: number | null;
  /** seconds to its limit at the pace of the last hour; null where it is not on its way there */
  readonly toLimit: number | null;
  readonly worstLag: number | null;
}

const rowsOf = (id: string, clusterId: string, names: readonly string[], more: Partial<MetricSpec> = {}) =>
  metric(id, { clusterId }, ['stream'], {
    filters: [{ field: 'stream', op: '=', values: [...names] }],
    ...more,
  });

/** The figures of all rows of a page of streams: the lines in one request, the rest in another. */
export function useStreamFigures(clusterId: string, names: readonly string[], range: ChartRange) {
  const enabled = names.length > 0;
  const consumers = useMayAny()('consumers:read');
  const published = rowsOf('published', clusterId, names, { aggregate: 'sum' });
  const lag = consumers ? rowsOf('lag', clusterId, names, { aggregate: 'max' }) : undefined;
  const lines = useSparklines({ spec: published, range, enabled });
  const tables = useTables(
    {
      rate: published,
      growth: rowsOf('bytes_growth', clusterId, names, { aggregate: 'sum' }),
      toLimit: rowsOf('bytes', clusterId, names, { forecast: 'to_limit' }),
      lag,
    },
    { enabled },
  );
  const { data } = tables;
  const refused = data?.rate.refusal?.message ?? data?.toLimit.refusal?.message;
  return {
    of: (name: string): StreamFigures => ({
      line: lines.of(sparklineKey(name)),
      rate: data?.rate.of(name) ?? null,
      growth: data?.growth.of(name) ?? null,
      toLimit: data?.toLimit.of(name) ?? null,
      worstLag: data?.lag.of(name) ?? null,
    }),
    spec: published,
    /** why there are no figures beside the live ones */
    away: tables.error ? toProblem(tables.error).problem.detail : (refused ?? null),
  };
}
