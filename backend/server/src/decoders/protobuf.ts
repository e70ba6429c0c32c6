import { inBytes, inDigits, Misfit, TooMuch, utf8, type Walk } from './reading';

const largestField = 2 ** 29 - 1;
const control = /[\u0000-\u001f\u007f]/;

/** Base 128, least significant group first; the tenth byte has room for one bit of 64. */
export function varint(walk: Walk): bigint {
  const start = walk.at;
  let whole = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = walk.u8();
    whole |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) {
      if (whole > 0xffff_ffff_ffff_ffffn) break;
      return whole;
    }
  }
  throw new Misfit(`at byte ${start} stands a number of more than 64 bits`);
}

export interface Tag {
  readonly start: number;
  readonly field: number;
  /** 0: varint, 1: 8 bytes, 2: bytes with their length, 3 and 4: begin and end of a group, 5: 4 bytes */
  readonly wire: number;
}
export function tagOf(walk: Walk): Tag {
  const start = walk.at;
  const tag = varint(walk);
  const field = Number(tag >> 3n);
  if (field < 1 || field > largestField) throw new Misfit(`at byte ${start} stands a field number out of range`);
  return { start, field, wire: Number(tag & 7n) };
}

/** The length of what comes next, which has to fit before `end`. */
export function lengthOf(walk: Walk, end: number): number {
  const start = walk.at;
  const length = varint(walk);
  if (length > BigInt(end - walk.at))
    throw new Misfit(`at byte ${start} it says that ${length} bytes follow, and ${end - walk.at} do`);
  return Number(length);
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/**
 * Text, bytes and messages look alike on the wire. Text without control characters is text; else a message where one
 * takes up every byte (most begin with a control character); else text of several lines, or bytes.
 */
function delimited(walk: Walk, end: number): string {
  const length = lengthOf(walk, end);
  const { at, depth } = walk;
  const bytes = walk.take(length);
  const text = textOf(bytes);
  if (text !== null && !control.test(text)) return JSON.stringify(text);
  walk.at = at;
  try {
    return message(walk, at + bytes.length, null);
  } catch (error) {
    // Beyond the bounds it ends: what was looked at in vain counts, or hostile bytes would be looked at again and again.
    if (!(error instanceof Misfit) || error instanceof TooMuch) throw error;
    walk.at = at + bytes.length;
    walk.depth = depth;
    return text === null || /[^\P{Cc}\t\n\r]/u.test(text) ? inBytes(bytes) : JSON.stringify(text);
  }
}

/** The value of a field of which nothing but its tag is known. */
export function valueOf(walk: Walk, end: number, { field, wire }: Tag): string {
  switch (wire) {
    case 0:
      return inDigits(varint(walk));
    case 1:
      return inBytes(walk.take(8));
    case 2:
      return delimited(walk, end);
    case 3:
      return message(walk, end, field);
    case 5:
      return inBytes(walk.take(4));
    default:
      throw new Misfit(`field ${field} before byte ${walk.at} has wire type ${wire}, which does not begin a value`);
  }
}

/** Entries of a JSON object; a field that came more than once is a list. */
export const byNumber = (fields: ReadonlyMap<number, readonly string[]>): string[] =>
  [...fields].map(
    ([field, values]) => `"${field}":${values.length === 1 ? (values[0] ?? '') : `[${values.join(',')}]`}`,
  );

/** @param group the field whose end closes it; null where it ends with its bytes */
function message(walk: Walk, end: number, group: number | null): string {
  return walk.inside(() => {
    const fields = new Map<number, string[]>();
    while (group !== null || walk.at < end) {
      const tag = tagOf(walk);
      const { field } = tag;
      if (tag.wire === 4 && field === group) break;
      walk.counted();
      const value = valueOf(walk, end, tag);
      const known = fields.get(field);
      if (known) known.push(value);
      else fields.set(field, [value]);
    }
    if (walk.at > end) throw new Misfit(`a field runs over the end of its message at byte ${end}`);
    return `{${byNumber(fields).join(',')}}`;
  });
}

/** A message of Protobuf without its type: fields by number, as `protoc --decode_raw` does. @throws Misfit */
export const readProtobuf = (walk: Walk): string => message(walk, walk.bytes.length, null);
