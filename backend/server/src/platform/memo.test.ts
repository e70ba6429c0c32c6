import { describe, expect, it } from 'vitest';
import { memo } from './memo';

describe('a memo', () => {
  it('makes a thing once for each key', () => {
    let made = 0;
    const kept = memo<number>(10);
    expect([kept('a', () => ++made), kept('b', () => ++made), kept('a', () => ++made)]).toEqual([1, 2, 1]);
  });
  it('holds no more than its bound', () => {
    let made = 0;
    const kept = memo<number>(2);
    for (const key of ['a', 'b', 'c']) kept(key, () => ++made);
    expect(kept('a', () => ++made)).toBe(4);
  });
  it('forgets what failed, and nothing that came after it', async () => {
    const kept = memo<Promise<number>>(10);
    const first = kept('a', () => Promise.reject(new Error('away')));
    await expect(first).rejects.toThrow('away');
    expect(await kept('a', () => Promise.resolve(2))).toBe(2);
    expect(await kept('a', () => Promise.resolve(3))).toBe(2);
  });
});
