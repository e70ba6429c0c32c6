import { dateMath, type RawTimeRange } from '@grafana/data';

/** As Grafana's URLs and links carry it: `now-1h`, or milliseconds since 1970 as text. */
export interface ChartRange {
  readonly from: string;
  readonly to: string;
}
export const lastHour: ChartRange = { from: 'now-1h', to: 'now' };

function instantOf(text: string, roundUp: boolean, now: number): number | null {
  if (/^\d{10,}$/.test(text)) return Number(text);
  const parsed = dateMath.toDateTime(text, { roundUp, now });
  return parsed?.isValid() ? parsed.valueOf() : null;
}

/** The range in milliseconds, as it is now; the last hour where a text in a URL is no time. */
export function resolveRange({ from, to }: ChartRange, now = Date.now()): { fromMs: number; toMs: number } {
  const fromMs = instantOf(from, false, now);
  const toMs = instantOf(to, true, now);
  if (fromMs === null || toMs === null || fromMs >= toMs) return { fromMs: now - 3_600_000, toMs: now };
  return { fromMs, toMs };
}

/** How far back of now a range reaches, in seconds: rules look at the time before each evaluation. */
export function secondsBack(range: ChartRange, now = Date.now()): number {
  const { fromMs, toMs } = resolveRange(range, now);
  return Math.max(60, Math.round((toMs - fromMs) / 1000));
}

/** A range that somebody drew on a chart. */
export const drawnRange = (fromMs: number, toMs: number): ChartRange => ({
  from: String(Math.round(fromMs)),
  to: String(Math.round(toMs)),
});

export const rawRange = ({ from, to }: ChartRange): RawTimeRange => ({ from, to });
