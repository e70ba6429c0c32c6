import { inBytes, inDigits, inNumber, inTime, Misfit, type Walk } from './reading';

/** Extension type -1 (MessagePack specification, "Timestamp extension type"): 32, 64 or 96 bits. */
function timestamp(data: Uint8Array): string | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  switch (data.length) {
    case 4:
      return inTime(BigInt(view.getUint32(0)), 0);
    case 8: {
      const both = view.getBigUint64(0);
      return inTime(both & 0x3_ffff_ffffn, Number(both >> 34n));
    }
    case 12:
      return inTime(view.getBigInt64(4), view.getUint32(0));
    default:
      return null;
  }
}

function extension(walk: Walk, length: number): string {
  const type = walk.i8();
  const data = walk.take(length);
  const time = type === -1 ? timestamp(data) : null;
  return time ?? `{"ext":${type},"data":${inBytes(data)}}`;
}

function list(walk: Walk, length: number): string {
  walk.room(length);
  return walk.list(
    (i) => i < length,
    () => readMsgpack(walk),
  );
}
function map(walk: Walk, length: number): string {
  walk.room(2 * length);
  return walk.map(
    (i) => i < length,
    () => readMsgpack(walk),
  );
}
const text = (walk: Walk, length: number) => walk.text(walk.take(length));
const bytes = (walk: Walk, length: number) => inBytes(walk.take(length));

/** What stands behind the bytes 0xc0 to 0xdf; 0xc1 is never used. */
const forms: Readonly<Record<number, (walk: Walk) => string>> = {
  0xc0: () => 'null',
  0xc2: () => 'false',
  0xc3: () => 'true',
  0xc4: (w) => bytes(w, w.u8()),
  0xc5: (w) => bytes(w, w.u16()),
  0xc6: (w) => bytes(w, w.u32()),
  0xc7: (w) => extension(w, w.u8()),
  0xc8: (w) => extension(w, w.u16()),
  0xc9: (w) => extension(w, w.u32()),
  0xca: (w) => inNumber(w.f32()),
  0xcb: (w) => inNumber(w.f64()),
  0xcc: (w) => String(w.u8()),
  0xcd: (w) => String(w.u16()),
  0xce: (w) => String(w.u32()),
  0xcf: (w) => inDigits(w.u64()),
  0xd0: (w) => String(w.i8()),
  0xd1: (w) => String(w.i16()),
  0xd2: (w) => String(w.i32()),
  0xd3: (w) => inDigits(w.i64()),
  0xd4: (w) => extension(w, 1),
  0xd5: (w) => extension(w, 2),
  0xd6: (w) => extension(w, 4),
  0xd7: (w) => extension(w, 8),
  0xd8: (w) => extension(w, 16),
  0xd9: (w) => text(w, w.u8()),
  0xda: (w) => text(w, w.u16()),
  0xdb: (w) => text(w, w.u32()),
  0xdc: (w) => list(w, w.u16()),
  0xdd: (w) => list(w, w.u32()),
  0xde: (w) => map(w, w.u16()),
  0xdf: (w) => map(w, w.u32()),
};

/** One value of MessagePack as JSON. @throws Misfit */
export function readMsgpack(walk: Walk): string {
  walk.counted();
  const first = walk.u8();
  if (first < 0x80) return String(first);
  if (first < 0x90) return map(walk, first & 0x0f);
  if (first < 0xa0) return list(walk, first & 0x0f);
  if (first < 0xc0) return text(walk, first & 0x1f);
  if (first >= 0xe0) return String(first - 0x100);
  const read = forms[first];
  if (!read) throw new Misfit(`at byte ${walk.at - 1} stands 0xc1, which begins nothing`);
  return read(walk);
}
