import type { Column } from './columns';
import type { Table } from './tables';

/**
 * Inserts of which a table remembers the token. MergeTree remembers none by itself, and a view's target has a memory
 * of its own: without it a retried batch is one row in the source and two in the sums.
 */
const rememberedInserts = 10_000;

/**
 * Time comes in coarse steps before the name: "every consumer, the last ten minutes" then reads the newest steps
 * instead of one granule of each consumer's whole past, and "one consumer, a day" still reads a granule a step. See
 * docs/adr/metrics-order-key.md.
 */
const rawStep = 'toStartOfFifteenMinutes(time)';

/** `time` itself stays out of the primary key: a condition on it is then turned into one on the step, which prunes. */
function keysOf(step: string, names: readonly string[]): string {
  const primary = ['org_id', 'cluster_id', step, ...names].join(', ');
  return `PRIMARY KEY (${primary})\nORDER BY (${primary}, time)`;
}

const quote = (text: string) => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;

const comment = ({ unit, from }: Column) => quote(unit === '' ? from : `${from} [${unit}]`);

const columnLine = (column: Column) =>
  [
    column.name,
    column.type,
    column.alias !== undefined && `ALIAS ${column.alias}`,
    `COMMENT ${comment(column)}`,
    column.codec !== undefined && `CODEC(${column.codec})`,
  ]
    .filter(Boolean)
    .join(' ');

/** An organization may keep rows for a shorter time than the table does, never longer. */
const ttl = (days: number) => `toDateTime(time) + toIntervalDay(least(retention_days, ${days}))`;

/** A table as a migration left it. */
export const asOf = (table: Table, version: number): Table => ({
  ...table,
  columns: table.columns.filter(({ since }) => since === undefined || since <= version),
});

export function createTable({ name, about, columns, orderBy, ttlDays }: Table): string {
  const partition = name === 'message_samples' ? 'toYYYYMMDD(time)' : 'toYYYYMM(time)';
  return `CREATE TABLE IF NOT EXISTS ${name} (
  ${columns.map(columnLine).join(',\n  ')}
) ENGINE = ${name === 'events' ? 'ReplacingMergeTree' : 'MergeTree'}
PARTITION BY ${partition}
${keysOf(rawStep, orderBy)}
TTL ${ttl(ttlDays)}
SETTINGS non_replicated_deduplication_window = ${rememberedInserts}
COMMENT ${quote(about)}`;
}

interface Period {
  readonly suffix: 'hourly' | 'daily';
  readonly start: string;
  /** the coarse step of the order key, as in raw tables */
  readonly step: string;
  readonly ttlDays: number;
}
export const periods: readonly Period[] = [
  { suffix: 'hourly', start: 'toStartOfHour', step: 'toStartOfDay(time)', ttlDays: 365 },
  { suffix: 'daily', start: 'toStartOfDay', step: 'toStartOfMonth(time)', ttlDays: 5 * 365 },
];

interface Summed {
  readonly name: string;
  readonly type: string;
  /** what the view selects for it */
  readonly select: string;
  readonly from: string;
}

/** Bool has no maximum of its own in an aggregate state; UInt8 has. */
const stored = (type: string) => type.replace('Bool', 'UInt8');
const nullable = (type: string) => (type.startsWith('Nullable') ? type : `Nullable(${type})`);
const quantiles = 'quantilesTDigest(0.5, 0.95, 0.99)';

