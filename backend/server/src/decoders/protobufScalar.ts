import { ScalarType } from '@bufbuild/protobuf';
import { lengthOf, varint } from './protobuf';
import { inDigits, inNumber, type Walk } from './reading';

interface Read {
  /** of the wire, as in `Tag` */
  readonly wire: 0 | 1 | 2 | 5;
  readonly value: (walk: Walk, end: number) => string;
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const zigzag = (whole: bigint): bigint => (whole >> 1n) ^ -(whole & 1n);
/** Numbers of 32 bits may be written with more: what is above is cut off, as the encoding guide says. */
const int32 = (whole: bigint): string => BigInt.asIntN(32, whole).toString();

/** The shortest digits that come to the same number of 32 bits: 0.1, and not 0.10000000149011612. */
function inFloat(number: number): string {
  if (!Number.isFinite(number)) return inNumber(number);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(number.toPrecision(digits));
    if (Math.fround(short) === number) return inNumber(short);
  }
  return inNumber(number);
}

const inBase64 = (bytes: Uint8Array): string =>
  `"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}"`;

/** How each scalar type stands on the wire (protobuf.dev, encoding), as JSON. */
const scalars: Readonly<Record<ScalarType, Read>> = {
  [ScalarType.DOUBLE]: { wire: 1, value: (walk) => inNumber(view(walk.take(8)).getFloat64(0, true)) },
  [ScalarType.FLOAT]: { wire: 5, value: (walk) => inFloat(view(walk.take(4)).getFloat32(0, true)) },
  [ScalarType.INT64]: { wire: 0, value: (walk) => inDigits(BigInt.asIntN(64, varint(walk))) },
  [ScalarType.UINT64]: { wire: 0, value: (walk) => inDigits(varint(walk)) },
  [ScalarType.INT32]: { wire: 0, value: (walk) => int32(varint(walk)) },
  [ScalarType.FIXED64]: { wire: 1, value: (walk) => inDigits(view(walk.take(8)).getBigUint64(0, true)) },
  [ScalarType.FIXED32]: { wire: 5, value: (walk) => String(view(walk.take(4)).getUint32(0, true)) },
  [ScalarType.BOOL]: { wire: 0, value: (walk) => String(varint(walk) !== 0n) },
  [ScalarType.STRING]: { wire: 2, value: (walk, end) => walk.text(walk.take(lengthOf(walk, end))) },
  [ScalarType.BYTES]: { wire: 2, value: (walk, end) => inBase64(walk.take(lengthOf(walk, end))) },
  [ScalarType.UINT32]: { wire: 0, value: (walk) => BigInt.asUintN(32, varint(walk)).toString() },
  [ScalarType.SFIXED32]: { wire: 5, value: (walk) => String(view(walk.take(4)).getInt32(0, true)) },
  [ScalarType.SFIXED64]: { wire: 1, value: (walk) => inDigits(view(walk.take(8)).getBigInt64(0, true)) },
  [ScalarType.SINT32]: { wire: 0, value: (walk) => int32(zigzag(BigInt.asUintN(32, varint(walk)))) },
  [ScalarType.SINT64]: { wire: 0, value: (walk) => inDigits(zigzag(varint(walk))) },
};

export const scalarOf = (type: ScalarType): Read => scalars[type];
export const isScalar = (type: number): type is ScalarType => Object.hasOwn(scalars, type);

/** An enum's name for its number; a number that has none is shown as it is. */
export const enumRead = (names: Readonly<Record<number, { readonly name: string }>>): Read => ({
  wire: 0,
  value: (walk) => {
    const number = Number(BigInt.asIntN(32, varint(walk)));
    const known = Object.hasOwn(names, number) ? names[number] : undefined;
    return known === undefined ? String(number) : JSON.stringify(known.name);
  },
});

/** What a map has where an entry leaves its key or its value out. */
export function zeroOf(type: ScalarType): string {
  if (type === ScalarType.STRING || type === ScalarType.BYTES) return '""';
  return type === ScalarType.BOOL ? 'false' : '0';
}
