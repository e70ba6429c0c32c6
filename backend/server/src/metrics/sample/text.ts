export type Value = string | number | boolean | null;

const tab = 9;
const newline = 10;
const backslash = 92;
const capitalN = 78;
const zero = 48;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const special = /[\\\t\n\r]/g;
const meant: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' };
const first = 65_536;

/** The text of a field again. */
export const unescaped = (text: string): string =>
  text.includes('\\') ? text.replace(/\\(.)/g, (_, c: string) => meant[c] ?? c) : text;

/**
 * Lines of ClickHouse's TabSeparated, written straight as bytes: strings in between would be most of the garbage. A
 * class, since fields are quicker than what a closure holds, and this runs two million times a collection.
 */
export class Lines {
  private into = Buffer.allocUnsafe(first);
  private at = 0;
  private begins = true;

  get length(): number {
    return this.at;
  }

  bytes(): Uint8Array {
    return this.into.subarray(0, this.at);
  }

  /** A field, with the tab before it unless it begins a line. */
  field(value: Value): void {
    this.room(3);
    if (!this.begins) this.into[this.at++] = tab;
    this.begins = false;
    if (value === null) {
      this.into[this.at++] = backslash;
      this.into[this.at++] = capitalN;
    } else if (typeof value === 'string') this.text(value);
    else if (typeof value === 'number') this.number(value);
    else this.text(value ? 'true' : 'false');
  }

  /** Bytes that were written before, tabs and all. */
  raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.into.set(bytes, this.at);
    this.at += bytes.length;
    this.begins = false;
  }

  end(): void {
    this.room(1);
    this.into[this.at++] = newline;
    this.begins = true;
  }

  private room(bytes: number): void {
    if (this.at + bytes <= this.into.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.into.length * 2, this.at + bytes));
    larger.set(this.into.subarray(0, this.at));
    this.into = larger;
  }

  /** Whole numbers digit by digit: most figures are, and text of each would be garbage. */
  private number(value: number): void {
    if (!(value >= 0 && value < 1e9 && Math.trunc(value) === value)) {
      this.text(String(value));
      return;
    }
    this.room(10);
    const { into } = this;
    let digits = 1;
    for (let rest = value; rest >= 10; rest = (rest / 10) | 0) digits++;
    const end = this.at + digits;
    let rest = value;
    for (let i = end - 1; i >= this.at; i--) {
      into[i] = zero + (rest % 10);
      rest = (rest / 10) | 0;
    }
    this.at = end;
  }

  /** Names and figures are plain ASCII nearly always; what is not is left to the encoder. */
  private text(value: string): void {
    this.room(value.length * 3);
    const { into } = this;
    let { at } = this;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 126 || code === backslash || code < 32) {
        this.encoded(value);
        return;
      }
      into[at++] = code;
    }
    this.at = at;
  }

  private encoded(value: string): void {
    const whole = value.replace(special, (c) => escapes[c] ?? c);
    this.room(whole.length * 3);
    this.at += this.into.write(whole, this.at, 'utf8');
  }
}
