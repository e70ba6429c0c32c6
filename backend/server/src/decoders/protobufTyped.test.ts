import { create, type JsonObject } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTyped, listedBounds } from './decoded';
import { readDescriptorSet } from './descriptorSet';
import { encoded, ordersSet, setOf } from './orders.fixture';
import type { MessageType } from './protobufTyped';
import type { Bounds } from './reading';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

/** The messages of the encoding guide (protobuf.dev/programming-guides/encoding), and some beside. */
const guide = setOf(
  create(FileDescriptorProtoSchema, {
    name: 'guide.proto',
    syntax: 'proto2',
    messageType: [
      { name: 'Test1', field: [{ name: 'a', number: 1, type: Type.INT32, label: Label.OPTIONAL }] },
      { name: 'Test2', field: [{ name: 'b', number: 2, type: Type.STRING, label: Label.OPTIONAL }] },
      {
        name: 'Test3',
        field: [{ name: 'c', number: 3, type: Type.MESSAGE, typeName: '.Test1', label: Label.OPTIONAL }],
      },
      {
        name: 'Test4',
        field: [
          { name: 'd', number: 4, type: Type.STRING, label: Label.OPTIONAL },
          { name: 'e', number: 6, type: Type.INT32, label: Label.REPEATED },
        ],
      },
      {
        name: 'Grouped',
        field: [{ name: 'g', number: 1, type: Type.GROUP, typeName: '.Test2', label: Label.OPTIONAL }],
      },
      { name: 'Signed', field: [{ name: 's', number: 1, type: Type.SINT64, label: Label.OPTIONAL }] },
      { name: 'Extended', extensionRange: [{ start: 100, end: 200 }] },
    ],
    extension: [{ name: 'more', number: 100, type: Type.STRING, label: Label.OPTIONAL, extendee: '.Extended' }],
  }),
);

function typeOf(set: Uint8Array, name: string): MessageType {
  const { registry } = readDescriptorSet(set);
  const message = registry.getMessage(name);
  if (!message) throw new Error(`no ${name}`);
  return { message, registry };
}
const orderType = typeOf(ordersSet(), 'orders.v1.Order');
const read = (type: MessageType, data: Uint8Array, bounds?: Bounds) => {
  const decoded = decodeTyped(type, data, bounds);
  return 'sentence' in decoded ? decoded.sentence : decoded.json;
};
const order = (hex: string) => read(orderType, bytes(hex));

