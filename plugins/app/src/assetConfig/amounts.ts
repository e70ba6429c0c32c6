/** What somebody typed, as the value that is meant, or why it is none. */
export type Parsed<T> = { readonly value: T } | { readonly fault: string };

const spanUnits: readonly (readonly [names: readonly string[], nanoseconds: number])[] = [
  [['d'], 86_400e9],
  [['h'], 3600e9],
  [['m', 'min'], 60e9],
  [['s'], 1e9],
  [['ms'], 1e6],
  [['us', 'µs'], 1e3],
  [['ns'], 1],
];
const spanFault = 'A time such as 30s, 5m, 1h30m or 7d';

/** A duration as people write one: `90s`, `1h30m`, `2 d 12 h`. Nothing is none. @returns nanoseconds */
export function parseSpan(text: string): Parsed<number | undefined> {
  const trimmed = text.trim();
  if (trimmed === '') return { value: undefined };
  if (trimmed === '0') return { value: 0 };
  const parts = [...trimmed.matchAll(/\s*(\d+(?:\.\d+)?)\s*([a-zµ]+)/gy)];
  if (parts.reduce((length, [part]) => length + part.length, 0) !== trimmed.length) return { fault: spanFault };
  let total = 0;
  for (const [, amount, unit = ''] of parts) {
    const size = spanUnits.find(([names]) => names.includes(unit))?.[1];
    if (size === undefined) return { fault: spanFault };
    total += Number(amount) * size;
  }
  return { value: Math.round(total) };
}

/** The same backwards, exact to the nanosecond: what it writes, `parseSpan` reads as the same number. */
export function formatSpan(nanoseconds: number): string {
  if (nanoseconds === 0) return '0';
  let rest = BigInt(nanoseconds);
  return spanUnits
    .flatMap(([[name], size]) => {
      const count = rest / BigInt(size);
      rest %= BigInt(size);
      return count > 0n ? [`${count}${name}`] : [];
    })
    .join('');
}

const binary = ['KiB', 'MiB', 'GiB', 'TiB'] as const;
const byteUnits = new Map<string, number>([
  ['', 1],
  ['b', 1],
  ...binary.flatMap((name, i): [string, number][] => {
    const power = i + 1;
    return [
      [name.toLowerCase(), 1024 ** power],
      [name.slice(0, 1).toLowerCase(), 1024 ** power],
      [`${name.slice(0, 1).toLowerCase()}b`, 1000 ** power],
    ];
  }),
]);

/** A size: `64 MiB` (and `64M`) by 1024, `64 MB` by 1000, or plain bytes. Nothing is none. */
export function parseBytes(text: string): Parsed<number | undefined> {
  const trimmed = text.trim();
  if (trimmed === '') return { value: undefined };
  if (trimmed === '-1') return { value: -1 };
  const [, amount, unit = ''] = /^([\d,_]+(?:\.\d+)?)\s*([a-z]*)$/i.exec(trimmed) ?? [];
  const size = byteUnits.get(unit.toLowerCase());
  if (amount === undefined || size === undefined) return { fault: 'A size such as 1048576, 512 KiB, 64 MiB or 10 GiB' };
  return { value: Math.round(Number(amount.replace(/[,_]/g, '')) * size) };
}

/** In the largest unit that divides it, so that nothing is rounded. */
export function formatBytes(bytes: number): string {
  for (let power = binary.length; power > 0; power--)
    if (bytes > 0 && bytes % 1024 ** power === 0) return `${bytes / 1024 ** power} ${binary[power - 1]}`;
  return String(bytes);
}

/** A count: `1000`, `1,000` or `1_000`; -1 where that means none. Nothing is none. */
export function parseCount(text: string): Parsed<number | undefined> {
  const plain = text.trim().replace(/[,_ ]/g, '');
  if (plain === '') return { value: undefined };
  return /^(-1|\d{1,16})$/.test(plain) ? { value: Number(plain) } : { fault: 'A whole number' };
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** One a line; a comma may be part of a subject. */
export function parseList(text: string): Parsed<string[] | undefined> {
  const items = linesOf(text);
  return { value: items.length === 0 ? undefined : items };
}

/** Durations, one a line. */
export function parseSpans(text: string): Parsed<number[] | undefined> {
  const values: number[] = [];
  for (const line of linesOf(text)) {
    const parsed = parseSpan(line);
    if ('fault' in parsed) return parsed;
    if (parsed.value !== undefined) values.push(parsed.value);
  }
  return { value: values.length === 0 ? undefined : values };
}

/** `key: value`, one a line. */
export function parsePairs(text: string): Parsed<Record<string, string> | undefined> {
  const pairs: Record<string, string> = {};
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const at = line.search(/[:=]/);
    const key = at < 0 ? '' : line.slice(0, at).trim();
    if (key === '') return { fault: 'One a line, such as owner: team-orders' };
    pairs[key] = line.slice(at + 1).trim();
  }
  return { value: Object.keys(pairs).length === 0 ? undefined : pairs };
}
