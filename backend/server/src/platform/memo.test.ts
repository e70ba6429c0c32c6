import { describe, expect, it } from 'vitest';
import { memo, perObject, versioned } from './memo';

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

describe('a memo of versions', () => {
  it('reads a key once at each version', async () => {
    let reads = 0;
    const kept = versioned<number>(10);
    const read = () => Promise.resolve(++reads);
    expect([await kept('a', '1', read), await kept('a', '1', read), await kept('a', '2', read)]).toEqual([1, 1, 2]);
  });
  it('forgets what failed, and not the newer version beside it', async () => {
    const kept = versioned<number>(10);
    let fail: (error: Error) => void = () => undefined;
    const promise = new Promise<number>((_, reject) => {
      fail = reject;
    });
    const old = kept('a', '1', () => promise);
    expect(await kept('a', '2', () => Promise.resolve(2))).toBe(2);
    fail(new Error('away'));
    await expect(old).rejects.toThrow('away');
    expect(await kept('a', '2', () => Promise.resolve(3))).toBe(2);
    await expect(kept('b', '1', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await kept('b', '1', () => Promise.resolve(4))).toBe(4);
  });
});

it('what is made of an object is made once, also where that is nothing', () => {
  const made: number[] = [];
  const once = perObject(({ n }: { n: number }) => {
    made.push(n);
    return n === 0 ? null : n;
  });
  const [none, one] = [{ n: 0 }, { n: 1 }];
  expect([once(none), once(one), once(none), once(one), once({ n: 1 })]).toEqual([null, 1, null, 1, 1]);
  expect(made).toEqual([0, 1, 1]);
});
