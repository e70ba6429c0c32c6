import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { askQueries, lastHour, type ChartRange, type MetricSpec } from '../charts';
import { readTable, type Table } from './tables';

interface Options {
  /** forecasts go by the pace of this time */
  readonly range?: ChartRange;
  readonly everyMs?: number;
  readonly enabled?: boolean;
}

/** The newest figures of several metrics, a table each, in one request. What is left undefined is an empty table. */
export function useTables<K extends string>(
  specs: Readonly<Record<K, MetricSpec | undefined>>,
  { range = lastHour, everyMs = 15_000, enabled = true }: Options = {},
): UseQueryResult<Record<K, Table>> {
  return useQuery({
    queryKey: ['tables', specs, range],
    enabled,
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const names = Object.keys(specs) as K[];
      const asked = Object.fromEntries(
        names.flatMap((name) => {
          const spec = specs[name];
          return spec === undefined ? [] : [[name, { ...spec, format: 'table' as const }]];
        }),
      );
      const { response } = await askQueries(asked, range, 1000, signal);
      return Object.fromEntries(names.map((name) => [name, readTable(name, response)])) as Record<K, Table>;
    },
  });
}
