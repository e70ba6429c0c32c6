import { dimensionsOf, metricOf, type Metric } from '@jetstream-console/contract';
import { isComputed, tableOf } from '../../metrics/figures';
import { invalid } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { filterClusters, namedClusters, visibleClusters } from '../engine/clusters';
import type { Rows } from '../engine/ask';
import type { QueryDeps, Window } from '../engine/deps';
import type { Frame, FrameMeta } from '../frames/frame';
import { groupOf, isMine, tooMany, type Asked, type MetricsSpec } from './asked';
import { maxRows, seriesLimit } from './bounds';
import { readForecast } from './forecast';
import { filled, labelsOf, ordered, seriesFrame, tableFrame, unitOf } from './frames';
import { goneAfterMs, readPace, recentPace } from './pace';
import { readSilence } from './silence';
import { checkSelection, plural } from './source';
import { countStatement, seriesStatement, tableStatement, type SeriesPlan } from './statements';
import {
  bucketsOf,
  countAboveMs,
  lastWholeBucket,
  maxRawSamples,
  rollupFor,
  sharedFloorMs,
  spacingMs,
  stepIn,
  wantedStep,
  type Buckets,
  type Rollup,
} from './step';

/** Time that a notice may lag behind before a person has to know. */
function staleNotice({ pace, clusterNames }: Asked, atMs: number): FrameMeta {
  const late = [...pace.collected].filter(([, at]) => at > 0 && atMs - at > 2 * goneAfterMs(pace.sampleMs));
  if (late.length === 0) return {};
  const names = late.map(([id, at]) => `${clusterNames.get(id) ?? id} (${Math.round((atMs - at) / 60_000)} min)`);
  return {
    notices: [
      { severity: 'warning', text: `Not collected lately: ${names.join(', ')}. The last known figures are shown.` },
    ],
  };
}

const isSingle = (metric: Metric, groupBy: readonly string[]) =>
  dimensionsOf[metric.source].filter((d) => d !== 'domain' && d !== 'account').every((d) => groupBy.includes(d));

async function chooseRollup(asked: Asked, stepMs: number): Promise<Rollup> {
  const { deps, ctx, window, metric, selection } = asked;
  const table = tableOf[metric.source];
  const nowMs = deps.now();
  const rollup = rollupFor({
    stepMs,
    fromMs: window.fromMs,
    nowMs,
    rolledUp: table.rolledUp,
    rawDays: table.ttlDays,
  });
  if (rollup !== 'raw' || !table.rolledUp || window.toMs - window.fromMs <= countAboveMs) return rollup;
  const { rows } = await deps.ask(countStatement(selection, window.fromMs, window.toMs), ctx.signal);
  return Number(rows[0]?.[0] ?? 0) > maxRawSamples ? 'hourly' : 'raw';
}

/** A group that has no value in the last buckets is not among the top ones while others have. */
const topBuckets = 3;

/**
 * The top ones are found by the last buckets alone and then read in full: ranking thousands of groups over a day costs
 * a day of all of them. Where fewer than asked for have a value there, the whole range ranks them.
 */
async function askSeries({ deps, ctx }: Asked, plan: SeriesPlan): Promise<Rows> {
  const { top, buckets, lastBucket, groupBy } = plan;
  if (top === null || groupBy.length === 0 || lastBucket < topBuckets)
    return deps.ask(seriesStatement(plan), ctx.signal);
  const skipped = lastBucket - topBuckets + 1;
  const lately: Buckets = { ...buckets, firstMs: buckets.firstMs + skipped * buckets.stepMs };
  const ranked = await deps.ask(seriesStatement({ ...plan, buckets: lately, lastBucket: topBuckets - 1 }), ctx.signal);
  const only = ranked.rows.map((row) => row.slice(0, groupBy.length).map(String));
  const answer = await deps.ask(seriesStatement(only.length < top ? plan : { ...plan, only }), ctx.signal);
  return {
    ...answer,
    rowsRead: answer.rowsRead + ranked.rowsRead,
    elapsedMs: answer.elapsedMs + ranked.elapsedMs,
  };
}

