import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageSorted } from './sorted';

interface Row {
  readonly key: string;
  readonly value: number | string | null;
}
const page = (rows: readonly Row[], query: { order: 'asc' | 'desc'; limit: number; cursor?: string; sort?: string }) =>
  pageSorted(
    rows,
    { sort: 'value', ...query },
    (row) => row.value,
    (row) => row.key,
  );
const rowsOf = fc.uniqueArray(
  fc.record({ key: fc.string({ maxLength: 4 }), value: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(null)) }),
  { selector: (row) => row.key, maxLength: 40 },
);

describe('a sorted page', () => {
  it('makes of all pages the whole list once, unknown values last', () => {
    fc.assert(
      fc.property(
        rowsOf,
        fc.constantFrom('asc' as const, 'desc' as const),
        fc.integer({ min: 1, max: 9 }),
        (rows, order, limit) => {
          const seen: Row[] = [];
          for (let cursor: string | undefined; ;) {
            const { items, nextCursor, total } = page(rows, { order, limit, cursor });
            expect(total).toBe(rows.length);
            seen.push(...items);
            if (nextCursor === null) break;
            cursor = nextCursor;
          }
          expect(new Set(seen.map(({ key }) => key)).size).toBe(rows.length);
          const known = seen.filter(({ value }) => value !== null).map(({ value }) => Number(value));
          expect(known).toEqual([...known].sort((a, b) => (order === 'asc' ? a - b : b - a)));
          const firstUnknown = seen.findIndex(({ value }) => value === null);
          if (firstUnknown >= 0) expect(seen.slice(firstUnknown).every(({ value }) => value === null)).toBe(true);
        },
      ),
    );
  });
  it('neither repeats nor loses what stays, when others come and go between pages', () => {
    const rows: Row[] = ['a', 'b', 'c', 'd', 'e'].map((key, value) => ({ key, value }));
    const first = page(rows, { order: 'asc', limit: 2 });
    const changed = [{ key: 'aa', value: 0.5 }, ...rows.filter(({ key }) => key !== 'b'), { key: 'f', value: 9 }];
    const second = page(changed, { order: 'asc', limit: 9, cursor: first.nextCursor ?? '' });
    expect(second.items.map(({ key }) => key)).toEqual(['c', 'd', 'e', 'f']);
  });
  it.each([
    '',
    'x',
    Buffer.from('[]').toString('base64url'),
    Buffer.from('["value desc",1,"a"]').toString('base64url'),
    Buffer.from('["name asc",1,"a"]').toString('base64url'),
  ])('refuses a cursor of another list: %s', (cursor) => {
    expect(() => page([], { order: 'asc', limit: 1, cursor })).toThrow(/query\.cursor/);
  });
});
