import { isUuid } from '../platform/uuid';
import { decodeCursor, encodeCursor, notOfThisList } from '../tenants/cursor';

/** Where an act is kept: the console's own in PostgreSQL, those around it in ClickHouse. */
export type Side = 'console' | 'around';

/**
 * A place in the one order of all acts: newest first, of the same microsecond those in the console before those around
 * it, then by id, the largest first. What comes after a place comes after it on both sides.
 */
export interface Place {
  /** since 1970; as text, as both databases give and take it */
  readonly micros: string;
  readonly side: Side;
  /** '' is after every act of its side at that time */
  readonly id: string;
}

/** Negative where `a` comes first. Acts of one side at one time are left in the order that their database gave. */
export function compare(a: Place, b: Place): number {
  const [one, other] = [BigInt(a.micros), BigInt(b.micros)];
  if (one !== other) return one > other ? -1 : 1;
  return a.side === b.side ? 0 : a.side === 'console' ? -1 : 1;
}

export const cursorOf = ({ micros, side, id }: Place): string => encodeCursor([micros, side, id]);

/** @throws ApiError 400 for a cursor that is not one of ours */
export function placeFrom(cursor: string | undefined): Place | null {
  const [micros, side, id] = decodeCursor(cursor, ['micros', 'text', 'text']) ?? [];
  if (micros === undefined || id === undefined) return null;
  if (side === 'around' || (side === 'console' && isUuid(id))) return { micros, side, id };
  throw notOfThisList();
}

/** As PostgreSQL reads it, to the microsecond. */
export function timestampOf(micros: string): string {
  const all = BigInt(micros);
  const millis = new Date(Number(all / 1000n)).toISOString();
  return `${millis.slice(0, -1)}${String(all % 1000n).padStart(3, '0')}Z`;
}
