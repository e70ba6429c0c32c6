import { headers } from '@nats-io/transport-node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerBlockOf, headersIn } from './headerBlock';

const inbox = '_INBOX.abc';
const text = 'NATS/1.0\r\nA: 1\r\nb:  two words \r\nA: 3\r\n\r\n';

/** A message as the client makes it: its payload is the end of the bytes that came. */
function came(block: string, payload: string, { before = 'xx', size = 0 } = {}) {
  const all = Buffer.from(before + block + payload);
  const data = all.subarray(before.length + Buffer.byteLength(block));
  return { data, size: () => inbox.length + all.length - before.length + size };
}

describe('the header block of a message', () => {
  it('is found before its payload', () => {
    expect(headerBlockOf(came(text, 'payload'), inbox.length)).toBe(text);
    expect(headerBlockOf(came(text, ''), inbox.length)).toBe(text);
  });
  it.each([
    ['no headers', came('', 'payload')],
    ['a size that does not fit', came(text, 'payload', { size: -1 })],
    ['a size beyond its bytes', came(text, 'payload', { size: 100_000 })],
    ['a client that tells no size', { data: came(text, 'payload').data }],
    ['other bytes there', came(text.replace('NATS', 'nats'), 'payload')],
  ])('is not believed with %s', (_, msg) => {
    expect(headerBlockOf(msg, inbox.length)).toBeNull();
  });
  it('lists names in the order of first sight, values without the blanks around them', () => {
    expect(headersIn(text)).toEqual([
      ['A', ['1', '3']],
      ['b', ['two words']],
    ]);
  });
  it('goes on behind an empty line, and past a line that is no header', () => {
    expect(headersIn('NATS/1.0\r\nA: 1\r\n\r\nno header\r\nB: 2\r\n\r\n')).toEqual([
      ['A', ['1']],
      ['B', ['2']],
    ]);
  });
  it('has no headers where it ends early', () => {
    expect(headersIn('NATS/1.0\r\nA: 1')).toEqual([]);
    expect(headersIn('')).toEqual([]);
  });
  it('says of a block what the client says of it', () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z-]{0,9}$/);
    const value = fc.string({ unit: 'grapheme', maxLength: 9 }).map((v) => v.replace(/[\r\n]/g, ''));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 8 }), (pairs) => {
        const made = headers();
        for (const [n, v] of pairs) made.append(n, v);
        const block = `NATS/1.0\r\n${pairs.map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n`;
        expect(headersIn(block)).toEqual([...made]);
      }),
    );
  });
});
