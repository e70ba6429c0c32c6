import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { apiBase, framesHeader, framesMediaType, routes, type QuerySpecInput } from '@jetstream-console/contract';
import { tableFromIPC } from 'apache-arrow';
import { migrateClickHouse } from '../../backend/server/src/metrics/migrations';
import { storedTime } from '../../backend/server/src/metrics/sample/times';
import { say } from '../lib/main';
import { startGatewayWay, type Asked, type GatewayWay } from './gateway';
import { ms, report, timeByTurns } from './report';
import type { World } from './world';

const hour = 3_600_000;
const day = 24 * hour;
const cadence = 10_000;

/** The views sum each row up as it comes, which costs more than everything that is measured here. */
const views = ['consumer_metrics_hourly_view', 'consumer_metrics_daily_view'];

export interface Made {
  readonly clickhouse: ClickHouseClient;
  readonly organizationId: string;
  readonly clusterId: string;
}

/** Samples of so many consumers, every ten seconds up to `toMs`, made inside the engine. */
async function fill(
  { clickhouse, organizationId, clusterId }: Made,
  stream: string,
  consumers: number,
  samples: number,
  toMs: number,
) {
  await clickhouse.command({
    query: `INSERT INTO consumer_metrics (org_id, cluster_id, time, account, own, stream, consumer, state, num_pending, ack_pending, delivered, elapsed_ms)
SELECT {org:UUID}, {cluster:UUID}, fromUnixTimestamp64Milli(toInt64({to:Int64} - intDiv(number, {n:UInt64}) * ${cadence}), 'UTC'), 'APP', true,
  concat({stream:String}, toString(intDiv(number % {n:UInt64}, 10))), concat('c', toString(number % {n:UInt64} % 10)), 'ok',
  cityHash64(number) % 1000 + number % {n:UInt64}, number % 50, 10, ${cadence}
FROM numbers({rows:UInt64})`,
    query_params: {
      org: organizationId,
      cluster: clusterId,
      to: toMs,
      n: consumers,
      rows: consumers * samples,
      stream,
    },
    clickhouse_settings: { max_insert_threads: '2', min_insert_block_size_rows: '1048576' },
  });
}

/** How often the cluster is collected: buckets are never shorter. */
export const tellPace = ({ clickhouse, organizationId, clusterId }: Made, atMs: number) =>
  clickhouse.insert({
    table: 'cluster_samples',
    format: 'JSONEachRow',
    values: [
      {
        org_id: organizationId,
        cluster_id: clusterId,
        time: storedTime(atMs),
        reachable: true,
        interval: cadence / 1000,
      },
    ],
  });

/** What the hourly view would have summed up of these rows, for the columns that a question about lag reads. */
const sumUp = ({ clickhouse }: Made, stream: string) =>
  clickhouse.command({
    query: `INSERT INTO consumer_metrics_hourly (org_id, cluster_id, account, domain, own, stream, consumer, time, retention_days, samples,
  num_pending_avg, num_pending_max, num_pending_min, num_pending_last, delivered, elapsed_ms)
SELECT org_id, cluster_id, account, domain, own, stream, consumer, toStartOfHour(time) AS h, max(retention_days), count(),
  avgState(num_pending), max(num_pending), min(num_pending), argMaxState(num_pending, time), sum(delivered), sum(elapsed_ms)
FROM consumer_metrics WHERE stream LIKE {like:String} GROUP BY org_id, cluster_id, account, domain, own, stream, consumer, h`,
    query_params: { like: `${stream}%` },
  });

/** More than any of these answers has. */
const maxDataPoints = 10_000;

