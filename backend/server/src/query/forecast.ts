import type { QueryOf, Routes } from '@jetstream-console/contract';
import { notFound } from '../platform/errors';
import type { Ctx } from '../platform/handler';
import { visibleClusters } from './engine/clusters';
import type { QueryDeps } from './engine/deps';
import { toDrain, toLimit, type LimitForecast } from './metrics/eta';
import { historyStatement, pointsOf } from './metrics/forecast';
import { seriesColumns, type Selection } from './metrics/source';
import { niceStep } from './metrics/step';

const points = 60;

const newest = (at: readonly unknown[]): number | null =>
  at.reduce<number | null>((most, ms) => Math.max(most ?? 0, Number(ms)), null);

/** When a stream meets its tightest limit and a consumer has caught up, at the pace of the window that ends now. */
export async function forecast(deps: QueryDeps, ctx: Ctx, query: QueryOf<Routes['forecast']>) {
  const { cluster, stream, consumer } = query;
  const visible = await visibleClusters(deps.store, ctx);
  if (!visible.some(({ id }) => id === cluster)) throw notFound('This cluster');
  ctx.require({ resource: 'streams', action: 'read' }, { cluster, name: stream });
  if (consumer !== undefined) ctx.require({ resource: 'consumers', action: 'read' }, { cluster, name: stream });
  const { organizationId, grants } = ctx.principal;
  const toMs = deps.now();
  const window = { fromMs: toMs - query.windowMinutes * 60_000, toMs };
  const stepMs = niceStep((window.toMs - window.fromMs) / points);
  const selection = (source: 'stream' | 'consumer'): Selection => ({
    source,
    organizationId,
    clusterIds: [cluster],
    grants,
    // Another account may have a stream of this name; the page that asks is about the cluster's own one.
    ownOnly: true,
    filters: [
      { field: 'stream', op: '=', values: [stream] },
      ...(source === 'consumer' && consumer !== undefined
        ? [{ field: 'consumer' as const, op: '=' as const, values: [consumer] }]
        : []),
    ],
  });
  const ask = async (source: 'stream' | 'consumer', kind: 'to_limit' | 'drain') => {
    const { rows } = await deps.ask(historyStatement(kind, selection(source), window, stepMs, 2), ctx.signal);
    return rows[0]?.slice(seriesColumns(source).length);
  };
  const [limits, lag] = await Promise.all([
    ask('stream', 'to_limit'),
    consumer === undefined ? undefined : ask('consumer', 'drain'),
  ]);
  const nothing: LimitForecast = { seconds: null, by: null, why: 'There are no samples of it in this time.' };
  const toItsLimit = limits
    ? toLimit({
        bytes: pointsOf(limits[0], limits[1]),
        messages: pointsOf(limits[0], limits[2]),
        maxBytes: limits[3] as number | null,
        maxMessages: limits[4] as number | null,
      })
    : nothing;
  const drain = lag ? toDrain(pointsOf(lag[0], lag[1])) : { seconds: null, why: nothing.why };
  const asOf = newest([
    ...((limits?.[0] as unknown[] | undefined) ?? []),
    ...((lag?.[0] as unknown[] | undefined) ?? []),
  ]);
  return {
    toLimitSeconds: toItsLimit.seconds,
    limitBy: toItsLimit.by,
    drainSeconds: consumer === undefined ? null : drain.seconds,
    why: consumer === undefined ? toItsLimit.why : (drain.why ?? toItsLimit.why),
    asOf: asOf === null ? null : new Date(asOf).toISOString(),
  };
}
