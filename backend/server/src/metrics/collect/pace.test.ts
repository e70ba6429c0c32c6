import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jittered, nextInterval, usualPace, type Strain } from './pace';

const easy: Strain = { askedMs: 50, slowestMs: 20, missing: 0, overloaded: false, apiRequests: 10 };

describe('nextInterval', () => {
  it.each<[string, number, Partial<Strain>, number]>([
    ['stays at its base', 15_000, {}, 15_000],
    ['comes back step by step', 120_000, {}, 60_000],
    ['doubles on a slow answer', 15_000, { slowestMs: 2001 }, 30_000],
    ['doubles on missing assets', 15_000, { missing: 1 }, 30_000],
    ['doubles when the API is overloaded', 15_000, { overloaded: true }, 30_000],
    ['never passes its limit', 200_000, { overloaded: true }, 300_000],
    ['keeps to a tenth of the time', 15_000, { askedMs: 4000 }, 40_000],
    ['keeps to the budget of requests', 15_000, { apiRequests: 1800 }, 120_000],
  ])('%s', (_, present, strain, expected) => {
    expect(nextInterval(present, { ...easy, ...strain })).toBe(expected);
  });

  it('lies between base and limit whatever happens', () => {
    fc.assert(
      fc.property(
        fc.nat(600_000),
        fc.nat(600_000),
        fc.nat(60_000),
        fc.nat(50),
        fc.boolean(),
        fc.nat(100_000),
        (present, askedMs, slowestMs, missing, overloaded, apiRequests) => {
          const next = nextInterval(present, { askedMs, slowestMs, missing, overloaded, apiRequests });
          expect(next).toBeGreaterThanOrEqual(usualPace.baseMs);
          expect(next).toBeLessThanOrEqual(usualPace.maxMs);
        },
      ),
    );
  });
});

it('jitter stays within ten percent', () => {
  expect([jittered(1000, () => 0), jittered(1000, () => 0.5), jittered(1000, () => 1)]).toEqual([900, 1000, 1100]);
});
