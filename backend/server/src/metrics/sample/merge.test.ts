import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addCopy, newClaims, refuseFigures, verdictOf } from './merge';

type Said = [server: string, leader: string | null, value: number, created?: string];
/** What came of these answers, and whose value counts. */
function merged(...copies: Said[]) {
  const claims = newClaims();
  let value: number | null = null;
  for (const [server, leader, said, created = 'c1'] of copies) {
    const before = claims.created;
    const read = addCopy(claims, server, created, leader, []);
    if (claims.created !== before) value = null;
    if (read) value = said;
  }
  return { claims, value };
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
    const { claims, value: found } = merged(...copies);
    expect([verdictOf(claims, all), found]).toEqual([verdict, value]);
  });

  it('never takes a figure from a follower', () => {
    const name = fc.constantFrom('n1', 'n2', 'n3', 'n9', '');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('n1', 'n2', 'n3'), name), { minLength: 1, maxLength: 6 }),
        (said) => {
          const { claims, value } = merged(...said.map(([server, leader], i): Said => [server, leader, i]));
          const leading = said.flatMap(([server, leader], i) => (server === leader ? [i] : []));
          expect([value, claims.best]).toEqual([leading.at(-1) ?? null, leading.length > 0]);
          const verdict = verdictOf(claims, all);
          if (verdict === 'leaderless') expect(said.every(([, leader]) => leader === '')).toBe(true);
        },
      ),
    );
  });

  it('takes a leader that lacks its figures for one that did not answer as such', () => {
    const { claims } = merged(['n1', 'n1', 0]);
    refuseFigures(claims);
    expect(verdictOf(claims, all)).toBe('unsettled');
  });

  it('knows who holds a copy: the leader says, else who answered', () => {
    const claims = newClaims();
    addCopy(claims, 'n2', 'c1', 'n1', []);
    expect(claims.holders).toEqual(['n2']);
    addCopy(claims, 'n1', 'c1', 'n1', ['n2', 'n3']);
    expect(claims.holders).toEqual(['n1', 'n2', 'n3']);
  });
});
