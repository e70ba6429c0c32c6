import type { Metric } from '@jetstream-console/contract';
import { invalid } from '../../platform/errors';
import type { Frame } from '../frames/frame';
import { Params } from '../engine/params';
import type { Statement } from '../engine/ask';
import { toDrain, toLimit, type Point } from './eta';
import { tableFrame } from './frames';
import { groupOf, isMine, tooMany, type Asked } from './asked';
import { conditions, dimensionColumn, seriesColumns, tableName, type Selection } from './source';
import { niceStep } from './step';

type Kind = 'to_limit' | 'drain';
/** A slope is taken from about this many means. */
const points = 60;
const maxForecasts = 5000;

/** One row a series: its means over time, and for streams its limits as they are now. */
export function historyStatement(
  kind: Kind,
  selection: Selection,
  time: { readonly fromMs: number; readonly toMs: number },
  stepMs: number,
  limit: number,
): Statement {
  const params = new Params();
  const series = seriesColumns(selection.source).join(', ');
  const where = conditions(selection, time, params);
  const step = params.add('Int64', stepMs);
  const columns = kind === 'to_limit' ? ['bytes_total', 'messages_total'] : ['num_pending'];
  const limits = kind === 'to_limit' ? ['max_bytes', 'max_messages'] : [];
  const sql = `SELECT ${series}, groupArray(q_at) AS q_ats, ${[
    ...columns.map((column) => `groupArray(q_${column})`),
    ...limits.map((column) => `argMax(q_${column}, q_at)`),
  ].join(', ')}
FROM (
  SELECT ${series}, intDiv(toUnixTimestamp64Milli(time), ${step}) AS q_b, max(toUnixTimestamp64Milli(time)) AS q_at, ${[
    ...columns.map((column) => `avg(toFloat64(${column})) AS q_${column}`),
    ...limits.map((column) => `argMax(toFloat64(${column}), time) AS q_${column}`),
  ].join(', ')}
  FROM ${tableName(selection.source, 'raw')}
  WHERE ${where}
  GROUP BY ${series}, q_b
  HAVING q_${columns.join(' IS NOT NULL AND q_')} IS NOT NULL
)
GROUP BY ${series}
LIMIT ${params.add('UInt32', limit)}`;
  return { sql, params: params.values };
}

/** Pairs of two columns that ClickHouse gathered, in the order of time. */
export const pointsOf = (at: unknown, values: unknown): Point[] => {
  const times = at as number[];
  return (values as number[]).map((value, i): Point => [times[i] ?? 0, value]).sort((a, b) => a[0] - b[0]);
};

const told: Readonly<Record<Kind, Pick<Metric, 'id' | 'name' | 'unit' | 'from'>>> = {
  to_limit: {
    id: 'to_limit',
    name: 'Time to the limit',
    unit: 's',
    from: 'what is left to max_bytes or max_msgs over the growth of the window; absent while it does not grow, and once it is there',
  },
  drain: {
    id: 'drain',
    name: 'Time to catch up',
    unit: 's',
    from: 'num_pending over the pace at which it falls in the window; absent while it does not fall',
  },
};

/** Seconds a stream or consumer has left, or needs. A series that is not on its way there, or full, has no row. */
export async function readForecast(asked: Asked, kind: Kind): Promise<Frame[]> {
  const { deps, ctx, spec, metric, selection, window } = asked;
  const source = kind === 'to_limit' ? 'stream' : 'consumer';
  if (metric.source !== source)
    throw invalid('forecast', `${kind} is told of ${source}s: choose a metric of ${source}s with it`);
  const series = seriesColumns(source);
  const stepMs = niceStep((window.toMs - window.fromMs) / points);
  const { rows } = await deps.ask(historyStatement(kind, selection, window, stepMs, maxForecasts + 1), ctx.signal);
  if (rows.length > maxForecasts) throw tooMany(metric, maxForecasts);
  const n = series.length;
  // The grouping chooses what names a row; each series keeps a row of its own, since times to a limit do not add up.
  const order = spec.groupBy.map((dimension) => series.indexOf(dimensionColumn(dimension)));
  const found = rows
    .map((row) => ({
      row: order.map((i) => row[i]),
      value:
        kind === 'to_limit'
          ? toLimit({
              bytes: pointsOf(row[n], row[n + 1]),
              messages: pointsOf(row[n], row[n + 2]),
              maxBytes: row[n + 3] as number | null,
              maxMessages: row[n + 4] as number | null,
            }).seconds
          : toDrain(pointsOf(row[n], row[n + 1])).seconds,
    }))
    .filter(({ row, value }) => value !== null && !(kind === 'to_limit' && value === 0) && isMine(asked, row))
    .map(({ row, value }) => ({ group: groupOf(asked, row), value }))
    .sort((a, b) => ((a.value ?? 0) - (b.value ?? 0)) * (kind === 'to_limit' ? 1 : -1));
  // The one of a group that counts: the first to meet its limit, the last to have caught up.
  const worst = new Map<string, (typeof found)[number]>();
  for (const entry of found) {
    const key = JSON.stringify(entry.group);
    if (!worst.has(key)) worst.set(key, entry);
  }
  const shown = [...worst.values()].slice(0, spec.top ?? undefined);
  return shown.length === 0 ? [] : [tableFrame(told[kind], spec.groupBy, shown, { custom: { table: 'raw' } })];
}
