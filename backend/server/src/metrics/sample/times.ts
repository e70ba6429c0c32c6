/**
 * `2026-11-24T18:51:56.29Z` as ClickHouse and comparison like it: `2026-11-24 18:51:56.290`. Null for Go's zero time
 * and for what is no time.
 */
export function toStored(text: string): string | null {
  if (text.length < 20 || text[10] !== 'T' || !text.endsWith('Z') || text.startsWith('0001-')) return null;
  const fraction = text.length > 20 ? text.slice(20, -1) : '';
  return `${text.slice(0, 10)} ${text.slice(11, 19)}.${fraction.length >= 3 ? fraction.slice(0, 3) : fraction.padEnd(3, '0')}`;
}
export const storedTime = (wallMs: number): string => new Date(wallMs).toISOString().replace('T', ' ').slice(0, 23);
const digitsAt = (text: string, from: number, to: number): number => {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
};
let day = '';
let dayMs = NaN;
/**
 * Of what `toStored` wrote. By hand, since every consumer of a collection asks twice for how old a time is, and
 * `Date.parse` with the text for it takes ten times as long; the day, which is nearly always the last one's, is its.
 * @returns milliseconds since 1970, null for what is no time
 */
export const wallOf = (stored: string | null): number | null => {
  if (stored?.length !== 23) return null;
  if (!stored.startsWith(day) || day === '') {
    day = stored.slice(0, 10);
    dayMs = Date.parse(`${day}T00:00:00.000Z`);
  }
  const hour = digitsAt(stored, 11, 13);
  const minute = digitsAt(stored, 14, 16);
  const second = digitsAt(stored, 17, 19);
  const ms = dayMs + ((hour * 60 + minute) * 60 + second) * 1000 + digitsAt(stored, 20, 23);
  return hour < 24 && minute < 60 && second < 60 && !Number.isNaN(ms) ? ms : null;
};
