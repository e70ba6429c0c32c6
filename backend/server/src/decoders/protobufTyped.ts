import type { DescEnum, DescExtension, DescField, DescMessage, DescOneof, Registry } from '@bufbuild/protobuf';
import { lengthOf, tagOf, valueOf, type Tag } from './protobuf';
import { enumRead, scalarOf, zeroOf } from './protobufScalar';
import { Misfit, type Walk } from './reading';

/** A message type, and the types around it. */
export interface MessageType {
  readonly message: DescMessage;
  readonly registry: Pick<Registry, 'getExtensionFor'>;
}

export type Field = DescField | DescExtension;
/** JSON text, or a message inside */
type Value = string | Held;

/** What the bytes of one message hold. It is written out once all of them are read: a later part may add to an earlier one. */
export class Held {
  readonly fields = new Map<Field, Value | Value[] | Map<string, Value>>();
  readonly unknown = new Map<number, string[]>();
  private readonly chosen = new Map<DescOneof, Field>();
  constructor(readonly type: DescMessage) {}

  /** Of a oneof the last member that came is the one that is there. */
  put(field: Field, value: Value): void {
    if (field.oneof) {
      const before = this.chosen.get(field.oneof);
      if (before && before !== field) this.fields.delete(before);
      this.chosen.set(field.oneof, field);
    }
    this.fields.set(field, value);
  }
  /** A message that comes in parts is merged (encoding guide, "last one wins"). */
  inner(field: Field, type: DescMessage): Held {
    const known = this.fields.get(field);
    return known instanceof Held ? known : new Held(type);
  }
  list(field: Field): Value[] {
    const known = this.fields.get(field);
    if (Array.isArray(known)) return known;
    const made: Value[] = [];
    this.fields.set(field, made);
    return made;
  }
  map(field: Field): Map<string, Value> {
    const known = this.fields.get(field);
    if (known instanceof Map) return known;
    const made = new Map<string, Value>();
    this.fields.set(field, made);
    return made;
  }
}

const numbered = new WeakMap<DescMessage, Map<number, Field>>();
function fieldsOf(type: DescMessage): Map<number, Field> {
  const known = numbered.get(type);
  if (known) return known;
  const made = new Map<number, Field>(type.fields.map((field) => [field.number, field]));
  numbered.set(type, made);
  return made;
}

const onWire: Readonly<Record<number, string>> = {
  0: 'a number',
  1: '8 bytes',
  2: 'a length and bytes',
  3: 'the beginning of a group',
  4: 'the end of a group',
  5: '4 bytes',
};

/** The walk through one payload as a type. */
class Reading {
  /** fields that the types have, and that they do not */
  known = 0;
  unknown = 0;

  constructor(
    private readonly walk: Walk,
    private readonly registry: MessageType['registry'],
  ) {}

  /** @param group the field whose end closes it; null where it ends with its bytes */
  message(into: Held, end: number, group: number | null): Held {
    const { walk } = this;
    return walk.inside(() => {
      const fields = fieldsOf(into.type);
      while (group !== null || walk.at < end) {
        const tag = tagOf(walk);
        if (tag.wire === 4 && tag.field === group) break;
        walk.counted();
        const field = fields.get(tag.field) ?? this.registry.getExtensionFor(into.type, tag.field);
        if (field) this.field(into, field, tag, end);
        else this.unknownField(into, tag, end);
      }
      if (walk.at > end) throw new Misfit(`a field runs over the end of its message at byte ${end}`);
      return into;
    });
  }

  private unknownField(into: Held, tag: Tag, end: number): void {
    this.unknown++;
    const values = into.unknown.get(tag.field);
    const value = valueOf(this.walk, end, tag);
    if (values) values.push(value);
    else into.unknown.set(tag.field, [value]);
  }

  private field(into: Held, field: Field, tag: Tag, end: number): void {
    this.known++;
    switch (field.fieldKind) {
      case 'scalar':
        return into.put(field, this.single(field, scalarOf(field.scalar), tag, end));
      case 'enum':
        return into.put(field, this.single(field, enumRead(field.enum.value), tag, end));
      case 'message':
        return into.put(field, this.inner(into.inner(field, field.message), field, tag, end, field.delimitedEncoding));
      case 'map':
        return this.entry(into.map(field), field, tag, end);
      case 'list':
        return this.items(into.list(field), field, tag, end);
    }
  }

