import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elapsedBetween, increaseSince, type Baseline, type Moment } from './increase';

const at = (ms: number, clock = 'a'): Moment => ({ wallMs: 1_000_000 + ms, steadyMs: ms, clock });
const base = (created: string, ms: number, ...counters: number[]): Baseline => ({ created, at: at(ms), counters });

describe('increaseSince', () => {
  const cases: [
    string,
    Baseline | null,
    Parameters<typeof increaseSince>[1],
    Moment | null,
    ReturnType<typeof increaseSince>,
  ][] = [
    [
      'grows',
      base('x', 0, 10),
      { created: 'x', at: at(500), counters: [25], start: [0] },
      null,
      { values: [15], elapsedMs: 500, reset: '' },
    ],
    [
      'stands still',
      base('x', 0, 10),
      { created: 'x', at: at(500), counters: [10], start: [0] },
      at(0),
      { values: [0], elapsedMs: 500, reset: '' },
    ],
    [
      'is seen for the first time',
      null,
      { created: 'x', at: at(500), counters: [10], start: [0] },
      null,
      { values: [0], elapsedMs: 0, reset: 'first' },
    ],
    [
      'was made since',
      null,
      { created: 'x', at: at(500), counters: [10], start: [0] },
      at(100),
      { values: [10], elapsedMs: 400, reset: 'new' },
    ],
    [
      'was made since, from an unknown start',
      null,
      { created: 'x', at: at(500), counters: [10], start: null },
      at(100),
      { values: [0], elapsedMs: 0, reset: 'first' },
    ],
    [
      'was made anew and has more',
      base('x', 0, 10),
      { created: 'y', at: at(500), counters: [25], start: [0] },
      null,
      { values: [25], elapsedMs: 500, reset: 'recreated' },
    ],
    [
      'was made anew and has less',
      base('x', 0, 10),
      { created: 'y', at: at(500), counters: [3], start: [0] },
      null,
      { values: [3], elapsedMs: 500, reset: 'recreated' },
    ],
    [
      'was made anew, from an unknown start',
      base('x', 0, 10),
      { created: 'y', at: at(500), counters: [3], start: null },
      null,
      { values: [0], elapsedMs: 0, reset: 'first' },
    ],
    [
      'went back',
      base('x', 0, 10, 10),
      { created: 'x', at: at(500), counters: [3, 12], start: [0, 0] },
      null,
      { values: [0, 0], elapsedMs: 0, reset: 'reset' },
    ],
  ];
  it.each(cases)('%s', (_, before, now, absent, expected) => {
    expect(increaseSince(before, now, absent)).toEqual(expected);
  });

  it('adds up to the whole however often it is looked at', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 60_000 })), { minLength: 1 }), (steps) => {
        let before = base('x', 0, 0);
        let sum = 0;
        let elapsed = 0;
        let value = 0;
        let ms = 0;
        for (const [grown, took] of steps) {
          value += grown;
          ms += took;
          const found = increaseSince(before, { created: 'x', at: at(ms), counters: [value], start: null }, null);
          sum += found.values[0] ?? 0;
          elapsed += found.elapsedMs;
          before = base('x', ms, value);
        }
        expect([sum, elapsed]).toEqual([value, ms]);
      }),
    );
  });

  it('is never negative, whatever comes', () => {
    const moment = fc.record({ wallMs: fc.integer(), steadyMs: fc.integer(), clock: fc.constantFrom('a', 'b') });
    const sample = fc.record({
      created: fc.constantFrom('x', 'y'),
      at: moment,
      counters: fc.tuple(fc.nat(), fc.nat()),
    });
    fc.assert(
      fc.property(
        fc.option(sample),
        sample,
        fc.option(fc.tuple(fc.nat(), fc.nat())),
        fc.option(moment),
        (before, now, start, absent) => {
          const found = increaseSince(before, { ...now, start }, absent);
          expect(Math.min(...found.values, found.elapsedMs)).toBeGreaterThanOrEqual(0);
          expect(found.values).toHaveLength(2);
          // Between two processes an increase without a time would be a rate without end.
          const since = before?.at ?? absent;
          if (since && since.clock !== now.at.clock && Math.max(...found.values) > 0)
            expect(found.elapsedMs).toBeGreaterThan(0);
        },
      ),
    );
  });
});

describe('elapsedBetween', () => {
  it('trusts the steady clock of one process, even when the wall clock jumps', () => {
    expect(
      elapsedBetween({ wallMs: 5_000_000, steadyMs: 100, clock: 'a' }, { wallMs: 0, steadyMs: 350, clock: 'a' }),
    ).toBe(250);
  });
  it('goes by the wall between processes, and never back', () => {
    expect(elapsedBetween({ wallMs: 1000, steadyMs: 900, clock: 'a' }, { wallMs: 4000, steadyMs: 5, clock: 'b' })).toBe(
      3000,
    );
    expect(elapsedBetween({ wallMs: 9000, steadyMs: 900, clock: 'a' }, { wallMs: 4000, steadyMs: 5, clock: 'b' })).toBe(
      0,
    );
  });
});
