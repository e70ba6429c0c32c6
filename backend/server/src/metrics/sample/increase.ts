/**
 * Why an increase could or could not be taken from the last sample.
 * '' it was · `first` nothing to compare with · `new` made since the last sample, counted from its start ·
 * `recreated` made anew under its old name, counted from its start · `reset` a counter of the same asset went back
 */
export type Reset = '' | 'first' | 'new' | 'recreated' | 'reset';

/** A moment by two clocks: the wall's for what is stored, and one that never jumps for what lies between. */
export interface Moment {
  readonly wallMs: number;
  readonly steadyMs: number;
  /** of which process the steady clock is */
  readonly clock: string;
}

/** What is remembered of an asset's last sample. */
export interface Baseline {
  readonly created: string;
  readonly at: Moment;
  readonly counters: readonly number[];
}

export interface Increase {
  readonly values: readonly number[];
  readonly elapsedMs: number;
  readonly reset: Reset;
}

/** Between two samples; the wall's clock only counts where the steady one is another process's. Never negative. */
export function elapsedBetween(before: Moment, now: Moment): number {
  const ms = before.clock === now.clock ? now.steadyMs - before.steadyMs : now.wallMs - before.wallMs;
  return Math.max(0, Math.round(ms));
}

interface Sample {
  readonly created: string;
  readonly at: Moment;
  readonly counters: readonly number[];
  /** what the counters were when it was made; null where that cannot be known */
  readonly start: readonly number[] | null;
}

const none = (count: number, reset: Reset): Increase => ({
  values: new Array<number>(count).fill(0),
  elapsedMs: 0,
  reset,
});

/**
 * Values over the time since a moment. Where another process saw that moment and its wall stood ahead of this one's,
 * nobody knows how long ago it was: an increase over no time would be a rate without end, so neither is claimed.
 */
function over(since: Moment, at: Moment, values: readonly number[], reset: Reset): Increase {
  const elapsedMs = elapsedBetween(since, at);
  return elapsedMs === 0 && since.clock !== at.clock ? none(values.length, 'reset') : { values, elapsedMs, reset };
}

const fromStart = ({ counters, start, at }: Sample, since: Moment, reset: Reset): Increase =>
  start === null
    ? none(counters.length, 'first')
    : over(
        since,
        at,
        counters.map((value, i) => Math.max(0, value - (start[i] ?? 0))),
        reset,
      );

/**
 * How much each counter grew since the last sample, and over what time. Never negative; where a counter went back,
 * nothing is claimed for that interval, neither increase nor time, so that a rate over any range stays right.
 * @param absentAt when a complete look last showed that the asset was not there; null where there was none
 */
export function increaseSince(before: Baseline | null, now: Sample, absentAt: Moment | null): Increase {
  if (before === null) return absentAt === null ? none(now.counters.length, 'first') : fromStart(now, absentAt, 'new');
  if (before.created !== now.created) return fromStart(now, before.at, 'recreated');
  if (now.counters.some((value, i) => value < (before.counters[i] ?? 0))) return none(now.counters.length, 'reset');
  return over(
    before.at,
    now.at,
    now.counters.map((value, i) => value - (before.counters[i] ?? 0)),
    '',
  );
}
