import { Buffer } from 'node:buffer';
import { setImmediate as othersTurn } from 'node:timers/promises';
import type { MessageBytes } from '@jetstream-console/contract';
import { invalid } from '../../platform/errors';

/** A multiple of four; decoded in about two milliseconds. */
export const pieceLength = 1024 * 1024;
const noLetter = /[^0-9a-zA-Z+/]/;

const paddingOf = (data: string) => (data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0);
const noBase64 = (field: string) => invalid(field, 'is no Base64 with padding (RFC 4648)');

/**
 * The bytes of a payload; between pieces of a large one others get their turn.
 * @param field where it stands in the request
 * @throws ApiError 400 for what is no Base64
 */
export async function payloadBytes({ encoding, data }: MessageBytes, field = 'body.payload.data'): Promise<Buffer> {
  if (encoding === 'text') return Buffer.from(data, 'utf8');
  if (data.length % 4 !== 0) throw noBase64(field);
  const padding = paddingOf(data);
  // Each byte of it is written below, or nobody gets it.
  const bytes = Buffer.allocUnsafe((data.length / 4) * 3 - padding);
  for (let at = 0; at < data.length; at += pieceLength) {
    const last = at + pieceLength >= data.length;
    const piece = data.slice(at, at + pieceLength);
    // Node leaves out what it does not know, and takes the letters of URLs too: what is stored would be something else.
    if (noLetter.test(last ? piece.slice(0, piece.length - padding) : piece)) throw noBase64(field);
    bytes.write(piece, (at / 4) * 3, 'base64');
    if (!last) await othersTurn();
  }
  return bytes;
}