function summed(column: Column): Summed[] {
  const { name, from } = column;
  const raw = column.alias ?? `s.${name}`;
  const isText = column.type.includes('String');
  const value = column.type.includes('Bool') ? `CAST(${raw}, 'Nullable(UInt8)')` : raw;
  const type = isText ? column.type : nullable(stored(column.type));
  const last: Summed = {
    name: `${name}_last`,
    type: `AggregateFunction(argMax, ${type}, DateTime64(3, 'UTC'))`,
    select: `argMaxState(${isText || column.type.startsWith('Nullable') || column.alias !== undefined ? value : `toNullable(${value})`}, s.time)`,
    from: `the newest: ${from}`,
  };
  const gauge: Summed[] = [
    {
      name: `${name}_max`,
      type: `SimpleAggregateFunction(max, ${type})`,
      select: `max(${value})`,
      from: `largest: ${from}`,
    },
    {
      name: `${name}_min`,
      type: `SimpleAggregateFunction(min, ${type})`,
      select: `min(${value})`,
      from: `smallest: ${from}`,
    },
    {
      name: `${name}_avg`,
      type: `AggregateFunction(avg, ${type})`,
      select: `avgState(${value})`,
      from: `mean of samples: ${from}`,
    },
    last,
  ];
  switch (column.rollup) {
    case 'sum':
      return [{ name, type: `SimpleAggregateFunction(sum, ${column.type})`, select: `sum(s.${name})`, from }];
    case 'last':
      return [last];
    case 'gauge':
      return gauge;
    case 'distribution':
      return [
        ...gauge,
        {
          name: `${name}_quantiles`,
          type: `AggregateFunction(${quantiles}, Nullable(Float64))`,
          select: `${quantiles.replace('(', 'State(')}(CAST(${value}, 'Nullable(Float64)'))`,
          from: `0.5, 0.95 and 0.99 of samples: ${from}`,
        },
      ];
    case 'key':
    case undefined:
      return [];
  }
}

const bookkeeping: readonly Summed[] = [
  {
    name: 'retention_days',
    type: 'SimpleAggregateFunction(max, UInt16)',
    select: 'max(s.retention_days)',
    from: "the organization's own, shorter retention",
  },
  { name: 'samples', type: 'SimpleAggregateFunction(sum, UInt64)', select: 'count()', from: 'rows summed up here' },
];

export const rollupName = (table: Pick<Table, 'name'>, suffix: Period['suffix']) => `${table.name}_${suffix}`;

const sumsOf = (table: Table): Summed[] => [...bookkeeping, ...table.columns.flatMap(summed)];
const summedLine = ({ name, type, from }: Summed) => `${name} ${type} COMMENT ${quote(from)} CODEC(ZSTD(1))`;
const viewName = (target: string) => `${target}_view`;

function viewQuery(table: Table, start: Period['start']): string {
  const keys = table.columns.filter((column) => column.rollup === 'key');
  return `SELECT
  ${[
    ...keys.map(({ name }) => `s.${name} AS ${name}`),
    `${start}(s.time) AS time`,
    ...sumsOf(table).map(({ name, select }) => `${select} AS ${name}`),
  ].join(',\n  ')}
FROM ${table.name} AS s
GROUP BY ${[...keys.map(({ name }) => name), 'time'].join(', ')}`;
}

/** What a migration added to a table that was there: the raw one first, its sums, and at last the view between them. */
export function addColumns(table: Table, version: number): string[] {
  const added = table.columns.filter(({ since }) => since === version);
  if (added.length === 0) return [];
  const add = (name: string, lines: readonly string[]) =>
    `ALTER TABLE ${name} ${lines.map((line) => `ADD COLUMN IF NOT EXISTS ${line}`).join(', ')}`;
  const sums = periods.flatMap(({ suffix, start }) => {
    const target = rollupName(table, suffix);
    return [
      add(target, added.flatMap(summed).map(summedLine)),
      `ALTER TABLE ${viewName(target)} MODIFY QUERY ${viewQuery(asOf(table, version), start)}`,
    ];
  });
  return [add(table.name, added.map(columnLine)), ...(table.rolledUp ? sums : [])];
}

/** The table of sums and the view that feeds it from the raw one: both periods read raw rows, so a retry is seen alike. */
export function createRollup(table: Table, { suffix, start, step, ttlDays }: Period): string[] {
  const keys = table.columns.filter((column) => column.rollup === 'key');
  const target = rollupName(table, suffix);
  return [
    `CREATE TABLE IF NOT EXISTS ${target} (
  ${[
    ...keys.map((column) => columnLine({ ...column })),
    `time DateTime('UTC') COMMENT 'start of the period' CODEC(DoubleDelta, ZSTD(1))`,
    ...sumsOf(table).map(summedLine),
  ].join(',\n  ')}
) ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(time)
${keysOf(step, table.orderBy)}
TTL ${ttl(ttlDays)}
SETTINGS non_replicated_deduplication_window = ${rememberedInserts}
COMMENT ${quote(`${table.about} Summed up ${suffix}.`)}`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${viewName(target)} TO ${target} AS\n${viewQuery(table, start)}`,
  ];
}
