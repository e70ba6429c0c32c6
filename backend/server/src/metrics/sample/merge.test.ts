import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addCopy, newMerge, verdictOf, type Merge } from './merge';

type Said = [server: string, leader: string | null, value: number, created?: string];
function merged(...copies: Said[]): Merge<number> {
  const merge = newMerge<number>('c1');
  for (const [server, leader, value, created = 'c1'] of copies)
    addCopy(merge, { server, leader, created, figures: () => value });
  return merge;
}
const all = new Set(['n1', 'n2', 'n3']);

describe('copies merge by leader', () => {
  it.each<[string, Said[], string, number | null]>([
    [
      'the leader among followers',
      [
        ['n1', 'n2', 0],
        ['n2', 'n2', 7],
        ['n3', 'n2', 0],
      ],
      'ok',
      7,
    ],
    ['a single server without a cluster', [['n1', null, 7]], 'ok', 7],
    [
      'nobody names a leader',
      [
        ['n1', '', 0],
        ['n2', '', 0],
      ],
      'leaderless',
      null,
    ],
    [
      'one names a leader that is gone',
      [
        ['n1', '', 0],
        ['n2', 'n9', 0],
      ],
      'silent',
      null,
    ],
    [
      'leadership moved between answers, both lead',
      [
        ['n1', 'n1', 5],
        ['n2', 'n2', 7],
      ],
      'ok',
      7,
    ],
    [
      'leadership moved between answers, neither leads',
      [
        ['n1', 'n2', 5],
        ['n2', 'n1', 7],
      ],
      'unsettled',
      null,
    ],
    [
      'an older incarnation is ignored',
      [
        ['n2', 'n2', 7],
        ['n1', 'n1', 99, 'c0'],
      ],
      'ok',
      7,
    ],
    [
      'a newer incarnation replaces',
      [
        ['n1', 'n1', 99],
        ['n2', 'n3', 0, 'c2'],
      ],
      'unsettled',
      null,
    ],
  ])('%s', (_, copies, verdict, value) => {
    const merge = merged(...copies);
    expect([verdictOf(merge, all), merge.best]).toEqual([verdict, value]);
  });

  it('never takes a figure from a follower', () => {
    const name = fc.constantFrom('n1', 'n2', 'n3', 'n9', '');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('n1', 'n2', 'n3'), name), { minLength: 1, maxLength: 6 }),
        (said) => {
          const merge = merged(...said.map(([server, leader], i): Said => [server, leader, i]));
          const leading = said.flatMap(([server, leader], i) => (server === leader ? [i] : []));
          expect(merge.best).toBe(leading.at(-1) ?? null);
          const verdict = verdictOf(merge, all);
          if (verdict === 'leaderless') expect(said.every(([, leader]) => leader === '')).toBe(true);
        },
      ),
    );
  });
});
