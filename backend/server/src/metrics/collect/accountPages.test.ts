import { describe, expect, it } from 'vitest';
import { allAccounts } from './accountPages';

const named = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `A${String(from + i).padStart(4, '0')}`);

/** A server that answers from its accounts in the order of their names, and has others after an answer. */
async function read(limit: number, ...states: readonly (readonly string[])[]) {
  let asked = 0;
  const accounts = await allAccounts((offset, most) => {
    const now = [...(states[Math.min(asked++, states.length - 1)] ?? [])].sort();
    return Promise.resolve({ accounts: now.slice(offset, offset + most).map((id) => ({ id })), total: now.length });
  }, limit);
  return { ids: accounts.map(({ id }) => id).sort(), asked };
}

describe('accounts of a server', () => {
  it.each([0, 1, 99, 100, 101, 1000])('are all read where none moves: %i', async (n) => {
    expect((await read(100, named(0, n))).ids).toEqual(named(0, n));
  });

  it('cost one request where they fit into one page', async () => {
    expect((await read(100, named(0, 100))).asked).toBe(1);
  });

  it.each([
    ['the first goes', named(1, 250)],
    ['some before the border go', named(5, 250)],
    ['more go than a page overlaps the last by', named(60, 250)],
    ['a whole page goes', named(100, 250)],
    ['all that were known go', named(110, 250)],
  ])('are not stepped over where %s meanwhile', async (_, after) => {
    expect((await read(100, named(0, 250), after)).ids).toEqual(expect.arrayContaining(after));
  });

  it('are told once where others come before them', async () => {
    const after = [...named(0, 250), ...named(0, 50).map((id) => `${id}-new`)];
    const { ids } = await read(100, named(0, 250), after);
    expect(ids).toEqual([...new Set(ids)]);
    expect(ids).toEqual(expect.arrayContaining(named(0, 250)));
  });

  it('come to an end where all go', async () => {
    expect((await read(100, named(0, 250), [])).ids).toEqual(named(0, 100));
  });
});
