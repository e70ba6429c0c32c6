/**
 * JSON whose integers beyond 2^53 stay exact, as bigint: the server's int64 limits and uint64 sequences pass it, and an
 * edit of one field must not round another.
 */
const mark = '\u0000';
const longNumber = /"(?:[^"\\]|\\.)*"|(?<![\w.+-])-?\d{16,}(?![\d.eE])/g;
const marked = /"\\u0000(-?\d+)"/g;

export function parseExact(text: string): unknown {
  const safe = text.replace(longNumber, (found) =>
    found.startsWith('"') || Number.isSafeInteger(Number(found)) ? found : `"\\u0000${found}"`,
  );
  return JSON.parse(safe, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(1)) : value,
  );
}

export const writeExact = (value: unknown, indent = 0): string =>
  JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${mark}${item}` : item), indent).replace(
    marked,
    '$1',
  );

/** For an answer that people read: the nearest number that JSON has. */
export const rounded = (value: unknown): unknown =>
  typeof value === 'bigint'
    ? Number(value)
    : Array.isArray(value)
      ? value.map(rounded)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rounded(item)]))
        : value;
