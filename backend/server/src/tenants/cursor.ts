import { z } from 'zod';
import { invalid } from '../platform/errors';

/** Keyset paging: the last row's sort values, opaque to the caller. */
export function encodeCursor(values: readonly string[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** A time as PostgreSQL writes it, with its microseconds and in the session's zone. */
const stored = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,6})?[+-]\d\d(:\d\d)?$/;
const forms = {
  text: z
    .string()
    .max(512)
    .refine((text) => !text.includes('\0')),
  time: z.string().refine((text) => {
    const [, date, time] = stored.exec(text) ?? [];
    return !Number.isNaN(Date.parse(`${date}T${time}Z`));
  }),
  uuid: z.uuid(),
  /** since 1970 */
  millis: z.string().regex(/^\d{1,13}$/),
  /** since 1970 */
  micros: z.string().regex(/^\d{1,16}$/),
} as const;

export const notOfThisList = () => invalid('query.cursor', 'is not a cursor of this list; leave it out to start again');

/**
 * @param of the form of each value: the database would take offence at another one
 * @throws ApiError 400 for a cursor that is not one of ours
 */
export function decodeCursor(cursor: string | undefined, of: readonly (keyof typeof forms)[]): string[] | null {
  if (cursor === undefined) return null;
  try {
    const values = z
      .array(z.string())
      .length(of.length)
      .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return values.map((value, i) => forms[of[i] ?? 'text'].parse(value));
  } catch {
    throw notOfThisList();
  }
}

/** One more row than asked for says whether there is a next page. */
export function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (row: T) => readonly string[]) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null };
}