  private expect(field: Field, tag: Tag, wire: number): void {
    if (tag.wire !== wire)
      throw new Misfit(
        `at byte ${tag.start} field ${tag.field} is ${onWire[tag.wire] ?? `of wire type ${tag.wire}`}, where ${field.name} is ${onWire[wire] ?? 'something else'}`,
      );
  }
  private single(field: Field, read: ReturnType<typeof scalarOf>, tag: Tag, end: number): string {
    this.expect(field, tag, read.wire);
    return read.value(this.walk, end);
  }
  private inner(into: Held, field: Field, tag: Tag, end: number, delimited: boolean): Held {
    this.expect(field, tag, delimited ? 3 : 2);
    if (delimited) return this.message(into, end, tag.field);
    const length = lengthOf(this.walk, end);
    return this.message(into, this.walk.at + length, null);
  }

  /** Numbers may stand packed or one by one, whichever the type says (encoding guide, "packed"). */
  private items(into: Value[], field: Extract<Field, { fieldKind: 'list' }>, tag: Tag, end: number): void {
    const { walk } = this;
    if (field.listKind === 'message') {
      into.push(this.inner(new Held(field.message), field, tag, end, field.delimitedEncoding));
      return;
    }
    const read = field.listKind === 'enum' ? enumRead(field.enum.value) : scalarOf(field.scalar);
    if (tag.wire !== 2 || read.wire === 2) {
      into.push(this.single(field, read, tag, end));
      return;
    }
    const length = lengthOf(walk, end);
    const stop = walk.at + length;
    while (walk.at < stop) {
      walk.counted();
      into.push(read.value(walk, stop));
    }
    if (walk.at > stop) throw new Misfit(`a number of ${field.name} runs over the end of its list at byte ${stop}`);
  }

  private entry(
    into: Map<string, Value>,
    field: Extract<DescField, { fieldKind: 'map' }>,
    tag: Tag,
    end: number,
  ): void {
    this.expect(field, tag, 2);
    const { walk } = this;
    const length = lengthOf(walk, end);
    const stop = walk.at + length;
    const found = walk.inside(() => {
      const parts: { key?: string; value?: Value } = {};
      while (walk.at < stop) {
        const part = tagOf(walk);
        walk.counted();
        if (part.field === 1) parts.key = this.single(field, scalarOf(field.mapKey), part, stop);
        else if (part.field === 2) parts.value = this.mapValue(field, parts.value, part, stop);
        else valueOf(walk, stop, part);
      }
      return parts;
    });
    if (walk.at > stop) throw new Misfit(`an entry of ${field.name} runs over its end at byte ${stop}`);
    const { key = zeroOf(field.mapKey), value = emptyOf(field) } = found;
    into.set(key.startsWith('"') ? key : JSON.stringify(key), value);
  }
  private mapValue(
    field: Extract<DescField, { fieldKind: 'map' }>,
    before: Value | undefined,
    tag: Tag,
    end: number,
  ): Value {
    switch (field.mapKind) {
      case 'message':
        return this.inner(before instanceof Held ? before : new Held(field.message), field, tag, end, false);
      case 'enum':
        return this.single(field, enumRead(field.enum.value), tag, end);
      case 'scalar':
        return this.single(field, scalarOf(field.scalar), tag, end);
    }
  }
}

const firstOf = (type: DescEnum): string => JSON.stringify(type.values[0]?.name ?? '0');
function emptyOf(field: Extract<DescField, { fieldKind: 'map' }>): Value {
  if (field.mapKind === 'message') return new Held(field.message);
  return field.mapKind === 'enum' ? firstOf(field.enum) : zeroOf(field.scalar);
}

export interface TypedMessage {
  readonly held: Held;
  /** fields at all depths that the type has, and that it does not */
  readonly known: number;
  readonly unknown: number;
}

/** The bytes as a message of a type. @throws Misfit where they are none, or hold more than the bounds of the walk */
export function readTyped(walk: Walk, { message, registry }: MessageType): TypedMessage {
  const reading = new Reading(walk, registry);
  const held = reading.message(new Held(message), walk.bytes.length, null);
  return { held, known: reading.known, unknown: reading.unknown };
}

export interface Entry {
  readonly name: string;
  readonly json: string;
}

/** The fields of a message by name, without those that its type does not have. @param json of a message inside */
export function entriesOf(held: Held, json: (inner: Held) => string): Entry[] {
  const one = (value: Value) => (typeof value === 'string' ? value : json(value));
  const shown = (value: Value | Value[] | Map<string, Value>): string => {
    if (Array.isArray(value)) return `[${value.map(one).join(',')}]`;
    if (value instanceof Map) return `{${[...value].map(([key, inner]) => `${key}:${one(inner)}`).join(',')}}`;
    return one(value);
  };
  return [...held.fields].map(([field, value]) => ({
    name: field.kind === 'extension' ? `[${field.typeName}]` : field.name,
    json: shown(value),
  }));
}
