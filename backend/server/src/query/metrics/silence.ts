import type { Metric } from '@jetstream-console/contract';
import type { Ctx } from '../../platform/handler';
import { Params } from '../engine/params';
import type { Frame, FrameMeta } from '../frames/frame';
import { groupOf, tooMany, type Asked } from './asked';
import { seriesLimit } from './bounds';
import { filled, labelsOf, seriesFrame, tableFrame, unitOf } from './frames';
import { conditions, tableName } from './source';
import { bucketsOf, wantedStep, type Buckets } from './step';

/** One that was silent for longer is told as silent for so long: looking further back would cost more than it says. */
const lookBackMs = 7 * 86_400_000;

/** A cluster that the asker sees whole. */
export interface Watched {
  readonly id: string;
  readonly connectedMs: number;
}

/** Last samples of one cluster, by the bucket they are in; what was before the first bucket has the index -1. */
export type Heard = ReadonlyMap<number, number>;

/**
 * Seconds between the end of each bucket and the last sample before it; of a cluster without any, since it was
 * connected. Nothing is told of the time before that.
 */
export function silenceOf(heard: Heard, connectedMs: number, buckets: Buckets, nowMs: number): (number | null)[] {
  const endMs = Math.min(buckets.endMs, nowMs);
  const earliest = Math.max(connectedMs, buckets.firstMs - lookBackMs);
  let last = heard.get(-1) ?? null;
  return Array.from({ length: buckets.count }, (_, bucket) => {
    last = heard.get(bucket) ?? last;
    const since = last ?? earliest;
    const at = Math.min(endMs, buckets.firstMs + (bucket + 1) * buckets.stepMs);
    const begun = buckets.firstMs + bucket * buckets.stepMs < endMs;
    return begun && at >= since ? (at - since) / 1000 : null;
  });
}

type Aggregate = Asked['spec']['aggregate'];
function together(values: readonly number[], aggregate: Aggregate): number | null {
  if (values.length === 0) return null;
  const sum = values.reduce((total, value) => total + value, 0);
  switch (aggregate) {
    case 'sum':
      return sum;
    case 'avg':
      return sum / values.length;
    case 'count':
      return values.length;
    case 'last': // the cluster that was heard last
    case 'min':
      return Math.min(...values);
    case 'max':
      return Math.max(...values);
  }
}

async function heardOf({ deps, ctx, selection }: Asked, buckets: Buckets) {
  const params = new Params();
  const first = params.add('Int64', buckets.firstMs);
  const time = { fromMs: buckets.firstMs - lookBackMs, toMs: buckets.endMs };
  const sql = `SELECT cluster_id, if(q_ms < ${first}, -1, intDiv(q_ms - ${first}, ${params.add('Int64', buckets.stepMs)})) AS q_b, max(q_ms)
FROM (
  SELECT cluster_id, toUnixTimestamp64Milli(time) AS q_ms
  FROM ${tableName(selection.source, 'raw')}
  WHERE ${conditions(selection, time, params)}
)
GROUP BY cluster_id, q_b`;
  const answer = await deps.ask({ sql, params: params.values }, ctx.signal);
  const heard = new Map<string, Map<number, number>>();
  for (const [id, bucket, ms] of answer.rows) {
    const of = heard.get(String(id)) ?? new Map<number, number>();
    heard.set(String(id), of.set(Number(bucket), Number(ms)));
  }
  return { heard, custom: { table: 'raw', rowsRead: answer.rowsRead, clickhouseMs: answer.elapsedMs } };
}

const sees = (ctx: Ctx, id: string) =>
  (['clusters', 'streams'] as const).every(
    (resource) => ctx.decide({ resource, action: 'read' }, { cluster: id }).allowed,
  );

interface Group {
  readonly key: readonly string[];
  readonly values: readonly (number | null)[];
}

/**
 * For how long nothing was collected: the one figure that is there of a cluster without any row. It is made of what is
 * missing, so that no table holds it.
 */
export async function readSilence(asked: Asked, metric: Metric, clusters: readonly Watched[]): Promise<Frame[]> {
  const { deps, ctx, spec, window, pace } = asked;
  const nowMs = deps.now();
  const watched = clusters.filter(({ id }) => sees(ctx, id));
  const table = spec.format === 'table';
  const step = table
    ? window.toMs - window.fromMs
    : wantedStep({ ...window, minStepSeconds: spec.minStepSeconds, sampleMs: pace.sampleMs, single: true });
  const buckets: Buckets = table
    ? { stepMs: step, firstMs: window.fromMs, endMs: window.toMs, count: 1 }
    : bucketsOf(window.fromMs, window.toMs, step);
  const limit = seriesLimit(buckets.count);
  if (watched.length === 0) return [];
  const { heard, custom } = await heardOf(asked, buckets);
  const single = watched.map(({ id, connectedMs }) => ({
    key: [id],
    values: silenceOf(heard.get(id) ?? new Map(), connectedMs, buckets, nowMs),
  }));
  const groups: Group[] = spec.groupBy.includes('cluster')
    ? single
    : [
        {
          key: [],
          values: Array.from({ length: buckets.count }, (_, i) =>
            together(
              single.flatMap(({ values }) => values[i] ?? []),
              spec.aggregate,
            ),
          ),
        },
      ];
  const lastOf = ({ values }: Group) => values.findLast((value) => value !== null) ?? null;
  const known = groups
    .filter((group) => lastOf(group) !== null)
    .sort((a, b) => (lastOf(b) ?? 0) - (lastOf(a) ?? 0) || String(a.key).localeCompare(String(b.key)))
    .slice(0, spec.top ?? undefined);
  if (known.length === 0) return [];
  if (known.length > limit) throw tooMany(metric, limit);
  const told = { ...metric, unit: unitOf(metric, spec.aggregate) };
  if (table)
    return [
      tableFrame(
        told,
        spec.groupBy,
        known.map((group) => ({ group: groupOf(asked, group.key), value: lastOf(group) })),
        { custom },
      ),
    ];
  const meta: FrameMeta = { custom: { ...custom, stepSeconds: step / 1000 } };
  return known.map(({ key, values }) => {
    const points = values.flatMap((value, bucket) => (value === null ? [] : { bucket, value }));
    return seriesFrame(
      told,
      labelsOf(spec.groupBy, groupOf(asked, key)),
      filled(
        { buckets: points.map(({ bucket }) => bucket), values: points.map(({ value }) => value) },
        spec.fill,
        buckets.count - 1,
      ),
      buckets,
      meta,
    );
  });
}
