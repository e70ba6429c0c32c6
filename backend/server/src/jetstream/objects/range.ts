/** Bytes of a whole, the last one included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * One range of bytes (RFC 9110). Several of them, or another unit, may be answered with the whole.
 * @returns null for the whole; `outside` where nothing of it is there
 */
export function parseRange(header: string | undefined, size: number): Span | 'outside' | null {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!found) return null;
  const [, first = '', last = ''] = found;
  if (first === '' && last === '') return null;
  if (first === '') {
    const count = Number(last);
    return count === 0 || size === 0 ? 'outside' : { from: Math.max(0, size - count), to: size - 1 };
  }
  const from = Number(first);
  const to = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < from) return null;
  return from >= size ? 'outside' : { from, to };
}
