import { encode as toMsgpack } from '@msgpack/msgpack';
import { encode as toCbor } from 'cbor2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAs, listedBounds, recognize } from './decoded';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const read = (as: 'msgpack' | 'cbor', data: Uint8Array) => {
  const decoded = decodeAs(as, data);
  return typeof decoded === 'string' ? decoded : decoded.json;
};

describe('MessagePack, by the bytes of its specification', () => {
  it.each([
    ['82 a7 63 6f 6d 70 61 63 74 c3 a6 73 63 68 65 6d 61 00', '{"compact":true,"schema":0}'],
    ['c0', 'null'],
    ['cc ff', '255'],
    ['cd ff ff', '65535'],
    ['e0', '-32'],
    ['d0 80', '-128'],
    ['cf ff ff ff ff ff ff ff ff', '"18446744073709551615"'],
    ['d3 80 00 00 00 00 00 00 00', '"-9223372036854775808"'],
    ['cb 3f f8 00 00 00 00 00 00', '1.5'],
    ['cb 7f f0 00 00 00 00 00 00', '"Infinity"'],
    ['93 01 a1 61 c4 02 00 ff', '[1,"a","hex:00ff"]'],
    ['d6 ff 00 00 00 00', '"1970-01-01T00:00:00Z"'],
    ['d7 ff 77 35 94 00 00 00 00 01', '"1970-01-01T00:00:01.5Z"'],
    ['d4 05 aa', '{"ext":5,"data":"hex:aa"}'],
    ['81 01 02', '{"1":2}'],
  ])('%s is %s', (hex, json) => expect(read('msgpack', bytes(hex))).toBe(json));
});

describe('CBOR, by the examples of RFC 8949, appendix A', () => {
  it.each([
    ['18 64', '100'],
    ['1b ff ff ff ff ff ff ff ff', '"18446744073709551615"'],
    ['c2 49 01 00 00 00 00 00 00 00 00', '"18446744073709551616"'],
    ['3b ff ff ff ff ff ff ff ff', '"-18446744073709551616"'],
    ['f9 3c 00', '1'],
    ['f9 7b ff', '65504'],
    ['f9 00 01', '5.960464477539063e-8'],
    ['f9 7c 00', '"Infinity"'],
    ['f6', 'null'],
    ['c1 1a 51 4b 67 b0', '"2013-03-21T20:04:00Z"'],
    ['c1 fb 41 d4 52 d9 ec 20 00 00', '"2013-03-21T20:04:00.5Z"'],
    ['c0 74 32 30 31 33 2d 30 33 2d 32 31 54 32 30 3a 30 34 3a 30 30 5a', '"2013-03-21T20:04:00Z"'],
    ['83 01 82 02 03 82 04 05', '[1,[2,3],[4,5]]'],
    ['a2 61 61 01 61 62 82 02 03', '{"a":1,"b":[2,3]}'],
    ['9f 01 82 02 03 9f 04 05 ff ff', '[1,[2,3],[4,5]]'],
    ['bf 61 61 01 61 62 9f 02 03 ff ff', '{"a":1,"b":[2,3]}'],
    ['7f 65 73 74 72 65 61 64 6d 69 6e 67 ff', '"streaming"'],
    ['5f 42 01 02 43 03 04 05 ff', '"hex:0102030405"'],
  ])('%s is %s', (hex, json) => expect(read('cbor', bytes(hex))).toBe(json));
});

/** What both formats and JSON have, integers that JSON keeps. */
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('any'), { maxLength: 6 }),
    fc.dictionary(fc.string({ minLength: 1 }), tie('any'), { maxKeys: 6 }),
  ),
})).any;

