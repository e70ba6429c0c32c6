import { describe, expect, it } from 'vitest';
import { shortCache } from './cache';

function counting() {
  let calls = 0;
  const release: (() => void)[] = [];
  return {
    calls: () => calls,
    load: () => Promise.resolve(++calls),
    slow: () => {
      const n = ++calls;
      return new Promise<number>((resolve) => release.push(() => resolve(n)));
    },
    release: () => release.splice(0).forEach((go) => go()),
  };
}

describe('short cache', () => {
  it('keeps a result for its time, and asks again after it', async () => {
    let now = 0;
    const cache = shortCache<number>(10, 10, () => now);
    const { load, calls } = counting();
    expect(await cache.get('a', load)).toBe(1);
    now = 9;
    expect(await cache.get('a', load)).toBe(1);
    now = 10;
    expect(await cache.get('a', load)).toBe(2);
    expect(calls()).toBe(2);
  });
  it('counts the time from the answer, not from the question', async () => {
    let now = 0;
    const cache = shortCache<number>(10, 10, () => now);
    const source = counting();
    const first = cache.get('a', source.slow);
    now = 100;
    source.release();
    expect(await first).toBe(1);
    now = 105;
    expect(await cache.get('a', source.load)).toBe(1);
  });
  it('asks once however many want it, fresh or not, and renews beside what is under way', async () => {
    const cache = shortCache<number>(10, 10, () => 0);
    const source = counting();
    const waiting = [cache.get('a', source.slow), cache.get('a', source.slow, 0), cache.get('a', source.slow)];
    expect(source.calls()).toBe(1);
    const renewed = cache.renew('a', source.slow);
    source.release();
    expect(await Promise.all(waiting)).toEqual([1, 1, 1]);
    expect(await renewed).toBe(2);
    expect(await cache.get('a', source.load)).toBe(2);
  });
  it('keeps no failure', async () => {
    const cache = shortCache<number>(10, 10, () => 0);
    await expect(cache.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await cache.get('a', () => Promise.resolve(7))).toBe(7);
  });
  it('holds at most so many entries', async () => {
    const cache = shortCache<number>(10, 2, () => 0);
    const { load, calls } = counting();
    for (const key of ['a', 'b', 'c', 'c', 'b', 'a']) await cache.get(key, load);
    expect(calls()).toBe(4);
  });
});
