import { gzipSync } from 'node:zlib';
import { insertColumns, type Table } from '../tables';

export type Value = string | number | boolean | null;

const special = /[\\\t\n\r]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A value as ClickHouse's TabSeparated has it. */
export function field(value: Value): string {
  if (value === null) return '\\N';
  if (typeof value !== 'string') return String(value);
  return special.test(value) ? value.replace(/[\\\t\n\r]/g, (c) => escapes[c] ?? c) : value;
}

const meant: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' };
/** The text of a field again. */
export const unescaped = (text: string): string =>
  text.includes('\\') ? text.replace(/\\(.)/g, (_, c: string) => meant[c] ?? c) : text;

export interface RowEncoder<R> {
  readonly table: string;
  /** the head line of TabSeparatedWithNames: a batch says itself what its columns are */
  readonly names: string;
  line(row: R): string;
}

/**
 * @param fixed values of the first columns that are the same for all rows with the same `common`: written out once
 * @throws Error at start when a column of the table has no value here, or a value no column
 */
export function rowEncoder<C extends object, R extends { readonly common: C }>(
  table: Table,
  fixed: Readonly<Record<string, (common: C) => Value>>,
  values: Readonly<Record<string, (row: R) => Value>>,
): RowEncoder<R> {
  const columns = insertColumns(table);
  const first = columns.slice(0, Object.keys(fixed).length);
  const rest = columns.slice(first.length);
  const odd = [
    ...first.filter((name) => !(name in fixed)),
    ...rest.filter((name) => !(name in values)),
    ...Object.keys(values).filter((name) => !rest.includes(name)),
  ];
  if (odd.length > 0) throw new Error(`${table.name}: ${odd.join(', ')} stand on one side only, or in another order`);
  const getters = rest.flatMap((name) => values[name] ?? []);
  let common: C | null = null;
  let prefix = '';
  return {
    table: table.name,
    names: `${columns.join('\t')}\n`,
    line: (row) => {
      if (row.common !== common) {
        common = row.common;
        prefix = first.map((name) => field(fixed[name]?.(row.common) ?? null)).join('\t');
      }
      let line = prefix;
      for (let i = 0; i < getters.length; i++) line += `\t${field(getters[i]?.(row) ?? null)}`;
      return `${line}\n`;
    },
  };
}

/** Rows of one table inside a batch: a gzip member with the names, then one with the rows. */
export interface Part {
  readonly table: string;
  readonly rows: number;
  /** bytes of the two members */
  readonly names: number;
  readonly body: number;
}
export interface Batch {
  readonly parts: readonly Part[];
  readonly body: Uint8Array;
  readonly rows: number;
}

/** Speed counts more than the last percent of size: a batch lives for seconds. */
const fast = { level: 1 } as const;
/** Before compression; at a tenth of it a batch stays far below NATS's limit of 1 MB a message. */
const batchBytes = 2_000_000;

interface Open {
  readonly encoder: Pick<RowEncoder<unknown>, 'table' | 'names'>;
  rows: number;
  /** what was written since the last piece was set apart */
  text: string;
  readonly pieces: Buffer[];
}
/** Text is turned into bytes in pieces of this size: rows kept as strings until the end would outlive the garbage collector's patience. */
const pieceChars = 16_384;

/**
 * Collects rows into batches. Gzip members may be put one after the other: the ingester passes them on unread.
 * `add` says the batch that the row went to, so that its baseline moves on only when that batch is safe.
 */
export function batchWriter() {
  const done: Batch[] = [];
  let open = new Map<string, Open>();
  let chars = 0;
  const setApart = (into: Open) => {
    into.pieces.push(Buffer.from(into.text, 'utf8'));
    into.text = '';
  };
  const flush = () => {
    if (open.size === 0) return;
    const parts: Part[] = [];
    const members: Buffer[] = [];
    for (const into of open.values()) {
      setApart(into);
      const names = gzipSync(into.encoder.names, fast);
      const body = gzipSync(Buffer.concat(into.pieces), fast);
      parts.push({ table: into.encoder.table, rows: into.rows, names: names.length, body: body.length });
      members.push(names, body);
    }
    const body = new Uint8Array(Buffer.concat(members));
    done.push({ parts, body, rows: parts.reduce((sum, part) => sum + part.rows, 0) });
    open = new Map();
    chars = 0;
  };
  return {
    add: <R>(encoder: RowEncoder<R>, row: R): number => {
      const line = encoder.line(row);
      if (chars + line.length > batchBytes) flush();
      chars += line.length;
      let into = open.get(encoder.table);
      if (!into) {
        into = { encoder, rows: 0, text: '', pieces: [] };
        open.set(encoder.table, into);
      }
      into.rows++;
      into.text += line;
      if (into.text.length > pieceChars) setApart(into);
      return done.length;
    },
    finish: (): Batch[] => {
      flush();
      return done;
    },
  };
}
