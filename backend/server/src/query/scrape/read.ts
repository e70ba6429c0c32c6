import { dimensionsOf, metricSources, type MetricSource, type QueryOf, type Routes } from '@jetstream-console/contract';
import type { Ctx } from '../../platform/handler';
import { namedClusters, visibleClusters } from '../engine/clusters';
import type { QueryDeps } from '../engine/deps';
import { Params } from '../engine/params';
import { isEmpty } from '../engine/scope';
import { goneAfterMs, readPace, type Pace } from '../metrics/pace';
import { conditions, readScope, seriesColumns, tableName, type Selection } from '../metrics/source';
import { familiesOf, scrapePrefix, type Family } from './families';
import { exposition, labelText, type Series } from './text';

/** A figure older than this is not a figure any more: the series is absent, and Prometheus marks it stale. */
export const staleAfterMs = 300_000;
/** Series of one source in one scrape. Those with the most to tell are kept, and how many were left out is a metric. */
export const maxSeries: Readonly<Record<MetricSource, number>> = {
  stream: 20_000,
  consumer: 50_000,
  server: 5000,
  account: 5000,
  cluster: 1000,
};
/** What decides which series are kept when there are too many. */
const weight: Partial<Record<MetricSource, string>> = {
  stream: 'bytes_total',
  consumer: 'num_pending',
  account: 'storage',
};

/** The newest sample of each series that is still sampled, the weightiest first. */
export function newestStatement(
  selection: Selection,
  families: readonly Family[],
  nowMs: number,
  goneMs: number,
  pace: Pace,
) {
  const params = new Params();
  const { source } = selection;
  const series = seriesColumns(source);
  const oldest = Math.max(staleAfterMs, goneMs);
  const where = conditions(selection, { fromMs: nowMs - oldest, toMs: nowMs + 60_000 }, params);
  const clusters = [...pace.collected.keys()];
  const collected = `transform(cluster_id, ${params.add('Array(UUID)', clusters)}, ${params.add(
    'Array(Int64)',
    clusters.map((id) => pace.collected.get(id) ?? 0),
  )}, toInt64(0))`;
  const by = weight[source];
  const sql = `SELECT ${series.join(', ')}, ${families
    .map(({ column }, i) => `argMax(CAST(${column}, 'Nullable(Float64)'), time) AS q_${i}`)
    .join(', ')}
FROM ${tableName(source, 'raw')}
WHERE ${where}
GROUP BY ${series.join(', ')}
HAVING toUnixTimestamp64Milli(max(time)) >= ${collected} - ${params.add('Int64', goneMs)}
ORDER BY ${[...(by === undefined ? [] : [`argMax(${by}, time) DESC`]), ...series].join(', ')}
LIMIT ${params.add('UInt32', maxSeries[source] + 1)}`;
  return { sql, params: params.values };
}

/** The newest figures of what I may see, as Prometheus reads them. */
export async function* scrape(
  deps: QueryDeps,
  ctx: Ctx,
  query: QueryOf<Routes['scrape']>,
): AsyncGenerator<string, void> {
  const visible = await visibleClusters(deps.store, ctx);
  const clusters = namedClusters(visible, query.cluster === undefined ? [] : [query.cluster]);
  const names = new Map(clusters.map(({ id, settings }) => [id, settings.name]));
  const { organizationId, grants } = ctx.principal;
  const clusterIds = [...names.keys()];
  const nowMs = deps.now();
  const wanted = (query.sources ?? metricSources).filter((source) => !isEmpty(readScope(source, grants)));
  const dropped: [MetricSource, number][] = [];
  if (clusterIds.length > 0) {
    const pace = await readPace({ ask: deps.ask, organizationId, clusterIds, atMs: nowMs }, ctx.signal);
    for (const source of wanted) {
      const families = familiesOf(source);
      const selection = { source, organizationId, clusterIds, grants, filters: [] };
      const { rows } = await deps.ask(
        newestStatement(selection, families, nowMs, goneAfterMs(pace.sampleMs), pace),
        ctx.signal,
      );
      const kept = rows.slice(0, maxSeries[source]);
      dropped.push([source, rows.length - kept.length]);
      const dimensions = dimensionsOf[source];
      const series = kept.map((row): Series => ({
        labels: labelText(
          dimensions.map((dimension, i) => [
            dimension,
            dimension === 'cluster' ? (names.get(String(row[i])) ?? String(row[i])) : String(row[i]),
          ]),
        ),
        values: row.slice(dimensions.length) as (number | null)[],
      }));
      yield* exposition(families, series);
    }
  }
  const name = `${scrapePrefix}scrape_series_cut`;
  yield `# HELP ${name} 1 where a source has more series than one scrape holds: scrape each cluster by itself\n# TYPE ${name} gauge\n`;
  for (const [source, more] of dropped) yield `${name}{source="${source}"} ${more > 0 ? 1 : 0}\n`;
}