describe('what others encode', () => {
  it('is read as it was, in either format', () => {
    fc.assert(
      fc.property(value, (whole) => {
        const json: unknown = JSON.parse(JSON.stringify(whole));
        expect(JSON.parse(read('msgpack', toMsgpack(whole)))).toEqual(json);
        expect(JSON.parse(read('cbor', toCbor(whole)))).toEqual(json);
      }),
    );
  });

  it('keeps all digits of 64-bit integers', () => {
    const most = 2n ** 64n - 1n;
    expect(read('msgpack', toMsgpack({ id: most }, { useBigInt64: true }))).toBe('{"id":"18446744073709551615"}');
    expect(read('cbor', toCbor({ id: most }))).toBe('{"id":"18446744073709551615"}');
  });

  it('is recognized where it is a list or map with names, and nothing else is', () => {
    const nothing = { found: null, beyond: false };
    const order = { order: 7, customer: 'jane', lines: [{ sku: 'a', n: 2 }] };
    expect(recognize(toMsgpack(order)).found?.as).toBe('msgpack');
    expect(recognize(toCbor(order)).found?.as).toBe('cbor');
    for (const text of ['', '{"a":1}', 'plain text', '42', '\u0000\u0001'])
      expect(recognize(Buffer.from(text)), text).toEqual(nothing);
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(recognize(Buffer.from(text))).toEqual(nothing);
      }),
    );
    // One byte more, and it is not what it looks like.
    expect(recognize(Uint8Array.from([...toMsgpack(order), 0]))).toEqual(nothing);
  });
});

describe('hostile bytes', () => {
  it.each([
    ['msgpack', 'a list that claims four billion values', 'dd ff ff ff ff', /4294967295 values follow/],
    ['msgpack', 'bytes that claim four gigabytes', 'c6 ff ff ff ff', /4294967295 bytes follow/],
    ['msgpack', 'the byte that is never used', 'c1', /0xc1/],
    ['msgpack', 'what ends in the middle', '82 a1 61', /follow/],
    ['cbor', 'a list that claims more than there is', '9b ff ff ff ff ff ff ff ff', /values follow/],
    ['cbor', 'an end without a beginning', 'ff', /end without a beginning/],
    ['cbor', 'a reserved length', '1c', /does not have/],
    ['cbor', 'no end', '9f 01', /follow/],
  ] as const)('%s: %s is refused with a sentence', (as, _, hex, sentence) =>
    expect(decodeAs(as, bytes(hex))).toMatch(sentence),
  );

  it('end at the bounds: depth and number of values', () => {
    const deep = Uint8Array.from([...Array<number>(100).fill(0x91), 0xc0]);
    expect(decodeAs('msgpack', deep)).toMatch(/nested deeper than 64/);
    expect(decodeAs('cbor', Uint8Array.from([...Array<number>(100).fill(0x81), 0xf6]))).toMatch(
      /nested deeper than 64/,
    );
    const many = toMsgpack(Array.from({ length: 3000 }, () => 1));
    expect(decodeAs('msgpack', many, listedBounds)).toMatch(/more than 2,000 values/);
    expect(typeof decodeAs('msgpack', many)).toBe('object');
    // Bytes that hold no name are no document, however much they would hold.
    expect(recognize(many, listedBounds)).toEqual({ found: null, beyond: false });
    expect(recognize(new Uint8Array(1000).fill(0x91))).toEqual({ found: null, beyond: false });
    const named = toMsgpack({ city: 'Osaka', many: Array.from({ length: 3000 }, () => 1) });
    expect(recognize(named, listedBounds)).toEqual({ found: null, beyond: true });
  });

  it('make no special keys, and repeated ones are said', () => {
    const hostile = bytes('82 a9 5f 5f 70 72 6f 74 6f 5f 5f 81 a1 78 01 a1 61 02');
    expect(read('msgpack', hostile)).toBe('{"__proto__":{"x":1},"a":2}');
    const twice = decodeAs('msgpack', bytes('82 a1 61 01 a1 61 02'));
    expect(twice).toMatchObject({ json: '{"a":1,"a":2}', note: expect.stringContaining('"a"') as unknown });
  });

  it('of any kind never throw, and what is decoded is JSON', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('msgpack' as const, 'cbor' as const),
        (data, as) => {
          const decoded = decodeAs(as, data);
          if (typeof decoded !== 'string') JSON.parse(decoded.json);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
