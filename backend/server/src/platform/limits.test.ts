import { describe, expect, it } from 'vitest';
import { localLimiter } from './limits';

describe('local limiter', () => {
  it('lets the limit through, then says how long to wait', async () => {
    let now = 60_000 * 100;
    const limiter = localLimiter(() => now);
    for (let i = 0; i < 10; i++) expect(await limiter.take('a', 10)).toBe(0);
    expect(await limiter.take('a', 10)).toBe(60);
    expect(await limiter.take('b', 10)).toBe(0);
    now += 30_000;
    expect(await limiter.take('a', 10)).toBe(30);
  });
  it('counts the part of the last minute that is still in the window', async () => {
    let now = 60_000 * 100;
    const limiter = localLimiter(() => now);
    for (let i = 0; i < 10; i++) await limiter.take('a', 10);
    now += 90_000;
    let through = 0;
    while ((await limiter.take('a', 10)) === 0) through++;
    expect(through).toBe(5);
  });
  it('keeps at most so many keys', async () => {
    const limiter = localLimiter(() => 0, 2);
    await limiter.take('a', 1);
    await limiter.take('b', 1);
    await limiter.take('c', 1);
    expect(await limiter.take('a', 1)).toBe(0);
  });
});
