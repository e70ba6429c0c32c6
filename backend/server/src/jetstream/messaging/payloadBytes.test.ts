import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { payloadBytes, pieceLength } from './payloadBytes';

const base64 = (data: string) => payloadBytes({ encoding: 'base64', data });

it('brings any bytes back', () =>
  fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (given) => {
      const bytes = Buffer.from(given);
      expect(await base64(bytes.toString('base64'))).toEqual(bytes);
    }),
  ));

it('takes text as UTF-8', async () => {
  expect(await payloadBytes({ encoding: 'text', data: 'naïve' })).toEqual(Buffer.from('naïve'));
});

describe('of more than one piece', () => {
  it.each([-2, -1, 0, 1, 2, 3])('is the same to the byte at %i beside a border', async (beside) => {
    const bytes = randomBytes((pieceLength / 4) * 3 * 2 + beside);
    expect((await base64(bytes.toString('base64'))).equals(bytes)).toBe(true);
  });

  it('lets others go on between the pieces', async () => {
    const pieces = 5;
    let turns = 0;
    let decoding = true;
    const count = () => {
      turns++;
      if (decoding) setImmediate(count);
    };
    setImmediate(count);
    await base64(randomBytes((pieceLength / 4) * 3 * pieces).toString('base64'));
    decoding = false;
    expect(turns).toBeGreaterThanOrEqual(pieces - 1);
  });

  it('is refused for one letter in its first piece', async () => {
    const text = randomBytes((pieceLength / 4) * 3 * 2).toString('base64');
    await expect(base64(`*${text.slice(1)}`)).rejects.toThrow(/no Base64/);
    // Padding ends the whole, and no piece before its end.
    await expect(base64(`${text.slice(0, pieceLength - 1)}=${text.slice(pieceLength)}`)).rejects.toThrow(/no Base64/);
  });
});

it.each(['AAA', 'A', 'A===', '====', 'AA=A', 'A-_A', 'AA A', 'AAA\n', 'AAAA====', 'ÄÄÄÄ'])(
  'refuses %j',
  async (data) => {
    await expect(base64(data)).rejects.toMatchObject({ status: 400, code: 'invalid' });
  },
);
it.each([
  ['', 0],
  ['AA==', 1],
  ['AAA=', 2],
  ['AAAA', 3],
])('takes %j as %i bytes', async (data, length) => {
  expect((await base64(data)).length).toBe(length);
});
