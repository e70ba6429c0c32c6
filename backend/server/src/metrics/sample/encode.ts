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

export interface RowEncoder<R> {
  readonly table: string;
  /** the head line of TabSeparatedWithNames: a batch says itself what its columns are */
  readonly names: string;
  line(row: R): string;
}

/** @throws Error at start when a column of the table has no value here, or a value no column */
export function rowEncoder<R>(table: Table, values: Readonly<Record<string, (row: R) => Value>>): RowEncoder<R> {
  const columns = insertColumns(table);
  const odd = [...columns, ...Object.keys(values)].filter((name) => !columns.includes(name) || !(name in values));
  if (odd.length > 0) throw new Error(`${table.name}: ${odd.join(', ')} stand on one side only`);
  const getters = columns.flatMap((name) => values[name] ?? []);
  return {
    table: table.name,
    names: `${columns.join('\t')}\n`,
    line: (row) => {
      let line = '';
      for (let i = 0; i < getters.length; i++) line += `${i === 0 ? '' : '\t'}${field(getters[i]?.(row) ?? null)}`;
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
  readonly lines: string[];
}

/**
 * Collects rows into batches. Gzip members may be put one after the other: the ingester passes them on unread.
 * `add` says the batch that the row went to, so that its baseline moves on only when that batch is safe.
 */
export function batchWriter() {
  const done: Batch[] = [];
  let open = new Map<string, Open>();
  let bytes = 0;
  const flush = () => {
    if (open.size === 0) return;
    const parts: Part[] = [];
    const members: Buffer[] = [];
    for (const { encoder, lines } of open.values()) {
      const names = gzipSync(encoder.names, fast);
      const body = gzipSync(lines.join(''), fast);
      parts.push({ table: encoder.table, rows: lines.length, names: names.length, body: body.length });
      members.push(names, body);
    }
    const body = new Uint8Array(Buffer.concat(members));
    done.push({ parts, body, rows: parts.reduce((sum, part) => sum + part.rows, 0) });
    open = new Map();
    bytes = 0;
  };
  return {
    add: <R>(encoder: RowEncoder<R>, row: R): number => {
      const line = encoder.line(row);
      if (bytes + line.length > batchBytes) flush();
      bytes += line.length;
      const into = open.get(encoder.table);
      if (into) into.lines.push(line);
      else open.set(encoder.table, { encoder, lines: [line] });
      return done.length;
    },
    finish: (): Batch[] => {
      flush();
      return done;
    },
  };
}
