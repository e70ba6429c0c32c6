import { setTimeout as delay } from 'node:timers/promises';
import type { Ctx } from '../../platform/handler';
import type { QueryDeps, Window } from '../engine/deps';
import type { Frame } from '../frames/frame';
import type { MetricsSpec } from '../metrics/asked';
import { readMetrics } from '../metrics/read';
import { toWide } from './wide';

/** What a channel starts with, so that a panel is not empty until the next sample. */
const historyMs = 900_000;
const leastEveryMs = 5000;
const stepOf = (frames: readonly Frame[]): number =>
  Math.max(leastEveryMs, ...frames.map(({ fields }) => fields[0]?.config?.interval ?? 0));

const windowTo = (toMs: number, fromMs: number): Window => ({
  fromMs,
  toMs,
  intervalMs: leastEveryMs,
  maxDataPoints: 1000,
});

const noFigures: Frame = { fields: [{ name: 'time', type: 'time', values: [] }] };

/** Series only, whatever is stored: a table and a forecast have no next point. */
const seriesOf = (spec: MetricsSpec): MetricsSpec => ({ ...spec, format: 'series', fill: 'none', forecast: null });

/** What the channel would send now. */
export async function figuresNow(deps: QueryDeps, ctx: Ctx, spec: MetricsSpec): Promise<Frame> {
  const now = deps.now();
  const frames = await readMetrics(deps, ctx, seriesOf(spec), windowTo(now, now - historyMs));
  return toWide(frames, 0, now) ?? noFigures;
}

/**
 * Figures as their buckets come to an end: some history first, then each bucket once. Whoever reads slowly gets the same
 * buckets later; nothing piles up, since the next ones are asked for when the last were taken.
 * @param current the asker as they stand now; throws when they may not go on
 */
export async function* watchFigures(
  deps: QueryDeps,
  current: () => Promise<Ctx>,
  spec: MetricsSpec,
  signal: AbortSignal,
): AsyncGenerator<Frame, void> {
  let nextMs = 0;
  let everyMs = leastEveryMs;
  let begun = false;
  while (!signal.aborted) {
    const now = deps.now();
    const from = nextMs === 0 ? now - historyMs : nextMs - 2 * everyMs;
    const frames = await readMetrics(deps, await current(), seriesOf(spec), windowTo(now, from));
    if (frames.length > 0) everyMs = stepOf(frames);
    const frame = toWide(frames, nextMs, now - everyMs);
    // At once, so that whoever listens knows that the stream is open.
    if (!frame && !begun) yield noFigures;
    begun = true;
    if (frame) {
      const last = Number(frame.fields[0]?.values.at(-1));
      yield frame;
      nextMs = last + 1;
    }
    await delay(Math.min(everyMs, 30_000), undefined, { signal }).catch(() => undefined);
  }
}
