import { describe, expect, it } from 'vitest';
import { silenceOf } from './silence';
import { bucketsOf } from './step';

const minute = 60_000;
const start = Date.UTC(2026, 0, 1);
const buckets = bucketsOf(start, start + 4 * minute, minute);
const heard = (minutes: Readonly<Record<number, number>>) =>
  new Map(Object.entries(minutes).map(([bucket, at]) => [Number(bucket), start + at * minute]));
const later = start + 60 * minute;

describe('silenceOf', () => {
  it('is the time from the last sample to the end of each bucket, seconds', () => {
    expect(silenceOf(heard({ 0: 0.5, 1: 1.75, 2: 2, 3: 3.9 }), start - 1, buckets, later)).toEqual([30, 15, 60, 6]);
  });

  it('grows over buckets without any, and from a sample before the range', () => {
    expect(silenceOf(heard({ [-1]: -3, 2: 2.5 }), start - 1, buckets, later)).toEqual([240, 300, 30, 90]);
  });

  it('counts from the connection where there never was a sample, and tells nothing of the time before it', () => {
    expect(silenceOf(heard({}), start + 1.5 * minute, buckets, later)).toEqual([null, 30, 90, 150]);
  });

  it('ends now: nothing is known of what is still to come', () => {
    expect(silenceOf(heard({ 0: 0.5 }), start - 1, buckets, start + 1.25 * minute)).toEqual([30, 45, null, null]);
  });

  it('is told as a week where it is longer', () => {
    expect(silenceOf(heard({}), 0, bucketsOf(start, start + minute, minute), later)).toEqual([7 * 86_400 + 60]);
  });
});
