import protobuf from 'protobufjs/minimal.js';

type Reader = protobuf.Reader;
type Writer = protobuf.Writer;

/** protobuf's wire types that these messages use */
const varint = 0;
const delimited = 2;

/** How one value is read and written, without its tag. */
export interface Kind<T> {
  readonly wire: typeof varint | typeof delimited;
  readonly zero: () => T;
  isZero(value: T): boolean;
  read(reader: Reader): T;
  write(writer: Writer, value: T): void;
}

/** One field of a message: its number, what stands for absence, how it grows while reading. */
export interface Field<T> {
  readonly number: number;
  readonly wire: typeof varint | typeof delimited;
  readonly zero: () => T;
  read(reader: Reader, before: T): T;
  write(writer: Writer, value: T): void;
}

type Shape = Readonly<Record<string, Field<unknown>>>;
type Of<S> = { [K in keyof S]: S[K] extends Field<infer T> ? T : never };

export interface Message<T> extends Kind<T> {
  /** @throws Error when the bytes are no such message */
  decode(bytes: Uint8Array): T;
  /** absent fields take their zero */
  encode(value: Partial<T>): Buffer;
  make(value: Partial<T>): T;
}

export type Decoded<M> = M extends Message<infer T> ? T : never;

const simple = <T>(
  wire: Kind<T>['wire'],
  zero: () => T,
  isZero: (value: T) => boolean,
  read: (reader: Reader) => T,
  write: (writer: Writer, value: T) => void,
): Kind<T> => ({ wire, zero, isZero, read, write });

/** protobufjs gives halves where the package `long` is there, a number where it is not. */
const asNumber = (value: number | { low: number; high: number }): number =>
  typeof value === 'number' ? value : value.high * 2 ** 32 + (value.low >>> 0);

export const text = simple<string>(
  delimited,
  () => '',
  (v) => v === '',
  (r) => r.string(),
  (w, v) => void w.string(v),
);
/** A view on the received message: nothing is copied. */
export const bytes = simple<Uint8Array>(
  delimited,
  () => new Uint8Array(0),
  (v) => v.length === 0,
  (r) => r.bytes(),
  (w, v) => void w.bytes(v),
);
export const int32 = simple<number>(
  varint,
  () => 0,
  (v) => v === 0,
  (r) => r.int32(),
  (w, v) => void w.int32(v),
);
/** Ids and milliseconds: below 2^53, so a number holds them. */
export const int64 = simple<number>(
  varint,
  () => 0,
  (v) => v === 0,
  (r) => asNumber(r.int64()),
  (w, v) => void w.int64(v),
);
export const bool = simple<boolean>(
  varint,
  () => false,
  (v) => !v,
  (r) => r.bool(),
  (w, v) => void w.bool(v),
);

const tag = (number: number, wire: number): number => (number << 3) | wire;

export const one = <T>(number: number, kind: Kind<T>): Field<T> => ({
  number,
  wire: kind.wire,
  zero: kind.zero,
  read: (reader) => kind.read(reader),
  write: (writer, value) => {
    if (kind.isZero(value)) return;
    writer.uint32(tag(number, kind.wire));
    kind.write(writer, value);
  },
});

/** A message that may be absent, which is not the same as an empty one. */
export const maybe = <T>(number: number, kind: Kind<T>): Field<T | undefined> => ({
  number,
  wire: kind.wire,
  zero: () => undefined,
  read: (reader) => kind.read(reader),
  write: (writer, value) => {
    if (value === undefined) return;
    writer.uint32(tag(number, kind.wire));
    kind.write(writer, value);
  },
});

export const many = <T>(number: number, kind: Kind<T>): Field<readonly T[]> => ({
  number,
  wire: kind.wire,
  zero: () => [],
  read: (reader, before) => [...before, kind.read(reader)],
  write: (writer, values) => {
    for (const value of values) {
      writer.uint32(tag(number, kind.wire));
      kind.write(writer, value);
    }
  },
});

/** A map with text keys. A Map and not an object: the keys come from outside. */
export const mapped = <T>(number: number, kind: Kind<T>): Field<ReadonlyMap<string, T>> => {
  const entry = message({ key: one(1, text), value: one(2, kind) });
  return {
    number,
    wire: delimited,
    zero: () => new Map(),
    read: (reader, before) => {
      const { key, value } = entry.read(reader);
      return new Map(before).set(key, value);
    },
    write: (writer, values) => {
      for (const [key, value] of values) {
        writer.uint32(tag(number, delimited));
        entry.write(writer, { key, value });
      }
    },
  };
};

export function message<S extends Shape>(shape: S): Message<Of<S>> {
  type T = Of<S>;
  const fields = Object.entries(shape);
  const byNumber = new Map(fields.map(([name, field]) => [field.number, { name, field }]));
  const make = (value: Partial<T>): T =>
    Object.fromEntries(fields.map(([name, field]) => [name, value[name] ?? field.zero()])) as T;

  const readFields = (reader: Reader, end: number): T => {
    const value: Record<string, unknown> = make({});
    while (reader.pos < end) {
      const key = reader.uint32();
      const known = byNumber.get(key >>> 3);
      if (!known) {
        reader.skipType(key & 7);
        continue;
      }
      if ((key & 7) !== known.field.wire) throw new Error(`field ${known.name} has wire type ${key & 7}`);
      value[known.name] = known.field.read(reader, value[known.name]);
    }
    if (reader.pos !== end) throw new Error('a field reaches over the end of its message');
    return value as T;
  };
  const writeFields = (writer: Writer, value: Partial<T>): void => {
    for (const [name, field] of fields) {
      const given: unknown = value[name];
      if (given !== undefined) field.write(writer, given);
    }
  };

  return {
    wire: delimited,
    zero: () => make({}),
    // Written even where empty: presence is what a sub-message says.
    isZero: () => false,
    make,
    read: (reader) => {
      const length = reader.uint32();
      const end = reader.pos + length;
      if (end > reader.len) throw new RangeError('a message reaches over the end of what was received');
      return readFields(reader, end);
    },
    write: (writer, value) => {
      writer.fork();
      writeFields(writer, value);
      writer.ldelim();
    },
    decode: (received) => {
      const reader = protobuf.Reader.create(received);
      return readFields(reader, reader.len);
    },
    encode: (value) => {
      const writer = protobuf.Writer.create();
      writeFields(writer, value);
      const { buffer, byteOffset, length } = writer.finish();
      return Buffer.from(buffer, byteOffset, length);
    },
  };
}
