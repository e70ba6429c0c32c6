import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { insertColumns, type Table } from '../tables';
import { Lines, type Value } from './text';

export interface RowEncoder<R> {
  readonly table: string;
  /** the head line of TabSeparatedWithNames: a batch says itself what its columns are */
  readonly names: string;
  write(row: R, lines: Lines): void;
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
  let prefix: Uint8Array = new Uint8Array();
  const prefixOf = (of: C) => {
    const lines = new Lines();
    for (const name of first) lines.field(fixed[name]?.(of) ?? null);
    return lines.bytes();
  };
  return {
    table: table.name,
    names: `${columns.join('\t')}\n`,
    write: (row, lines) => {
      if (row.common !== common) {
        common = row.common;
        prefix = prefixOf(common);
      }
      lines.raw(prefix);
      for (let i = 0; i < getters.length; i++) lines.field(getters[i]?.(row) ?? null);
      lines.end();
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

const pack = promisify(gzip);
/** Speed counts more than the last percent of size: a batch lives for seconds. */
const fast = { level: 1 } as const;
/** Before compression; at a tenth of it a batch stays far below NATS's limit of 1 MB a message. */
const batchBytes = 2_000_000;

interface Open {
  readonly encoder: Pick<RowEncoder<unknown>, 'table' | 'names'>;
  rows: number;
  readonly lines: Lines;
}

/** Gzip members may be put one after the other: the ingester passes them on unread. */
async function packed(open: Iterable<Open>): Promise<Batch> {
  const tables = await Promise.all(
    Array.from(open, async ({ encoder, rows, lines }) => {
      const [names, body] = await Promise.all([pack(encoder.names, fast), pack(lines.bytes(), fast)]);
      return { table: encoder.table, rows, names, body };
    }),
  );
  return {
    parts: tables.map(({ names, body, ...part }) => ({ ...part, names: names.length, body: body.length })),
    body: new Uint8Array(Buffer.concat(tables.flatMap(({ names, body }) => [names, body]))),
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
  };
}

/**
 * Collects rows into batches. `add` says the batch that the row went to, so that its baseline moves on only when that
 * batch is safe. A full one is packed by zlib's own threads while the next one is written.
 */
export function batchWriter() {
  const done: Promise<Batch>[] = [];
  let open = new Map<string, Open>();
  let bytes = 0;
  const flush = () => {
    if (open.size === 0) return;
    done.push(packed(open.values()));
    open = new Map();
    bytes = 0;
  };
  return {
    add: <R>(encoder: RowEncoder<R>, row: R): number => {
      if (bytes > batchBytes) flush();
      let into = open.get(encoder.table);
      if (!into) {
        into = { encoder, rows: 0, lines: new Lines() };
        open.set(encoder.table, into);
      }
      const before = into.lines.length;
      encoder.write(row, into.lines);
      into.rows++;
      bytes += into.lines.length - before;
      return done.length;
    },
    finish: (): Promise<Batch[]> => {
      flush();
      return Promise.all(done);
    },
  };
}
