import { metricsQuery } from '@jetstream-console/contract';
import type { Ctx } from '../../platform/handler';
import type { QueryDeps } from '../engine/deps';
import type { MetricsSpec } from './asked';
import { readMetrics } from './read';

/** What a list of streams can be sorted by that no server tells: it lies between two samples, or is of consumers. */
const sampled = {
  published: { metric: 'published', aggregate: 'sum' },
  growth: { metric: 'bytes_growth', aggregate: 'sum' },
  worstLag: { metric: 'lag', aggregate: 'max' },
} as const satisfies Record<string, Pick<MetricsSpec, 'metric' | 'aggregate'>>;
export type SampledSort = keyof typeof sampled;
export const isSampled = (sort: string): sort is SampledSort => Object.hasOwn(sampled, sort);

/** A figure older than this says nothing of now; as the pages' own tables have it. */
const windowMs = 15 * 60_000;

/** The newest figure of each stream of a cluster's own account. */
export type PerStream = (ctx: Ctx, clusterId: string, sort: SampledSort) => Promise<ReadonlyMap<string, number>>;

/** @returns a reader that throws ApiError as queries do: where ClickHouse is away, or nothing of it may be read */
export const makePerStream =
  (deps: QueryDeps): PerStream =>
  async (ctx, clusterId, sort) => {
    const toMs = deps.now();
    const spec = metricsQuery.parse({
      kind: 'metrics',
      clusters: [clusterId],
      ...sampled[sort],
      groupBy: ['stream'],
      format: 'table',
      accounts: 'own',
    });
    const window = { fromMs: toMs - windowMs, toMs, intervalMs: 60_000, maxDataPoints: 1 };
    const [frame] = await readMetrics(deps, ctx, spec, window);
    const [names, values] = frame?.fields ?? [];
    return new Map(
      (names?.values ?? []).flatMap((name, i) => {
        const value = values?.values[i];
        return typeof name === 'string' && typeof value === 'number' ? [[name, value] as const] : [];
      }),
    );
  };
