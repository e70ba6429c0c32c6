import { queryRoutes, type QuerySpecInput } from '@jetstream-console/contract';
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { call } from '../api/client';
import { resolveRange, type ChartRange } from './range';
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
      const { fromMs, toMs } = resolveRange(range);
      const refIds = specs.map((_, i) => String(i));
      const pace = { intervalMs: Math.max(1, (toMs - fromMs) / points), maxDataPoints: points };
      const asked = specs.map((spec, i) => ({ refId: String(i), ...pace, query: spec }));
      const body = {
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        queries: events ? [...asked, { refId: eventsRefId, ...pace, query: events }] : asked,
      };
      const response = await call(queryRoutes.query, { body }, signal);
      // A person who may see the figures need not be one who may see the events: marks that are refused are left out.
      return { ...readSeries(refIds, response), events: readEvents(eventsRefId, response), fromMs, toMs };
    },
  });
}
