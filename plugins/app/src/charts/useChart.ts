import type { QuerySpecInput } from '@jetstream-console/contract';
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { askQueries } from './ask';
import { named } from './names';
import type { ChartRange } from './range';
import { readEvents, readSeries, type ChartData, type ChartEvent } from './series';

export type MetricSpec = Extract<QuerySpecInput, { kind: 'metrics' }>;
export type EventSpec = Extract<QuerySpecInput, { kind: 'events' }>;

interface Asked {
  readonly specs: readonly MetricSpec[];
  readonly events?: EventSpec;
  readonly range: ChartRange;
  /** how many buckets a line has at most */
  readonly points: number;
  readonly everyMs?: number;
  readonly enabled?: boolean;
}

export interface Charted extends ChartData {
  readonly events: readonly ChartEvent[];
  /** the time that was asked for: what the chart's axis spans */
  readonly fromMs: number;
  readonly toMs: number;
}

const eventsRefId = 'events';

/** The lines and marks of a chart, asked in one request and again every so often. */
export function useChart({ specs, events, range, points, everyMs, enabled = true }: Asked): UseQueryResult<Charted> {
  return useQuery({
    queryKey: ['chart', specs, events, range, points],
    enabled,
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const refIds = specs.map((_, i) => String(i));
      const lines = Object.fromEntries(specs.map((spec, i): [string, QuerySpecInput] => [String(i), spec]));
      const asked = events ? { ...lines, [eventsRefId]: events } : lines;
      const { response, fromMs, toMs } = await askQueries(asked, range, points, signal);
      const { series, refusals } = readSeries(refIds, response);
      // A person who may see the figures need not be one who may see the events: marks that are refused are left out.
      return { series: named(series, specs), refusals, events: readEvents(eventsRefId, response), fromMs, toMs };
    },
  });
}
