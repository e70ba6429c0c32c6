import { inBytes, inDigits, inNumber, inTime, Misfit, type Walk } from './reading';

const indefinite = 31;
const breakByte = 0xff;
/** Digits of a larger integer cost more than anybody reads. */
const longestInteger = 512;

/** The argument of a head (RFC 8949, 3): in the head, or in the 1, 2, 4 or 8 bytes after it. */
function argument(walk: Walk, info: number): bigint {
  if (info < 24) return BigInt(info);
  switch (info) {
    case 24:
      return BigInt(walk.u8());
    case 25:
      return BigInt(walk.u16());
    case 26:
      return BigInt(walk.u32());
    case 27:
      return walk.u64();
    default:
      throw new Misfit(`at byte ${walk.at - 1} stands a length that the format does not have`);
  }
}

/** A length that is not there anyway needs no more digits than the bytes have. */
const lengthOf = (walk: Walk, info: number): number => Number(argument(walk, info));

function ends(walk: Walk): boolean {
  if (walk.bytes[walk.at] !== breakByte) return false;
  walk.at++;
  return true;
}

/** The bytes of a string; one of indefinite length comes in chunks of its own kind. */
function stringBytes(walk: Walk, major: number, info: number): Uint8Array {
  if (info !== indefinite) return walk.take(lengthOf(walk, info));
  const chunks: Uint8Array[] = [];
  while (!ends(walk)) {
    walk.counted();
    const head = walk.u8();
    if (head >> 5 !== major || (head & 31) === indefinite)
      throw new Misfit(`at byte ${walk.at - 1} stands something else inside a string that comes in parts`);
    chunks.push(walk.take(lengthOf(walk, head & 31)));
  }
  return Buffer.concat(chunks);
}

function many(walk: Walk, info: number, each: number): (i: number) => boolean {
  if (info === indefinite) return () => !ends(walk);
  const length = lengthOf(walk, info);
  walk.room(each * length);
  return (i) => i < length;
}

/** Half precision: sign, five bits of exponent, ten of fraction (RFC 8949, appendix D). */
function half(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function simple(walk: Walk, info: number): string {
  switch (info) {
    case 20:
      return 'false';
    case 21:
      return 'true';
    case 22:
    case 23:
      return 'null';
    case 25:
      return inNumber(half(walk.u16()));
    case 26:
      return inNumber(walk.f32());
    case 27:
      return inNumber(walk.f64());
    case indefinite:
      throw new Misfit(`at byte ${walk.at - 1} stands an end without a beginning`);
    default:
      return `{"simple":${argument(walk, info)}}`;
  }
}

const wholeOf = (bytes: Uint8Array) => BigInt(bytes.length === 0 ? 0 : `0x${Buffer.from(bytes).toString('hex')}`);
const uuidOf = (hex: string) => `"${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}"`;

/** Seconds since 1970, whole or not (RFC 8949, 3.4.2). */
function epoch(said: string): string | null {
  const seconds = Number(said.replaceAll('"', ''));
  if (!Number.isFinite(seconds)) return null;
  const whole = Math.floor(seconds);
  // A double has microseconds of a time of today, and no more.
  return inTime(BigInt(whole), Math.round((seconds - whole) * 1e6) * 1000);
}

/** Tags of bytes: integers of any size (2, 3) and UUIDs (37). */
function taggedBytes(tag: bigint, bytes: Uint8Array): string | null {
  if (tag === 37n && bytes.length === 16) return uuidOf(Buffer.from(bytes).toString('hex'));
  if ((tag !== 2n && tag !== 3n) || bytes.length > longestInteger) return null;
  const whole = wholeOf(bytes);
  return inDigits(tag === 2n ? whole : -1n - whole);
}

/** Text that is a date-time (0), URI (32), base64 (33, 34), expression (35) or MIME (36), and the mark of CBOR itself. */
const transparent = new Set([0n, 32n, 33n, 34n, 35n, 36n, 55799n]);

function tagged(walk: Walk, info: number): string {
  const tag = argument(walk, info);
  const head = walk.bytes[walk.at] ?? 0;
  if (head >> 5 === 2) {
    walk.counted();
    walk.at++;
    const bytes = stringBytes(walk, 2, head & 31);
    return taggedBytes(tag, bytes) ?? `{"tag":${inDigits(tag)},"value":${inBytes(bytes)}}`;
  }
  const value = walk.inside(() => readCbor(walk));
  if (transparent.has(tag) && (tag === 55799n || value.startsWith('"'))) return value;
  const time = tag === 1n && /^-?[\d"]/.test(value) ? epoch(value) : null;
  return time ?? `{"tag":${inDigits(tag)},"value":${value}}`;
}

/** One value of CBOR as JSON. @throws Misfit */
export function readCbor(walk: Walk): string {
  walk.counted();
  const head = walk.u8();
  const info = head & 31;
  const value = () => readCbor(walk);
  switch (head >> 5) {
    case 0:
      return inDigits(argument(walk, info));
    case 1:
      return inDigits(-1n - argument(walk, info));
    case 2:
      return inBytes(stringBytes(walk, 2, info));
    case 3:
      return walk.text(stringBytes(walk, 3, info));
    case 4:
      return walk.list(many(walk, info, 1), value);
    case 5:
      return walk.map(many(walk, info, 2), value);
    case 6:
      return tagged(walk, info);
    default:
      return simple(walk, info);
  }
}
