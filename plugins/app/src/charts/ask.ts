import { queryRoutes, type QueryResponse, type QuerySpecInput } from '@jetstream-console/contract';
import { call } from '../api/client';
import { resolveRange, type ChartRange } from './range';

export interface Answered {
  readonly response: QueryResponse;
  /** the time that was asked about */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Several queries over one time in one request, by refId. @param points how many buckets a line has at most */
export async function askQueries(
  queries: Readonly<Record<string, QuerySpecInput>>,
  range: ChartRange,
  points: number,
  signal: AbortSignal,
): Promise<Answered> {
  const { fromMs, toMs } = resolveRange(range);
  const pace = { intervalMs: Math.max(1, (toMs - fromMs) / points), maxDataPoints: points };
  const body = {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    queries: Object.entries(queries).map(([refId, query]) => ({ refId, ...pace, query })),
  };
  return { response: await call(queryRoutes.query, { body }, signal), fromMs, toMs };
}
