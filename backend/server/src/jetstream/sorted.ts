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

interface Keyed<T> {
  readonly item: T;
  readonly value: Value;
  readonly key: string;
}

/**
 * One page of a list that is whole in memory, by keyset: the cursor carries the last item's value and key, so a list
 * that changes between pages neither repeats nor loses what did not move. A cursor of another sort is refused.
 * One walk over the list, in which no more than a few pages' worth is ever sorted: lists have 50,000 rows.
 */
export function pageSorted<T>(
  items: readonly T[],
  { sort, order, limit, cursor }: { sort: string; order: 'asc' | 'desc'; limit: number; cursor?: string },
  valueOf: (item: T) => Value,
  keyOf: (item: T) => string,
) {
  const before = (a: Omit<Keyed<T>, 'item'>, b: Omit<Keyed<T>, 'item'>) =>
    compare(a.value, b.value, order) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
  const label = `${sort} ${order}`;
  const shown = cursor === undefined ? null : readCursor(cursor, label);
  let kept: Keyed<T>[] = [];
  let worst: Keyed<T> | undefined;
  let left = 0;
  for (const item of items) {
    const entry = { item, value: valueOf(item), key: keyOf(item) };
    if (shown !== null && before(entry, shown) <= 0) continue;
    left++;
    if (worst !== undefined && before(entry, worst) >= 0) continue;
    kept.push(entry);
    if (kept.length < 3 * limit) continue;
    kept = kept.sort(before).slice(0, limit);
    worst = kept.at(-1);
  }
  const page = kept.sort(before).slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ item }) => item),
    total: items.length,
    nextCursor:
      last && left > page.length
        ? Buffer.from(JSON.stringify([label, last.value, last.key])).toString('base64url')
        : null,
  };
}

function readCursor(cursor: string, label: string): { value: Value; key: string } {
  const parsed = cursorSchema.safeParse(safeJson(cursor));
  if (!parsed.success || parsed.data[0] !== label)
    throw invalid('query.cursor', 'belongs to another list or sort; leave it out to start again');
  const [, value, key] = parsed.data;
  return { value, key };
}

function safeJson(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
