import { create, createFileRegistry, fromBinary, fromJson, toBinary, type JsonValue } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  type FileDescriptorProto,
} from '@bufbuild/protobuf/wkt';

interface Rest {
  readonly label?: Label;
  readonly typeName?: string;
  readonly oneofIndex?: number;
}
const field = (number: number, name: string, type: Type, rest: Rest = {}) => ({
  number,
  name,
  type,
  label: Label.OPTIONAL,
  ...rest,
});
const of = (number: number, name: string, typeName: string, rest: Rest = {}) =>
  field(number, name, Type.MESSAGE, { typeName, ...rest });
const repeated = { label: Label.REPEATED };
const well = (name: string) => `.google.protobuf.${name}`;

const imports = [
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
];

/** orders.proto, as protoc describes it: something of everything that proto3 has. */
export const ordersFile = (): FileDescriptorProto =>
  create(FileDescriptorProtoSchema, {
    name: 'orders/v1/orders.proto',
    package: 'orders.v1',
    syntax: 'proto3',
    dependency: imports.map(({ proto }) => proto.name),
    enumType: [
      {
        name: 'Status',
        value: [
          { name: 'STATUS_UNSPECIFIED', number: 0 },
          { name: 'STATUS_PAID', number: 1 },
          { name: 'STATUS_LOST', number: -1 },
        ],
      },
    ],
    messageType: [
      {
        name: 'Order',
        field: [
          field(1, 'id', Type.UINT64),
          field(2, 'city', Type.STRING),
          field(3, 'status', Type.ENUM, { typeName: '.orders.v1.Status' }),
          of(4, 'items', '.orders.v1.Order.Item', repeated),
          of(5, 'counts', '.orders.v1.Order.CountsEntry', repeated),
          field(6, 'card', Type.STRING, { oneofIndex: 0 }),
          of(7, 'voucher', '.orders.v1.Order.Voucher', { oneofIndex: 0 }),
          field(8, 'scores', Type.SINT32, repeated),
          field(9, 'seal', Type.BYTES),
          field(10, 'price', Type.DOUBLE),
          field(11, 'weight', Type.FLOAT),
          field(12, 'balance', Type.SINT64),
          field(13, 'gift', Type.BOOL),
          of(14, 'placed_at', well('Timestamp')),
          of(15, 'took', well('Duration')),
          of(16, 'extra', well('Struct')),
          of(17, 'detail', well('Any')),
          of(18, 'note', well('StringValue')),
          of(19, 'previous', '.orders.v1.Order'),
          field(20, 'fixed', Type.SFIXED64),
          field(21, 'small', Type.INT32),
          of(22, 'by_number', '.orders.v1.Order.ByNumberEntry', repeated),
        ],
        oneofDecl: [{ name: 'paid_with' }],
        nestedType: [
          { name: 'Item', field: [field(1, 'sku', Type.STRING), field(2, 'n', Type.UINT32)] },
          { name: 'Voucher', field: [field(1, 'code', Type.STRING), field(2, 'value', Type.INT64)] },
          {
            name: 'CountsEntry',
            options: { mapEntry: true },
            field: [field(1, 'key', Type.STRING), field(2, 'value', Type.INT32)],
          },
          {
            name: 'ByNumberEntry',
            options: { mapEntry: true },
            field: [field(1, 'key', Type.INT64), of(2, 'value', '.orders.v1.Order.Item')],
          },
        ],
      },
    ],
  });

export const setOf = (...file: FileDescriptorProto[]): Buffer =>
  Buffer.from(toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file })));

/** What `protoc --include_imports --descriptor_set_out` writes for orders.proto. */
export const ordersSet = (): Buffer => setOf(...imports.map(({ proto }) => proto), ordersFile());

/** A message in the JSON of Protobuf, as its bytes. */
export function encoded(set: Uint8Array, typeName: string, json: JsonValue): Buffer {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, set));
  const type = registry.getMessage(typeName);
  if (!type) throw new Error(`no message type ${typeName}`);
  return Buffer.from(toBinary(type, fromJson(type, json, { registry })));
}