describe('Protobuf with its type', () => {
  it.each([
    ['Test1', '08 96 01', '{"a":150}'],
    ['Test2', '12 07 74 65 73 74 69 6e 67', '{"b":"testing"}'],
    ['Test3', '1a 03 08 96 01', '{"c":{"a":150}}'],
    ['Test4', '22 05 68 65 6c 6c 6f 30 01 30 02 30 03', '{"d":"hello","e":[1,2,3]}'],
    // The same field packed: both have to be understood.
    ['Test4', '32 06 03 8e 02 9e a7 05', '{"e":[3,270,86942]}'],
    ['Test1', '08 fe ff ff ff ff ff ff ff ff 01', '{"a":-2}'],
    ['Test1', '08 01 08 02', '{"a":2}'],
    ['Signed', '08 03', '{"s":-2}'],
    ['Signed', '08 ff ff ff ff ff ff ff ff ff 01', '{"s":"-9223372036854775808"}'],
    ['Grouped', '0b 12 01 78 0c', '{"g":{"b":"x"}}'],
    ['Extended', 'a2 06 02 68 69', '{"[more]":"hi"}'],
    ['Test1', '', '{}'],
  ])('%s %s is %s', (name, hex, json) => expect(read(typeOf(guide, name), bytes(hex))).toBe(json));

  it('has names for fields, enums and map keys, all digits, and the types that everybody has as people read them', () => {
    const json: JsonObject = {
      id: '18446744073709551615',
      city: 'Ōsaka',
      status: 'STATUS_LOST',
      items: [{ sku: 'A-1', n: 2 }, { sku: 'B' }],
      counts: { a: 1, __proto__x: 2 },
      voucher: { code: 'V', value: '-9007199254740993' },
      scores: [0, -1, 2147483647, -2147483648],
      seal: 'AAEC/w==',
      price: 0.1,
      weight: 0.1,
      balance: '-3',
      gift: true,
      placed_at: '2026-01-31T14:00:00.000000120Z',
      took: '-1.500s',
      extra: { a: [1, 'x', null, true, { b: {} }] },
      note: 'hm',
      previous: { city: 'Oslo' },
      fixed: '-1',
      small: -2,
      by_number: { '-7': { sku: 'B' } },
    };
    const decoded = decodeTyped(orderType, encoded(ordersSet(), 'orders.v1.Order', json));
    expect('json' in decoded && JSON.parse(decoded.json)).toEqual({
      ...json,
      balance: -3,
      fixed: -1,
      placed_at: '2026-01-31T14:00:00.00000012Z',
      took: '-1.5s',
    });
    expect(decoded).toMatchObject({ note: null });
  });

  it('leaves Any as it is, and an instant that has no text', () => {
    const any = new BinaryWriter()
      .tag(17, WireType.LengthDelimited)
      .fork()
      .tag(1, WireType.LengthDelimited)
      .string('type.googleapis.com/orders.v1.Order')
      .tag(2, WireType.LengthDelimited)
      .bytes(Uint8Array.of(1, 2))
      .join()
      .finish();
    expect(read(orderType, any)).toBe('{"detail":{"type_url":"type.googleapis.com/orders.v1.Order","value":"AQI="}}');
    const never = new BinaryWriter()
      .tag(14, WireType.LengthDelimited)
      .fork()
      .tag(1, WireType.Varint)
      .int64(2n ** 62n)
      .join();
    expect(read(orderType, never.finish())).toBe('{"placed_at":{"seconds":"4611686018427387904"}}');
  });

  it('merges what comes in parts, and keeps the last member of a oneof', () => {
    // city of previous, then its status: one message in two parts.
    expect(order('9a 01 03 12 01 61 9a 01 02 18 01')).toBe('{"previous":{"city":"a","status":"STATUS_PAID"}}');
    expect(order('32 01 78 3a 03 0a 01 79')).toBe('{"voucher":{"code":"y"}}');
    expect(order('3a 03 0a 01 79 32 01 78')).toBe('{"card":"x"}');
    // An entry without its value, one without its key, and one that comes again.
    expect(order('2a 03 0a 01 61 2a 02 10 07 2a 05 0a 01 61 10 05')).toBe('{"counts":{"a":5,"":7}}');
    expect(order('b2 01 02 08 01')).toBe('{"by_number":{"1":{}}}');
  });

  it('shows fields that the type does not have by number, and says how many', () => {
    const decoded = decodeTyped(orderType, bytes('12 01 61 f0 06 05 18 09'));
    expect(decoded).toMatchObject({
      json: '{"city":"a","status":9,"110":5}',
      note: '1 field is not in orders.v1.Order, and shown by number.',
    });
    expect(decodeTyped(orderType, bytes('f0 06 05'))).toMatchObject({
      note: expect.stringContaining('a message of another type') as unknown,
    });
    expect(decodeTyped(orderType, bytes('12 01 ff'))).toMatchObject({
      json: '{"city":"hex:ff"}',
      note: expect.stringContaining('no UTF-8') as unknown,
    });
  });

  it.each([
    [
      'another type',
      '08 96 01 10 05',
      'It is no orders.v1.Order: at byte 3 field 2 is a number, where city is a length and bytes.',
    ],
    ['text', Buffer.from('hello').toString('hex'), /It is no orders\.v1\.Order/],
    ['the end of a group', '0c', /the end of a group, where id is a number/],
    ['a list that is cut', '42 02 01 80', /follow|runs over/],
    ['a message that is cut', '9a 01 05 12 01 61', /5 bytes follow, and 3 do/],
    ['a string over the end of its message', '9a 01 03 12 05 61 61 61 61 61', /follow/],
    ['a number over the end of its entry', '2a 02 10 80 01', /runs over/],
  ])('%s is told in a sentence', (_, hex, sentence) => expect(order(hex)).toMatch(sentence));

  it('ends at the bounds: depth and number of values, packed ones too', () => {
    let nested: Uint8Array = new Uint8Array();
    for (let i = 0; i < 80; i++) nested = new BinaryWriter().tag(19, WireType.LengthDelimited).bytes(nested).finish();
    expect(decodeTyped(orderType, nested)).toMatchObject({
      beyond: true,
      sentence: expect.stringMatching(/deeper than 64/) as unknown,
    });
    const packed = new BinaryWriter().tag(8, WireType.LengthDelimited).bytes(new Uint8Array(60_000)).finish();
    expect(read(orderType, packed)).toMatch(/more than 50,000 values/);
    expect(read(orderType, packed.subarray(0), listedBounds)).toMatch(/more than 2,000 values/);
  });

  it('reads what the library writes', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((s) => !/\p{Surrogate}/u.test(s));
    const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const shown = (whole: bigint) => (Number.isSafeInteger(Number(whole)) ? Number(whole) : String(whole));
    fc.assert(
      fc.property(
        fc.record({
          id: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
          city: text.filter((s) => s !== ''),
          items: fc.array(
            fc.record({ sku: text.filter((s) => s !== ''), n: fc.integer({ min: 1, max: 2 ** 32 - 1 }) }),
            { minLength: 1 },
          ),
          counts: fc.dictionary(text, int32, { minKeys: 1, noNullPrototype: true }),
          scores: fc.array(int32, { minLength: 1 }),
          balance: int64.filter((whole) => whole !== 0n),
          price: fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => n !== 0),
          weight: fc.float({ noNaN: true, noDefaultInfinity: true }).filter((n) => n !== 0),
          seal: fc.uint8Array({ minLength: 1 }),
        }),
        (value) => {
          const json = {
            ...value,
            id: String(value.id),
            balance: String(value.balance),
            seal: Buffer.from(value.seal).toString('base64'),
          };
          const back = JSON.parse(read(orderType, encoded(ordersSet(), 'orders.v1.Order', json))) as Record<
            string,
            unknown
          >;
          expect(Math.fround(Number(back['weight']))).toBe(value.weight);
          expect({ ...back, weight: 0 }).toEqual({
            ...json,
            id: shown(value.id),
            balance: shown(value.balance),
            weight: 0,
          });
        },
      ),
    );
  });

  it('never throws, and what is decoded is JSON', () => {
    const known = fc.constantFrom(...orderType.message.fields.map(({ number }) => number));
    const field = fc
      .tuple(known, fc.constantFrom(0, 1, 2, 3, 4, 5), fc.uint8Array({ maxLength: 12 }))
      .map(([number, wire, data]) => [
        ...new BinaryWriter().tag(number, wire).finish(),
        ...(wire === 2 ? [data.length] : []),
        ...data,
      ]);
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.array(field).map((all) => Uint8Array.from(all.flat())),
    );
    fc.assert(
      fc.property(any, (data) => {
        const decoded = decodeTyped(orderType, data);
        if ('json' in decoded) JSON.parse(decoded.json);
      }),
      { numRuns: 3000 },
    );
  });
});
