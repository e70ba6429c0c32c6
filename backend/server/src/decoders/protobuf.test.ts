import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAs, listedBounds, recognize } from './decoded';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const read = (data: Uint8Array) => {
  const decoded = decodeAs('protobuf', data);
  return typeof decoded === 'string' ? decoded : decoded.json;
};

describe('Protobuf without a descriptor', () => {
  it.each([
    // The first four are the examples of the encoding guide.
    ['08 96 01', '{"1":150}'],
    ['12 07 74 65 73 74 69 6e 67', '{"2":"testing"}'],
    ['1a 03 08 96 01', '{"3":{"1":150}}'],
    ['22 05 68 65 6c 6c 6f 28 01 28 02 28 03', '{"4":"hello","5":[1,2,3]}'],
    ['08 ff ff ff ff ff ff ff ff ff 01', '{"1":"18446744073709551615"}'],
    ['0d 00 00 80 3f', '{"1":"hex:0000803f"}'],
    ['09 00 00 00 00 00 00 f0 3f', '{"1":"hex:000000000000f03f"}'],
    ['0a 02 ff fe', '{"1":"hex:fffe"}'],
    ['0a 03 61 0a 62', '{"1":"a\\nb"}'],
    ['0b 08 01 0c', '{"1":{"1":1}}'],
    ['0a 00', '{"1":""}'],
  ])('%s is %s', (hex, json) => expect(read(bytes(hex))).toBe(json));

  it('reads what a library writes, text and all digits', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.string({ unit: 'grapheme-ascii' }),
        fc.integer({ min: 1, max: 2 ** 29 - 3 }),
        (id, text, field) => {
          const data = new BinaryWriter()
            .tag(field, WireType.Varint)
            .uint64(id)
            .tag(field + 1, WireType.LengthDelimited)
            .fork()
            .tag(1, WireType.Varint)
            .uint64(7n)
            .join()
            .tag(field + 2, WireType.LengthDelimited)
            .string(text)
            .finish();
          expect(JSON.parse(read(data))).toEqual({
            [field]: Number.isSafeInteger(Number(id)) ? Number(id) : String(id),
            [field + 1]: { 1: 7 },
            [field + 2]: text,
          });
        },
      ),
    );
  });

  it('is never recognized by itself, and says what it does not know', () => {
    const data = bytes('08 96 01');
    expect(recognize(data)).toEqual({ found: null, beyond: false });
    expect(decodeAs('protobuf', data)).toMatchObject({ note: expect.stringContaining('by their numbers') as unknown });
  });

  it.each([
    ['text', Buffer.from('hello').toString('hex'), /It is no Protobuf: .*wire type/],
    ['a claim of more bytes than there are', '0a ff ff ff ff 0f', /4294967295 bytes follow/],
    ['field 0', '00 01', /out of range/],
    ['a number of eleven bytes', `08 ${'ff '.repeat(10)}01`, /more than 64 bits/],
    ['a number of 70 bits', `08 ${'ff '.repeat(9)}7f`, /more than 64 bits/],
    ['a group without an end', '0b 08 01', /follow/],
    ['the end of another group', '0b 14', /wire type 4/],
    ['an end in the middle', '09 00', /follow/],
  ])('%s is refused with a sentence', (_, hex, sentence) => expect(decodeAs('protobuf', bytes(hex))).toMatch(sentence));

  it('ends at the bounds: depth and number of fields', () => {
    expect(read(new Uint8Array(100).fill(0x0b))).toMatch(/nested deeper than 64/);
    const many = Uint8Array.from(Array.from({ length: 3000 }, () => [8, 1]).flat());
    expect(decodeAs('protobuf', many, listedBounds)).toMatch(/more than 2,000 values/);
  });

  it('never throws, and what is decoded is JSON', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
        const decoded = decodeAs('protobuf', data);
        if (typeof decoded !== 'string') JSON.parse(decoded.json);
      }),
      { numRuns: 2000 },
    );
  });
});
