import { z } from 'zod';
import { invalid } from '../platform/errors';

/** Keyset paging: the last row's sort values, opaque to the caller. */
export function encodeCursor(values: readonly string[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** @throws ApiError 400 for a cursor that is not one of ours */
export function decodeCursor(cursor: string | undefined, length: number): string[] | null {
  if (cursor === undefined) return null;
  try {
    return z
      .array(z.string().max(512))
      .length(length)
      .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw invalid('query.cursor', 'is not a cursor of this list; leave it out to start again');
  }
}

/** One more row than asked for says whether there is a next page. */
export function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (row: T) => readonly string[]) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null };
}
