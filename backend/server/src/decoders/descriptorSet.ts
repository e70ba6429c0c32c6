import {
  create,
  createFileRegistry,
  fromBinary,
  ScalarType,
  type DescMessage,
  type FileRegistry,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema, type FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { maxDescriptorBytes } from '@jetstream-console/contract';
import { ApiError } from '../platform/errors';
import { checkNames, inOrder } from './descriptorFiles';
import { lengthOf, tagOf, varint, type Tag } from './protobuf';
import { readTyped } from './protobufTyped';
import { Misfit, TooMuch, Walk, type Bounds } from './reading';

/** Of a descriptor set as a whole: what is made of one value takes about a kilobyte of this process. */
const bounds: Bounds = { depth: 48, values: 300_000 };

export interface DescriptorSet {
  readonly registry: FileRegistry;
  readonly files: number;
  /** message types of the files that were given, by name; without those of map entries */
  readonly types: readonly DescMessage[];
}

/** @param sentence what is wrong, and what to do about it */
export const notDescriptors = (sentence: string, cause?: unknown) =>
  new ApiError(422, 'not_a_descriptor_set', sentence, { cause });

const howTo =
  'Make one with `protoc --include_imports --descriptor_set_out=types.binpb your.proto`, or with `buf build -o types.binpb`.';
const ending = 'Nothing was kept.';

/** Files of text that are taken for a descriptor set: the .proto itself, and a set as JSON. */
function assertBinary(bytes: Uint8Array): void {
  if (bytes.length === 0) throw notDescriptors(`The upload is empty. ${howTo} ${ending}`);
  const beginning = Buffer.from(bytes.subarray(0, 512)).toString('latin1');
  if (
    !/[\u0000-\u0008\u000e-\u001f]/.test(beginning) &&
    /^\s*(syntax|edition|package|import|message|option|\/[/*]|\{)/.test(beginning)
  )
    throw notDescriptors(`This is text, such as a .proto file, and no descriptor set. ${howTo} ${ending}`);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    throw notDescriptors(`This is packed with gzip: unpack it first. ${ending}`);
}

function skip(walk: Walk, { start, wire }: Tag): void {
  if (wire === 0) varint(walk);
  else if (wire === 1 || wire === 5) walk.take(wire === 1 ? 8 : 4);
  else if (wire === 2) walk.take(lengthOf(walk, walk.bytes.length));
  else throw new Misfit(`at byte ${start} stands something that no descriptor set has (wire type ${wire})`);
}

/** The fields of a message that `keep` wants, as they are. */
function only(bytes: Uint8Array, keep: (tag: Tag) => boolean): { tag: Tag; bytes: Uint8Array; from: number }[] {
  const walk = new Walk(bytes, bounds);
  const kept: { tag: Tag; bytes: Uint8Array; from: number }[] = [];
  while (walk.at < bytes.length) {
    const tag = tagOf(walk);
    const from = walk.at;
    skip(walk, tag);
    walk.counted();
    if (keep(tag)) kept.push({ tag, bytes: bytes.subarray(tag.start, walk.at), from: from - tag.start });
  }
  return kept;
}

function asVarint(number: number): number[] {
  const made: number[] = [];
  for (let left = number; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...made, left];
    made.push((left % 128) + 128);
  }
}

const fileField = 1;
const sourceInfoField = 9;

/** The same set without comments and places in the source: names and types do not need them, and they are most of it. */
function withoutSource(bytes: Uint8Array): Buffer {
  const files = only(bytes, ({ field, wire }) => field === fileField && wire === 2);
  return Buffer.concat(
    files.flatMap((file) => {
      const walk = new Walk(file.bytes, bounds);
      walk.at = file.from;
      const length = lengthOf(walk, file.bytes.length);
      const parts = only(walk.take(length), ({ field }) => field !== sourceInfoField).map((part) => part.bytes);
      const size = parts.reduce((sum, part) => sum + part.length, 0);
      return [Uint8Array.from([(fileField << 3) | 2, ...asVarint(size)]), ...parts];
    }),
  );
}

function parsed(bytes: Uint8Array): FileDescriptorProto[] {
  const read = readTyped(new Walk(bytes, bounds), {
    message: FileDescriptorSetSchema,
    registry: { getExtensionFor: () => undefined },
  });
  if (read.known === 0) throw new Misfit('no file is in it');
  // What the walk went through without fault the library reads as well; options of other makers are left out.
  return fromBinary(FileDescriptorSetSchema, bytes, { readUnknownFields: false, recursionLimit: bounds.depth }).file;
}

function linked(files: readonly FileDescriptorProto[]): FileRegistry {
  try {
    return createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
  } catch (error) {
    const why = error instanceof Error && error.message !== '' ? error.message : 'a map in it is none';
    throw notDescriptors(`The descriptor set does not hold together: ${why}. ${howTo} ${ending}`, error);
  }
}

const everybodys = ({ typeName }: DescMessage) => typeName.startsWith('google.protobuf.');
/** Few look for the types that every set has. */
const ownFirst = (a: DescMessage, b: DescMessage): number =>
  Number(everybodys(a)) - Number(everybodys(b)) || (a.typeName < b.typeName ? -1 : 1);

/** What was kept, read again, or what is about to be. @throws ApiError 422 that says what is wrong */
export function readDescriptorSet(bytes: Uint8Array): DescriptorSet {
  let files: FileDescriptorProto[];
  try {
    files = parsed(bytes);
  } catch (error) {
    if (error instanceof TooMuch)
      throw notDescriptors(
        `The descriptor set is too large: ${error.message}. Leave out files that no message needs. ${ending}`,
        error,
      );
    const why = error instanceof Error ? error.message : String(error);
    throw notDescriptors(`This is no descriptor set: ${why}. ${howTo} ${ending}`, error);
  }
  const wrong = checkNames(files);
  if (wrong !== null) throw notDescriptors(`${wrong} ${ending}`);
  const ordered = inOrder(files);
  if (typeof ordered === 'string') throw notDescriptors(`${ordered} ${ending}`);
  const registry = linked(ordered);
  const given = new Set(files.map(({ name }) => name));
  const types = [...registry]
    .filter((type): type is DescMessage => type.kind === 'message' && given.has(type.file.proto.name))
    .sort(ownFirst);
  if (types.length === 0)
    throw notDescriptors(
      `There is no message type in this descriptor set, so nothing could be decoded by it. ${ending}`,
    );
  return { registry, files: files.length, types };
}

/** An upload as it is kept, and what is in it. @throws ApiError 422 */
export function acceptDescriptorSet(upload: Uint8Array): DescriptorSet & { readonly bytes: Buffer } {
  assertBinary(upload);
  let bytes: Buffer;
  try {
    bytes = withoutSource(upload);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    throw notDescriptors(`This is no descriptor set: ${error.message}. ${howTo} ${ending}`, error);
  }
  if (bytes.length > maxDescriptorBytes)
    throw notDescriptors(
      `The descriptor set has ${bytes.length.toLocaleString('en')} bytes without comments, and at most ${maxDescriptorBytes.toLocaleString('en')} are kept. Leave out files that no message needs. ${ending}`,
    );
  return { ...readDescriptorSet(bytes), bytes };
}

/** `repeated string`, `map<string, orders.v1.Item>`, as a .proto file would say it. */
export function typeOfField(field: DescMessage['fields'][number]): string {
  const named = field.message?.typeName ?? field.enum?.typeName ?? scalarName(field.scalar);
  if (field.fieldKind === 'list') return `repeated ${named}`;
  return field.fieldKind === 'map' ? `map<${scalarName(field.mapKey)}, ${named}>` : named;
}
const scalarName = (type: ScalarType | undefined): string =>
  type === undefined ? 'unknown' : (ScalarType[type]?.toLowerCase() ?? String(type));
