import { Buffer } from 'node:buffer';

/** POSIX ustar: blocks of this size, a header block before each file, two empty ones at the end. */
const block = 512;
const place = {
  name: [0, 100],
  mode: [100, 8],
  size: [124, 12],
  sum: [148, 8],
  type: [156, 1],
  prefix: [345, 155],
} as const;

const padding = (size: number) => (block - (size % block)) % block;

function checksum(header: Buffer): number {
  let sum = 0;
  for (let i = 0; i < block; i++) sum += i >= 148 && i < 156 ? 0x20 : (header[i] ?? 0);
  return sum;
}

/** One file of an archive. */
export function tarFile(name: string, content: Buffer, seconds: number): Buffer {
  const header = Buffer.alloc(block);
  header.write(name, 0, 100, 'utf8');
  header.write('0000644\0', 100, 'latin1');
  header.write('0000000\0', 108, 'latin1');
  header.write('0000000\0', 116, 'latin1');
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write(`${seconds.toString(8).padStart(11, '0')}\0`, 136, 'latin1');
  header.write('0', 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  header.write(`${checksum(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, content, Buffer.alloc(padding(content.length))]);
}
export const tarEnd = Buffer.alloc(2 * block);

/** What is wrong with an archive, in words. */
export class BrokenTar extends Error {
  override readonly name = 'BrokenTar';
}

const field = (header: Buffer, [at, length]: readonly [number, number]): string => {
  const text = header.toString('utf8', at, at + length);
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
};

/** Octal, or with the highest bit set a binary number for more than 8 GiB (GNU). */
function sizeOf(header: Buffer): number {
  const [at, length] = place.size;
  if (((header[at] ?? 0) & 0x80) !== 0) return Number(header.readBigUInt64BE(at + length - 8));
  const text = field(header, place.size).trim();
  if (!/^[0-7]+$/.test(text)) throw new BrokenTar('a size in it is no number');
  return parseInt(text, 8);
}

export type TarEvent =
  | { readonly kind: 'file'; readonly name: string; readonly size: number }
  /** a part of the file that was named last */
  | { readonly kind: 'part'; readonly bytes: Buffer };

/** Takes bytes out of what comes in parts, as many as are wanted. */
function makeTaker(parts: AsyncIterable<Buffer>) {
  const from = parts[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const fill = async (): Promise<boolean> => {
    const next = await from.next();
    if (next.done) return false;
    rest = rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
    return true;
  };
  return {
    /** @returns null at the end; fewer than wanted never come */
    exactly: async (size: number): Promise<Buffer | null> => {
      while (rest.length < size) if (!(await fill())) return null;
      const taken = rest.subarray(0, size);
      rest = rest.subarray(size);
      return taken;
    },
    /** what is there, up to so many */
    some: async (most: number): Promise<Buffer | null> => {
      while (rest.length === 0) if (!(await fill())) return null;
      const taken = rest.subarray(0, most);
      rest = rest.subarray(taken.length);
      return taken;
    },
    close: async () => {
      await from.return?.();
    },
  };
}

const cutOff = () => new BrokenTar('it breaks off before its end');

/**
 * The files of an archive, each followed by its parts as they come: nothing of it is held but the part at hand.
 * @throws BrokenTar where it is no tar archive, is damaged, or ends before its end
 */
export async function* readTar(parts: AsyncIterable<Buffer>): AsyncGenerator<TarEvent, void> {
  const taker = makeTaker(parts);
  try {
    for (;;) {
      const header = await taker.exactly(block);
      if (header === null) throw cutOff();
      if (header.every((byte) => byte === 0)) return;
      if (parseInt(field(header, place.sum).trim(), 8) !== checksum(header))
        throw new BrokenTar('it is no tar archive, or is damaged');
      const size = sizeOf(header);
      const prefix = field(header, place.prefix);
      const name = `${prefix === '' ? '' : `${prefix}/`}${field(header, place.name)}`;
      const type = field(header, place.type);
      if (type === '0' || type === '') yield { kind: 'file', name, size };
      let left = size;
      while (left > 0) {
        const bytes = await taker.some(left);
        if (bytes === null) throw cutOff();
        left -= bytes.length;
        // Directories and extensions of other tar programs say nothing that matters here.
        if (type === '0' || type === '') yield { kind: 'part', bytes };
      }
      if ((await taker.exactly(padding(size))) === null) throw cutOff();
    }
  } finally {
    await taker.close();
  }
}
