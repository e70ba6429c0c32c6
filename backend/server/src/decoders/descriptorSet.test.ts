import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  type DescriptorProto,
  type FileDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../platform/errors';
import { acceptDescriptorSet, typeOfField } from './descriptorSet';
import { ordersFile, ordersSet, setOf } from './orders.fixture';

type FileInit = Parameters<typeof create<typeof FileDescriptorProtoSchema>>[1];
const file = (name: string, rest: FileInit = {}): FileDescriptorProto =>
  create(FileDescriptorProtoSchema, { name, syntax: 'proto3', ...rest });
const one = { messageType: [{ name: 'M' }] };
const refusal = (bytes: Uint8Array): string => {
  try {
    acceptDescriptorSet(bytes);
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
};

describe('a descriptor set', () => {
  it('has the message types of its files, whatever their order, and no others', () => {
    const { types, files } = acceptDescriptorSet(ordersSet());
    expect(files).toBe(6);
    expect(types.slice(0, 4).map(({ typeName }) => typeName)).toEqual([
      'orders.v1.Order',
      'orders.v1.Order.Item',
      'orders.v1.Order.Voucher',
      'google.protobuf.Any',
    ]);
    expect(types.map(({ typeName }) => typeName)).not.toContain('orders.v1.Order.CountsEntry');
    const turned = setOf(
      file('b.proto', { ...one, package: 'b', dependency: ['a.proto'] }),
      file('a.proto', { ...one, package: 'a' }),
    );
    expect(acceptDescriptorSet(turned).types.map(({ typeName }) => typeName)).toEqual(['a.M', 'b.M']);
  });

  it('needs no copy of the files that every compiler brings along', () => {
    expect(acceptDescriptorSet(setOf(ordersFile())).types.map(({ typeName }) => typeName)).toEqual([
      'orders.v1.Order',
      'orders.v1.Order.Item',
      'orders.v1.Order.Voucher',
    ]);
  });

  it('is kept without comments and places in the source', () => {
    const plain = file('a.proto', one);
    const commented = file('a.proto', {
      ...one,
      sourceCodeInfo: { location: [{ path: [4, 0], span: [1, 2, 3], leadingComments: 'secret '.repeat(100) }] },
    });
    expect(acceptDescriptorSet(setOf(commented)).bytes).toEqual(setOf(plain));
  });

  it('says what a field is as a .proto file would', () => {
    const [order] = acceptDescriptorSet(setOf(ordersFile())).types;
    expect(order?.fields.map((field) => `${typeOfField(field)} ${field.name}`)).toEqual(
      expect.arrayContaining([
        'uint64 id',
        'orders.v1.Status status',
        'repeated orders.v1.Order.Item items',
        'map<string, int32> counts',
        'map<int64, orders.v1.Order.Item> by_number',
        'repeated sint32 scores',
        'google.protobuf.Timestamp placed_at',
      ]),
    );
  });

  const nested = (depth: number): DescriptorProto[] => [
    create(FileDescriptorProtoSchema, { messageType: [{ name: 'N', nestedType: depth > 0 ? nested(depth - 1) : [] }] })
      .messageType[0] as DescriptorProto,
  ];
  const wrongField = (field: { number: number; type: Type; typeName?: string }) =>
    setOf(file('a.proto', { messageType: [{ name: 'M', field: [{ name: 'f', label: Label.OPTIONAL, ...field }] }] }));

  it.each([
    ['nothing', Buffer.alloc(0), /empty/],
    ['a .proto file', Buffer.from('syntax = "proto3";\nmessage M {}\n'), /This is text.*protoc --include_imports/],
    ['a set as JSON', Buffer.from('{"file":[]}'), /This is text/],
    ['gzip', Buffer.from('1f8b0800', 'hex'), /unpack it first/],
    ['random bytes', Buffer.from('ff00ff00ff', 'hex'), /This is no descriptor set/],
    ['a message of something else', Buffer.from('08960110', 'hex'), /This is no descriptor set/],
    ['a cut set', ordersSet().subarray(0, 500), /This is no descriptor set: at byte/],
    [
      'a missing import',
      setOf(file('a.proto', { ...one, dependency: ['shop/money.proto'] })),
      /shop\/money\.proto, imported by a\.proto, is not in .*--include_imports/,
    ],
    [
      'no message types',
      setOf(file('a.proto', { enumType: [{ name: 'E', value: [{ name: 'E_A', number: 0 }] }] })),
      /no message type/,
    ],
    [
      'imports in a ring',
      setOf(file('a.proto', { ...one, dependency: ['b.proto'] }), file('b.proto', { dependency: ['a.proto'] })),
      /imports itself/,
    ],
    ['one file twice', setOf(file('a.proto', one), file('a.proto', one)), /twice/],
    [
      'a type that is not there',
      wrongField({ number: 1, type: Type.MESSAGE, typeName: '.no.Such' }),
      /does not hold together: .*no\.Such/,
    ],
    ['a field number out of range', wrongField({ number: 0, type: Type.INT32 }), /a number that no field may have/],
    ['a name that is none', setOf(file('a.proto', { messageType: [{ name: '__proto__"' }] })), /invalid message name/],
    ['a package that is none', setOf(file('a.proto', { ...one, package: 'a b' })), /package of a\.proto/],
    ['too deep a nesting', setOf(file('a.proto', { messageType: nested(60) })), /deeper than 48/],
    [
      'too long a name',
      setOf(file('a.proto', { messageType: [{ name: 'N'.repeat(600) }] })),
      /more than 512 characters/,
    ],
    [
      'too many types',
      setOf(file('a.proto', { messageType: Array.from({ length: 10_001 }, (_, i) => ({ name: `M${i}` })) })),
      /More than 10,000 types/,
    ],
    [
      'too many values',
      Buffer.from(
        new BinaryWriter()
          .tag(1, WireType.LengthDelimited)
          .bytes(Buffer.alloc(700_000, Buffer.from('2200', 'hex')))
          .finish(),
      ),
      /more than 300,000 values/,
    ],
    [
      'too many bytes',
      setOf(file('a.proto', { ...one, options: { javaPackage: 'x'.repeat(2_200_000) } })),
      /2,097,152 are kept/,
    ],
  ])('%s is refused with a sentence', (_, bytes, sentence) => expect(refusal(bytes)).toMatch(sentence));

  it('never fails otherwise, whatever comes', () => {
    const set = ordersSet();
    const changed = fc
      .array(fc.tuple(fc.nat({ max: set.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 8 })
      .map((changes) => {
        const bytes = Buffer.from(set);
        for (const [at, byte] of changes) bytes[at] = byte;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), changed), (bytes) => {
        try {
          acceptDescriptorSet(bytes);
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          expect(error.status).toBe(422);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('made by the library is the same again', () => {
    const set = create(FileDescriptorSetSchema, { file: [file('a.proto', one)] });
    expect(acceptDescriptorSet(toBinary(FileDescriptorSetSchema, set)).bytes).toEqual(setOf(file('a.proto', one)));
  });
});