/** The query as the gateway sends it: one request, answered in Arrow. @throws Error when it is not answered */
async function ask(
  { apiUrl, token }: World,
  { fromMs, toMs, query, intervalMs, maxDataPoints: most }: Asked,
): Promise<void> {
  const answer = await fetch(`${apiUrl}${apiBase}${routes.query.path}`, {
    method: routes.query.method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: framesMediaType },
    body: JSON.stringify({
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      queries: [{ refId: 'A', query, intervalMs, maxDataPoints: most }],
    }),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const { results } = framesHeader.parse(JSON.parse(bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString('utf8')));
  const [result] = results;
  if (result?.status !== 200) throw new Error(`the query answered ${result?.status}: ${result?.error}`);
}

/** Points in the answer, as its files hold them. */
const pointsIn = (files: readonly Uint8Array[]): number =>
  files.reduce((sum, file) => sum + tableFromIPC(file).numRows, 0);

export async function benchRows(world: World, made: Made, way: GatewayWay, toMs: number): Promise<void> {
  const samples = 1000;
  for (const [consumers, bound, extra] of [
    [1, 2, 5],
    [100, 1.5, 0],
  ] as const) {
    const stream = `ROWS${consumers}X`;
    await fill(made, stream, consumers, samples, toMs - cadence);
    const fromMs = toMs - samples * cadence;
    const query = {
      kind: 'metrics' as const,
      metric: 'lag',
      groupBy: ['cluster', 'stream', 'consumer'],
      filters: [{ field: 'stream', op: '=~', values: [`${stream}*`] }],
    } satisfies QuerySpecInput;
    const asked = { fromMs, toMs, query, intervalMs: cadence, maxDataPoints };
    const points = pointsIn(await way.ask(asked));
    if (points !== consumers * samples) throw new Error(`the answer has ${points} points`);
    const bare = async () => {
      const answer = await made.clickhouse.query({
        query: `SELECT stream, consumer, toUnixTimestamp64Milli(time) AS t, num_pending FROM consumer_metrics
WHERE org_id = {org:UUID} AND cluster_id = {cluster:UUID} AND time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({to:Int64}, 'UTC') AND stream LIKE {like:String}
ORDER BY stream, consumer, t`,
        query_params: { org: made.organizationId, cluster: made.clusterId, from: fromMs, to: toMs, like: `${stream}%` },
        format: 'JSONCompactEachRow',
      });
      const rows = await answer.json();
      if (rows.length !== consumers * samples) throw new Error(`the bare query found ${rows.length} rows`);
    };
    const times = await timeByTurns(consumers === 1 ? 40 : 12, {
      ours: () => way.ask(asked),
      backend: () => ask(world, asked),
      bare,
    });
    const { ours, backend, bare: raw } = times;
    report({
      what: `${points.toLocaleString('en-US')} points of ${consumers} series through gateway, backend and ClickHouse, as Arrow`,
      ours: `${ms(ours.p50)} p50, ${ms(ours.p95)} p95 (without the gateway ${ms(backend.p50)} p50)`,
      raw: ms(raw.p50),
      ratio: ours.p50 / raw.p50,
      bound: {
        text: extra > 0 ? `${bound}x plus ${extra} ms` : `${bound}x`,
        kept: ours.p50 <= raw.p50 * bound + extra,
      },
    });
  }
}

export async function benchTop(world: World, made: Made, way: GatewayWay, toMs: number): Promise<void> {
  const consumers = 10_000;
  const samples = day / cadence;
  const stream = 'TOP_';
  say(`making ${(consumers * samples).toLocaleString('en-US')} samples inside the engine; this takes some minutes`);
  await fill(made, stream, consumers, samples, toMs - cadence);
  await sumUp(made, stream);
  const spec = {
    kind: 'metrics',
    metric: 'lag',
    groupBy: ['cluster', 'stream', 'consumer'],
    top: 10,
  } satisfies QuerySpecInput;
  const times = await timeByTurns(15, {
    ours: () => way.ask({ fromMs: toMs - day, toMs, query: spec, intervalMs: 60_000, maxDataPoints }),
  });
  const { results } = await world.call(routes.query, {
    body: {
      from: new Date(toMs - day).toISOString(),
      to: new Date(toMs).toISOString(),
      queries: [{ refId: 'A', query: spec, intervalMs: 60_000, maxDataPoints: 1000 }],
    },
  });
  const custom = JSON.stringify(results['A']?.frames[0]?.schema['meta']);
  report({
    what: `top 10 of 10,000 consumers by lag over 24 h of ${(consumers * samples).toLocaleString('en-US')} samples (${custom})`,
    ours: `${ms(times.ours.p50)} p50, ${ms(times.ours.p95)} p95`,
    bound: { text: '300 ms', kept: times.ours.p50 < 300 },
  });
}

/** What gateway and query engine add to ClickHouse, and what the hourly sums are good for. */
export async function benchQuery(world: World): Promise<void> {
  const clickhouse = createClient({ url: world.engines.clickhouseUrl, request_timeout: 1_800_000 });
  const made = { clickhouse, organizationId: world.organizationId, clusterId: world.clusterId };
  const toMs = Math.floor(Date.now() / hour) * hour;
  const way = await startGatewayWay(world);
  try {
    await migrateClickHouse(clickhouse, (work) => work());
    for (const view of views) await clickhouse.command({ query: `DETACH TABLE ${view}` });
    await tellPace(made, toMs - cadence);
    await benchRows(world, made, way, toMs);
    await benchTop(world, made, way, toMs);
    for (const view of views) await clickhouse.command({ query: `ATTACH TABLE ${view}` });
  } finally {
    await way.stop();
    await clickhouse.close();
  }
}