async function readSeries(asked: Asked): Promise<Frame[]> {
  const { deps, spec, window, metric, selection, pace } = asked;
  const single = isSingle(metric, spec.groupBy);
  const wanted = wantedStep({
    ...window,
    minStepSeconds: spec.minStepSeconds,
    sampleMs: spacingMs(metric.source, pace.sampleMs),
    single,
  });
  const rollup = await chooseRollup(asked, wanted);
  const buckets = bucketsOf(window.fromMs, window.toMs, stepIn(rollup, wanted));
  const last = lastWholeBucket(buckets, deps.now(), pace.sampleMs, single);
  const limit = seriesLimit(buckets.count);
  if (spec.top !== null && spec.top > limit) throw tooMany(metric, limit);
  const { rows, rowsRead, elapsedMs } = await askSeries(asked, {
    metric,
    selection,
    groupBy: spec.groupBy,
    aggregate: spec.aggregate,
    rollup,
    buckets,
    lastBucket: last,
    top: spec.top,
    limit: limit + 1,
  });
  if (rows.length > limit) throw tooMany(metric, limit);
  const told = { ...metric, unit: unitOf(metric, spec.aggregate) };
  const custom = { table: rollup, stepSeconds: buckets.stepMs / 1000, rowsRead, clickhouseMs: elapsedMs };
  const n = spec.groupBy.length;
  return rows
    .filter((row) => isMine(asked, row))
    .map((row, i) => {
      const points = ordered({ buckets: row[n] as number[], values: row[n + 1] as number[] });
      const meta = i === 0 ? { custom, ...staleNotice(asked, Math.min(window.toMs, deps.now())) } : { custom };
      return seriesFrame(
        told,
        labelsOf(spec.groupBy, groupOf(asked, row)),
        filled(points, spec.fill, last),
        buckets,
        meta,
      );
    });
}

async function readTable(asked: Asked): Promise<Frame[]> {
  const { deps, ctx, spec, window, metric, selection, pace } = asked;
  const { rows, rowsRead, elapsedMs } = await deps.ask(
    tableStatement({
      metric,
      selection,
      groupBy: spec.groupBy,
      aggregate: spec.aggregate,
      fromMs: window.fromMs,
      toMs: window.toMs,
      rateMs: Math.max((spec.minStepSeconds ?? 0) * 1000, sharedFloorMs(pace.sampleMs)),
      goneAfterMs: goneAfterMs(pace.sampleMs),
      collected: pace.collected,
      top: spec.top,
      limit: maxRows + 1,
    }),
    ctx.signal,
  );
  if (rows.length > maxRows) throw tooMany(metric, maxRows);
  const n = spec.groupBy.length;
  const mine = rows.filter((row) => isMine(asked, row));
  if (mine.length === 0) return [];
  const meta: FrameMeta = {
    custom: {
      table: 'raw',
      newest: Math.max(...mine.map((row) => Number(row[n + 1]))),
      oldest: Math.min(...mine.map((row) => Number(row[n + 2]))),
      rowsRead,
      clickhouseMs: elapsedMs,
    },
    ...staleNotice(asked, Math.min(window.toMs, deps.now())),
  };
  const told = { ...metric, unit: unitOf(metric, spec.aggregate) };
  return [
    tableFrame(
      told,
      spec.groupBy,
      mine.map((row) => ({ group: groupOf(asked, row), value: row[n] as number | null })),
      meta,
    ),
  ];
}

/** Figures over time, or the newest a group. No data is no frame: unknown is not zero. */
export async function readMetrics(deps: QueryDeps, ctx: Ctx, spec: MetricsSpec, window: Window): Promise<Frame[]> {
  const metric = metricOf(spec.metric);
  if (!metric) throw invalid('metric', `there is no ${spec.metric}`);
  const alien = spec.groupBy.find((dimension) => !dimensionsOf[metric.source].includes(dimension));
  if (alien !== undefined)
    throw invalid(
      'groupBy',
      `${plural[metric.source]} have no ${alien}: group by ${dimensionsOf[metric.source].join(', ')}`,
    );
  if (new Set(spec.groupBy).size !== spec.groupBy.length) throw invalid('groupBy', 'names a dimension twice');
  checkSelection({ source: metric.source, filters: spec.filters, grants: ctx.principal.grants });
  const clusters = filterClusters(namedClusters(await visibleClusters(deps.store, ctx), spec.clusters), spec.filters);
  if (clusters.length === 0) return [];
  const { organizationId, grants } = ctx.principal;
  const clusterIds = clusters.map(({ id }) => id);
  const paceOf = { ask: deps.ask, organizationId, clusterIds, atMs: Math.min(window.toMs, deps.now()) };
  const asked: Asked = {
    deps,
    ctx,
    spec,
    window,
    metric,
    selection: {
      source: metric.source,
      organizationId,
      clusterIds,
      filters: spec.filters,
      grants,
      ownOnly: spec.accounts === 'own',
    },
    pace: await (spec.format === 'table' ? readPace(paceOf, ctx.signal) : recentPace(paceOf)),
    clusterNames: new Map(clusters.map(({ id, settings }) => [id, settings.name])),
  };
  if (spec.forecast !== null) return readForecast(asked, spec.forecast);
  if (isComputed(metric.id))
    return readSilence(
      asked,
      metric,
      clusters.map(({ id, createdAt }) => ({ id, connectedMs: createdAt.getTime() })),
    );
  return spec.format === 'table' ? readTable(asked) : readSeries(asked);
}
