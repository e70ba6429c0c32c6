import { dateMath, dateTime, type DateTime, type TimeRange } from '@grafana/data';
import { drawnRange, lastHour, resolveRange, type ChartRange } from '../charts';

const isTime = (text: string | undefined): text is string =>
  text !== undefined && (/^\d{10,}$/.test(text) || dateMath.isValid(text));

const isSame = (a: ChartRange, b: ChartRange): boolean => a.from === b.from && a.to === b.to;
export const isLastHour = (range: ChartRange): boolean => isSame(range, lastHour);

/** The range that two texts of a URL say; null where they say none, or one that ends before it starts. */
export function rangeOf(from: string | undefined, to: string | undefined, now = Date.now()): ChartRange | null {
  if (!isTime(from) || !isTime(to)) return null;
  // What ends before it starts is resolved to the last hour: an hour that nobody asked for.
  const range = { from, to };
  const { fromMs, toMs } = resolveRange(range, now);
  const meant = { from: millis(from, false, now), to: millis(to, true, now) };
  return meant.from === fromMs && meant.to === toMs ? range : null;
}

function millis(text: string, roundUp: boolean, now: number): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : dateMath.toDateTime(text, { roundUp, now })?.valueOf();
}

/** As Grafana's picker takes it. */
export function pickerValue(range: ChartRange, now = Date.now()): TimeRange {
  const { fromMs, toMs } = resolveRange(range, now);
  const raw = (text: string, ms: number) => (/^\d+$/.test(text) ? dateTime(ms) : text);
  return {
    from: dateTime(fromMs),
    to: dateTime(toMs),
    raw: { from: raw(range.from, fromMs), to: raw(range.to, toMs) },
  };
}

const textOf = (raw: DateTime | string): string => (typeof raw === 'string' ? raw : String(raw.valueOf()));
/** As the picker gives it back: relative stays relative. */
export const pickedRange = ({ raw }: TimeRange): ChartRange => ({ from: textOf(raw.from), to: textOf(raw.to) });

/** Half a range on or back, as Grafana's arrows go; never beyond now, where there is nothing yet. */
export function shifted(range: ChartRange, way: 1 | -1, now = Date.now()): ChartRange {
  const { fromMs, toMs } = resolveRange(range, now);
  const span = toMs - fromMs;
  const end = Math.min(now, toMs + (way * span) / 2);
  return drawnRange(end - span, end);
}

/** Twice the range around its middle, no further than now. */
export function zoomedOut(range: ChartRange, now = Date.now()): ChartRange {
  const { fromMs, toMs } = resolveRange(range, now);
  const span = toMs - fromMs;
  const end = Math.min(now, toMs + span / 2);
  return drawnRange(end - 2 * span, end);
}
