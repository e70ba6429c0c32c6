import { z } from 'zod';
import { invalid } from '../platform/errors';

type Value = string | number | null;
const cursorSchema = z.tuple([z.string(), z.union([z.string(), z.number(), z.null()]), z.string()]);

/** Unknown figures come last in either direction: they are not small, they are not there. */
function compare(a: Value, b: Value, order: 'asc' | 'desc'): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  const way = a < b ? -1 : 1;
  return order === 'asc' ? way : -way;
}

/**
 * One page of a list that is whole in memory, by keyset: the cursor carries the last item's value and key, so a list
 * that changes between pages neither repeats nor loses what did not move. A cursor of another sort is refused.
 */
export function pageSorted<T>(
  items: readonly T[],
  { sort, order, limit, cursor }: { sort: string; order: 'asc' | 'desc'; limit: number; cursor?: string },
  valueOf: (item: T) => Value,
  keyOf: (item: T) => string,
) {
  const keyed = items.map((item) => ({ item, value: valueOf(item), key: keyOf(item) }));
  const before = (a: { value: Value; key: string }, b: { value: Value; key: string }) =>
    compare(a.value, b.value, order) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
  keyed.sort(before);
  const label = `${sort} ${order}`;
  let start = 0;
  if (cursor !== undefined) {
    const parsed = cursorSchema.safeParse(safeJson(cursor));
    if (!parsed.success || parsed.data[0] !== label)
      throw invalid('query.cursor', 'belongs to another list or sort; leave it out to start again');
    const [, value, key] = parsed.data;
    start = keyed.findIndex((entry) => before(entry, { value, key }) > 0);
    if (start < 0) start = keyed.length;
  }
  const page = keyed.slice(start, start + limit);
  const last = page.at(-1);
  return {
    items: page.map(({ item }) => item),
    total: keyed.length,
    nextCursor:
      last && start + limit < keyed.length
        ? Buffer.from(JSON.stringify([label, last.value, last.key])).toString('base64url')
        : null,
  };
}

function safeJson(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
