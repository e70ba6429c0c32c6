export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

export interface HexRow {
  readonly offset: string;
  readonly hex: string;
  readonly ascii: string;
}

const perRow = 16;
const hex = (value: number, width: number) => value.toString(16).padStart(width, '0');

/** As `hexdump -C` shows bytes: offset, two groups of eight, and what of it is printable ASCII. */
export function hexRows(bytes: Uint8Array, maxRows = Number.POSITIVE_INFINITY): HexRow[] {
  const rows: HexRow[] = [];
  for (let at = 0; at < bytes.length && rows.length < maxRows; at += perRow) {
    const part = Array.from(bytes.subarray(at, at + perRow));
    const cells = part.map((byte) => hex(byte, 2));
    rows.push({
      offset: hex(at, 8),
      hex: [cells.slice(0, 8).join(' '), cells.slice(8).join(' ')].join('  ').padEnd(perRow * 3, ' '),
      ascii: part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join(''),
    });
  }
  return rows;
}

export const hexText = (rows: readonly HexRow[]): string =>
  rows.map((row) => `${row.offset}  ${row.hex}  |${row.ascii}|`).join('\n');
