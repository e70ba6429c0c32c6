import type { MetricSource } from '@jetstream-console/contract';

/** Buckets that people read well, in seconds. Above a day: whole days. */
const niceSeconds = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
];
const day = 86_400_000;
const hour = 3_600_000;

/** No answer has more buckets than this, whatever is asked for (the bound that Prometheus has too). */
export const maxBuckets = 11_000;

export function niceStep(ms: number): number {
  const found = niceSeconds.find((seconds) => seconds * 1000 >= ms);
  return found === undefined ? Math.ceil(ms / day) * day : found * 1000;
}

export interface StepInput {
  readonly fromMs: number;
  readonly toMs: number;
  readonly intervalMs: number;
  readonly maxDataPoints: number;
  readonly minStepSeconds: number | null;
  /** the slowest collection among the clusters */
  readonly sampleMs: number;
  /** every group is one series: nothing is added up across series */
  readonly single: boolean;
}

/** Below this, a bucket does not hold a sample of every series, and a sum over series would flicker. */
export const sharedFloorMs = (sampleMs: number): number => Math.max(60_000, 2 * sampleMs);

/**
 * How far apart samples of one series may be. Servers tell their state at their own pace, every 10 s or so: a collection
 * finds one told just now or up to that long ago, and the next may find one that is nearly two collections younger.
 */
export const spacingMs = (source: MetricSource, sampleMs: number): number =>
  source === 'server' ? 2 * sampleMs : sampleMs;

/**
 * The smallest bucket that the asker's interval, the number of points and the pace of collection allow, rounded up to
 * a length that people read well.
 */
export function wantedStep(input: StepInput): number {
  const { fromMs, toMs, intervalMs, maxDataPoints, minStepSeconds, sampleMs, single } = input;
  const points = Math.min(maxDataPoints, maxBuckets);
  return niceStep(
    Math.max(
      intervalMs,
      (minStepSeconds ?? 0) * 1000,
      (toMs - fromMs) / points,
      single ? sampleMs : sharedFloorMs(sampleMs),
    ),
  );
}

export type Rollup = 'raw' | 'hourly' | 'daily';
const periodMs: Record<Rollup, number> = { raw: 1, hourly: hour, daily: day };

export interface RollupInput {
  readonly stepMs: number;
  readonly fromMs: number;
  readonly nowMs: number;
  /** whether this source has hourly and daily sums at all */
  readonly rolledUp: boolean;
  /** how long raw samples are kept */
  readonly rawDays: number;
}
const hourlyDays = 365;

/** What step and age of the range demand, before it is known how many samples the range holds. */
export function rollupFor({ stepMs, fromMs, nowMs, rolledUp, rawDays }: RollupInput): Rollup {
  if (!rolledUp) return 'raw';
  const byStep: Rollup = stepMs >= day ? 'daily' : stepMs >= hour ? 'hourly' : 'raw';
  const age = nowMs - fromMs;
  if (byStep === 'raw' && age > rawDays * day) return age > hourlyDays * day ? 'daily' : 'hourly';
  return byStep === 'hourly' && age > hourlyDays * day ? 'daily' : byStep;
}

/** Samples that a query may read one by one; above, the hourly sums answer. */
export const maxRawSamples = 4_000_000;
/** Shorter ranges are read raw without counting first. */
export const countAboveMs = 3 * hour;

/** A bucket is a whole number of the table's periods. */
export const stepIn = (rollup: Rollup, stepMs: number): number => {
  const period = periodMs[rollup];
  return Math.ceil(Math.max(stepMs, period) / period) * period;
};

export interface Buckets {
  readonly stepMs: number;
  /** start of the first bucket, which is whole */
  readonly firstMs: number;
  /** end of the time that is read; the last bucket may be cut by it */
  readonly endMs: number;
  readonly count: number;
}

/** Buckets start at whole multiples of the step since 1970, so that the same bucket is the same in every query. */
export function bucketsOf(fromMs: number, toMs: number, stepMs: number): Buckets {
  const firstMs = Math.floor(fromMs / stepMs) * stepMs;
  return { stepMs, firstMs, endMs: toMs, count: Math.max(1, Math.ceil((toMs - firstMs) / stepMs)) };
}

/**
 * The bucket that is being filled has not heard from every series yet; a sum over series is told only once each had
 * the time to be sampled.
 */
export function lastWholeBucket(buckets: Buckets, nowMs: number, sampleMs: number, single: boolean): number {
  const last = buckets.count - 1;
  if (single) return last;
  const age = Math.min(nowMs, buckets.endMs) - (buckets.firstMs + last * buckets.stepMs);
  const young = buckets.endMs > nowMs - buckets.stepMs && age < 2 * sampleMs;
  return young ? last - 1 : last;
}
