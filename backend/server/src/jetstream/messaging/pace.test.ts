import { describe, expect, it } from 'vitest';
import { makePace } from './pace';

/** A clock that only waiting moves. */
const clock = () => {
  let at = 0;
  return {
    now: () => at,
    pass: (ms: number) => {
      at += ms;
    },
    wait: (ms: number) => {
      at += ms;
      return Promise.resolve();
    },
  };
};
const signal = new AbortController().signal;

describe('the pace of a copy', () => {
  it.each([
    [10, 21, 2000],
    [1000, 5001, 5000],
    [100_000, 100_001, 1000],
  ])('%i a second: %i messages take %i ms', async (perSecond, messages, ms) => {
    const time = clock();
    const pace = makePace(perSecond, signal, time.now, time.wait);
    for (let i = 0; i < messages; i++) await pace();
    expect(Math.abs(time.now() - ms)).toBeLessThanOrEqual(6);
  });

  it('does not make up for a stream that stood still', async () => {
    const time = clock();
    const pace = makePace(10, signal, time.now, time.wait);
    await pace();
    time.pass(60_000);
    for (let i = 0; i < 11; i++) await pace();
    expect(time.now()).toBeGreaterThanOrEqual(60_900);
  });

  it('without a limit waits for nothing', async () => {
    const time = clock();
    const pace = makePace(null, signal, time.now, time.wait);
    for (let i = 0; i < 1000; i++) await pace();
    expect(time.now()).toBe(0);
  });
});
