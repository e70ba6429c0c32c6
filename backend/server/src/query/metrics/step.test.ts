import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketsOf,
  lastWholeBucket,
  maxBuckets,
  niceStep,
  rollupFor,
  spacingMs,
  stepIn,
  wantedStep,
  type StepInput,
} from './step';

const second = 1000;
const hour = 3_600_000;
const day = 24 * hour;
const input = (given: Partial<StepInput> = {}): StepInput => ({
  fromMs: 0,
  toMs: hour,
  intervalMs: second,
  maxDataPoints: 1000,
  minStepSeconds: null,
  sampleMs: 15 * second,
  single: true,
  ...given,
});

describe('the wanted step', () => {
  it.each([
    ['is no smaller than a sample', {}, 15 * second],
    ['leaves a sum over series time to hear from each', { single: false }, 60 * second],
    ['and more where collecting is slow', { single: false, sampleMs: 70 * second }, 300 * second],
    ['follows the interval', { intervalMs: 50 * second }, 60 * second],
    ['follows the number of points', { maxDataPoints: 10 }, 600 * second],
    ['follows the least step', { minStepSeconds: 1000 }, 1800 * second],
    ['is whole days above a week', { toMs: 400 * day, maxDataPoints: 10 }, 40 * day],
  ] as [string, Partial<StepInput>, number][])('%s', (_, given, ms) => expect(wantedStep(input(given))).toBe(ms));

  it('never asks for more buckets than are answered, whatever is asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4000 * day }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: day }),
        (range, maxDataPoints, intervalMs) => {
          const stepMs = wantedStep(input({ toMs: range, maxDataPoints, intervalMs }));
          expect(bucketsOf(0, range, stepMs).count).toBeLessThanOrEqual(maxBuckets + 1);
          expect(stepMs).toBeGreaterThanOrEqual(intervalMs);
          expect(niceStep(stepMs)).toBe(stepMs);
        },
      ),
    );
  });
});

describe('the table', () => {
  const at = (stepMs: number, ageDays: number, rolledUp = true) =>
    rollupFor({ stepMs, fromMs: 1000 * day - ageDays * day, nowMs: 1000 * day, rolledUp, rawDays: 90 });
  it.each([
    [15 * second, 1, 'raw'],
    [1800 * second, 89, 'raw'],
    [1800 * second, 91, 'hourly'],
    [hour, 1, 'hourly'],
    [12 * hour, 300, 'hourly'],
    [12 * hour, 366, 'daily'],
    [day, 1, 'daily'],
    [15 * second, 400, 'daily'],
  ] as const)('for steps of %d ms and %d days of age is %s', (step, age, table) => expect(at(step, age)).toBe(table));
  it('is the raw one where there are no sums', () => expect(at(day, 400, false)).toBe('raw'));
  it.each([
    ['raw', 15 * second, 15 * second],
    ['hourly', 15 * second, hour],
    ['hourly', 5_400_000, 2 * hour],
    ['daily', hour, day],
  ] as const)('%s makes of a step of %d ms one of %d', (table, step, whole) => expect(stepIn(table, step)).toBe(whole));
});

describe('buckets', () => {
  it('start at whole multiples, and the first is whole', () => {
    expect(bucketsOf(95_000, 200_000, 60_000)).toEqual({ stepMs: 60_000, firstMs: 60_000, endMs: 200_000, count: 3 });
    expect(bucketsOf(120_000, 240_000, 60_000).count).toBe(2);
  });

  it('tell a sum over series only when each had the time to be sampled', () => {
    const buckets = bucketsOf(0, 600_000, 60_000);
    const last = (nowMs: number, single: boolean) => lastWholeBucket(buckets, nowMs, 15_000, single);
    expect(last(10_000_000, false)).toBe(9);
    expect(last(600_000, false)).toBe(9);
    const growing = bucketsOf(0, 550_000, 60_000);
    expect(lastWholeBucket(growing, 550_000, 15_000, false)).toBe(8);
    expect(lastWholeBucket(growing, 550_000, 15_000, true)).toBe(9);
    expect(lastWholeBucket(growing, 550_000, 3000, false)).toBe(9);
  });
});

describe('the bucket of a chart over an hour', () => {
  it.each([
    ['one stream', 'stream', true, 15 * second],
    // A server's samples come 10 and 20 s apart: buckets of 15 s would be empty now and then.
    ['one server', 'server', true, 30 * second],
    ['streams added up', 'stream', false, 60 * second],
    ['servers added up', 'server', false, 60 * second],
  ] as const)('of %s holds a sample of each series', (_name, source, single, wanted) => {
    const sampleMs = spacingMs(source, 15 * second);
    expect(wantedStep(input({ intervalMs: 12 * second, maxDataPoints: 300, sampleMs, single }))).toBe(wanted);
  });
});
