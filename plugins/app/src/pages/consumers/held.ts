import { lastHour, type ChartRange, type ChartSeries, type MetricSpec } from '../../charts';
import { ofConsumer, type About } from '../../figures/specs';
import type { Condition } from './verdict';

/** One part of a condition: a metric, which value of a bucket counts, and what that has to be. */
interface Part {
  readonly metric: string;
  readonly aggregate: 'min' | 'max' | 'last';
  readonly is: (value: number) => boolean;
}
const allAlong = (metric: string, is = (value: number) => value > 0): Part => ({ metric, aggregate: 'min', is });
const neverAny = (metric: string): Part => ({ metric, aggregate: 'max', is: (value) => value === 0 });
const notMoving = { ...neverAny('delivered'), aggregate: 'last' as const };

/** The rules of the verdict, over samples: a bucket holds when all of its parts do. */
const parts: Readonly<Record<Condition, readonly Part[]>> = {
  unknown: [allAlong('consumer_unknown')],
  leaderless: [allAlong('consumer_leaderless')],
  paused: [allAlong('paused')],
  acks_full: [allAlong('ack_use', (value) => value >= 1)],
  unbound: [allAlong('lag'), notMoving],
  stuck: [allAlong('lag'), allAlong('waiting'), notMoving],
  no_pulls: [allAlong('lag'), neverAny('waiting'), notMoving],
  redelivering: [allAlong('redelivered')],
  working: [allAlong('lag')],
  idle: [neverAny('lag')],
};

/** The figures that it takes to tell since when. */
export const heldSpecs = (condition: Condition, about: About): MetricSpec[] =>
  parts[condition].map(({ metric, aggregate }) => ofConsumer(metric, about, { aggregate }));

/** How far back it is looked for, and in how many buckets: a minute each. */
export const lookBack: ChartRange = { from: 'now-12h', to: lastHour.to };
export const lookBackPoints = 720;

type Line = Pick<ChartSeries, 'refId' | 'times' | 'values'>;

/** Whether the condition held, by time; null where one of its figures is unknown and none speaks against it. */
function buckets(condition: Condition, lines: readonly Line[]): (readonly [ms: number, held: boolean | null])[] {
  const times = [...new Set(lines.flatMap((line) => line.times))].sort((a, b) => a - b);
  const known = parts[condition].map(({ is }, i) => {
    const line = lines.find(({ refId }) => refId === String(i));
    const values = new Map(line?.times.map((ms, at) => [ms, line.values[at] ?? null]));
    return (ms: number) => {
      const value = values.get(ms) ?? null;
      return value === null ? null : is(value);
    };
  });
  return times.map((ms) => {
    const said = known.map((part) => part(ms));
    return [ms, said.includes(false) ? false : said.includes(null) ? null : true];
  });
}

export interface Held {
  readonly sinceMs: number;
  /** nothing speaks against it as far as the samples go back: it may have begun earlier */
  readonly orLonger: boolean;
}

/**
 * Since when a condition holds, from the newest samples backwards to the last that speaks against it; a gap in the
 * samples does not. Null where they do not know of it: it began after the newest one, or nothing was collected.
 */
export function heldSince(condition: Condition, lines: readonly Line[]): Held | null {
  const known = buckets(condition, lines);
  // The newest bucket is still being filled: some of its figures may be missing.
  const last = known.findLastIndex(([, held]) => held !== null);
  if (last < 0 || known[last]?.[1] !== true) return null;
  const against = known.findLastIndex(([, held]) => held === false);
  const first = known.slice(against + 1).find(([, held]) => held === true);
  return first ? { sinceMs: first[0], orLonger: against < 0 } : null;
}
