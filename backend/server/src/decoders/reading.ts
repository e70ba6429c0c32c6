/** Payloads come from anybody: what a decoder does for one of them ends at these. */
export interface Bounds {
  /** maps, lists and tags inside each other */
  readonly depth: number;
  /** values in all, keys included */
  readonly values: number;
}

/** Bytes that are not what they were taken for; the message says at which byte, and why. */
export class Misfit extends Error {
  override readonly name = 'Misfit';
}
/** It may fit, and holds more than is decoded. */
export class TooMuch extends Misfit {}

export const utf8 = new TextDecoder('utf-8', { fatal: true });
const shortBytes = 32;
/** JSON text that is neither empty nor made from bytes or digits. */
const namesField = /^"(?!"|hex:|base64:|-?\d+"$)/;

/**
 * A walk through the bytes of one value. Nothing is set aside for a length that is claimed: it has to be there. JSON
 * is written as text and never as objects, so that keys keep their order and repetitions and none of them is special.
 */
export class Walk {
  at = 0;
  depth = 0;
  values = 0;
  /** keys of maps that are names, also of maps that are not at their end */
  names = 0;
  /** maps that are not empty and whose keys are all text: what chance does not make */
  namedMaps = 0;
  /** text that is no UTF-8 */
  broken = 0;
  repeated: string | null = null;
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    private readonly bounds: Bounds,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at)
      throw new Misfit(`at byte ${this.at} it says that ${length} bytes follow, and ${this.bytes.length - this.at} do`);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
  /** Room for so many values of one byte at least: a list that claims more is refused before it is begun. */
  room(values: number): void {
    if (values > this.bytes.length - this.at)
      throw new Misfit(
        `at byte ${this.at} it says that ${values} values follow, and ${this.bytes.length - this.at} bytes do`,
      );
  }
  private number(size: number, read: (at: number) => number): number {
    this.take(size);
    return read(this.at - size);
  }
  u8 = (): number => this.number(1, (at) => this.view.getUint8(at));
  u16 = (): number => this.number(2, (at) => this.view.getUint16(at));
  u32 = (): number => this.number(4, (at) => this.view.getUint32(at));
  i8 = (): number => this.number(1, (at) => this.view.getInt8(at));
  i16 = (): number => this.number(2, (at) => this.view.getInt16(at));
  i32 = (): number => this.number(4, (at) => this.view.getInt32(at));
  f32 = (): number => this.number(4, (at) => this.view.getFloat32(at));
  f64 = (): number => this.number(8, (at) => this.view.getFloat64(at));
  u64(): bigint {
    this.take(8);
    return this.view.getBigUint64(this.at - 8);
  }
  i64(): bigint {
    this.take(8);
    return this.view.getBigInt64(this.at - 8);
  }

  /** Counts one more value. */
  counted(): void {
    if (++this.values > this.bounds.values)
      throw new TooMuch(`it holds more than ${this.bounds.values.toLocaleString('en')} values`);
  }
  inside<T>(work: () => T): T {
    if (++this.depth > this.bounds.depth) throw new TooMuch(`it is nested deeper than ${this.bounds.depth} levels`);
    const made = work();
    this.depth--;
    return made;
  }

  text(bytes: Uint8Array): string {
    try {
      return JSON.stringify(utf8.decode(bytes));
    } catch {
      this.broken++;
      return inBytes(bytes);
    }
  }
  /** A list of values until `more` says no. */
  list(more: (i: number) => boolean, value: () => string): string {
    const items: string[] = [];
    return this.inside(() => {
      while (more(items.length)) items.push(value());
      return `[${items.join(',')}]`;
    });
  }
  /** Keys that are no text become text: `{1: 2}` is `{"1": 2}`. */
  map(more: (i: number) => boolean, value: () => string): string {
    const seen = new Set<string>();
    const items: string[] = [];
    let named = true;
    return this.inside(() => {
      while (more(items.length)) {
        const found = value();
        const isName = namesField.test(found);
        named &&= isName;
        if (isName) this.names++;
        const key = found.startsWith('"') ? found : JSON.stringify(found);
        if (seen.has(key)) this.repeated ??= key;
        seen.add(key);
        items.push(`${key}:${value()}`);
      }
      if (named && items.length > 0) this.namedMaps++;
      return `{${items.join(',')}}`;
    });
  }
}

/** Above 2^53 a JSON number loses digits wherever it is read: there the digits are text. */
export function inDigits(whole: bigint): string {
  const digits = whole.toString();
  return Number.isSafeInteger(Number(whole)) ? digits : `"${digits}"`;
}
export const inNumber = (number: number): string => (Number.isFinite(number) ? String(number) : `"${number}"`);

/** Short ones are read digit by digit, long ones are carried elsewhere. */
export function inBytes(bytes: Uint8Array): string {
  const stored = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.length <= shortBytes ? `"hex:${stored.toString('hex')}"` : `"base64:${stored.toString('base64')}"`;
}

const lastSecond = 253_402_300_799n;
const firstSecond = -62_167_219_200n;
/** An instant with nanoseconds as RFC 3339; null outside the years 0 to 9999, which have no such text. */
export function inTime(seconds: bigint, nanoseconds: number): string | null {
  if (seconds < firstSecond || seconds > lastSecond || nanoseconds > 999_999_999) return null;
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const fraction = nanoseconds === 0 ? '' : `.${String(nanoseconds).padStart(9, '0').replace(/0+$/, '')}`;
  return `"${whole}${fraction}Z"`;
}
