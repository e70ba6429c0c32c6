import { describe, expect, it } from 'vitest';
import { evaluateMath } from './evaluate';

const refs = new Map([
  [
    'A',
    [
      { labels: { cluster: 'c', stream: 's', consumer: 'x' }, value: 4 },
      { labels: { cluster: 'c', stream: 's', consumer: 'y' }, value: 0 },
    ],
  ],
  ['B', [{ labels: { cluster: 'c', stream: 's' }, value: 2 }]],
  ['OTHER', [{ labels: { cluster: 'd' }, value: 1 }]],
]);
const values = (expression: string) => evaluateMath(expression, refs).map(({ value }) => value);

describe('an expression', () => {
  it.each<[string, number[]]>([
    ['1 + 2 * 3', [7]],
    ['(1 + 2) * 3', [9]],
    ['8 / 2 / 2', [2]],
    ['$A > 3', [1, 0]],
    ['($A > 0) && ($B == 2)', [1, 0]],
    ['$A == 0 || $B > 5', [0, 1]],
    ['$A / $B', [2, 0]],
    ['$A + $OTHER', []],
    ['2 >= 2', [1]],
  ])('%s', (expression, expected) => {
    expect(values(expression)).toEqual(expected);
  });

  it('joins the wider labels with the narrower', () => {
    expect(evaluateMath('$B - $A', refs).map(({ labels }) => labels)).toEqual([
      { cluster: 'c', stream: 's', consumer: 'x' },
      { cluster: 'c', stream: 's', consumer: 'y' },
    ]);
  });

  it.each(['$Z > 1', '(1 + 2', '1 +', '1 2', 'x'])('%s is refused', (expression) => {
    expect(() => evaluateMath(expression, refs)).toThrow();
  });
});
