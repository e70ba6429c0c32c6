/** How a column is summed up in the hourly and daily tables. */
export type Rollup =
  /** `_max`, `_min`, `_avg` (state), `_last` (argMax state by time); unknown samples are left out of each */
  | 'gauge'
  /** as gauge, and `_quantiles`: a t-digest state of 0.5, 0.95, 0.99 */
  | 'distribution'
  /** summed */
  | 'sum'
  /** the newest by time, as an argMax state `_last` */
  | 'last'
  /** part of the key */
  | 'key';

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly codec?: string;
  readonly unit: string;
  /** where the value comes from and what it means */
  readonly from: string;
  readonly rollup?: Rollup;
  /** computed by ClickHouse from other columns, never inserted */
  readonly alias?: string;
  /** the migration that added it to a table that was there already */
  readonly since?: number;
}

export const lowString = 'LowCardinality(String)';
export const instantType = "DateTime64(3, 'UTC')";

const column =
  (type: string, codec: string) =>
  (name: string, unit: string, from: string, rollup?: Rollup): Column => ({ name, type, codec, unit, from, rollup });

/** A gauge that jumps about: T64 cuts the unused bits off. Null: unknown, which is not zero. */
export const level = column('Nullable(UInt64)', 'T64, ZSTD(1)');
/** A counter as the server says it: grows by about the same each time. */
export const counter = column('Nullable(UInt64)', 'DoubleDelta, ZSTD(1)');
export const signed = column('Nullable(Int64)', 'T64, ZSTD(1)');
export const ratio = column('Nullable(Float64)', 'Gorilla, ZSTD(1)');
/** What was added since the last sample; 0 together with elapsed 0 where there is none to compare with. */
export const increase = (name: string, unit: string, from: string): Column => ({
  name,
  type: 'UInt64',
  codec: 'T64, ZSTD(1)',
  unit,
  from,
  rollup: 'sum',
});
export const flag = column('Nullable(Bool)', 'ZSTD(1)');
export const moment = column(`Nullable(${instantType})`, 'Delta, ZSTD(1)');
export const text = column(lowString, 'ZSTD(1)');
export const key = (name: string, from: string): Column => ({
  name,
  type: lowString,
  unit: '',
  from,
  rollup: 'key',
  codec: 'ZSTD(1)',
});

export const elapsed: Column = {
  name: 'elapsed_ms',
  type: 'UInt64',
  codec: 'T64, ZSTD(1)',
  unit: 'ms',
  from: 'time that the increases of this row cover; a rate is sum(increase) / sum(elapsed_ms) * 1000',
  rollup: 'sum',
};

/** Of every row of every table. */
export const head: readonly Column[] = [
  {
    name: 'org_id',
    type: 'UUID',
    codec: 'ZSTD(1)',
    unit: '',
    from: 'the organization that owns the row',
    rollup: 'key',
  },
  { name: 'cluster_id', type: 'UUID', codec: 'ZSTD(1)', unit: '', from: 'the cluster', rollup: 'key' },
  { name: 'time', type: instantType, codec: 'DoubleDelta, ZSTD(1)', unit: 'UTC', from: 'when the console received it' },
  {
    name: 'retention_days',
    type: 'UInt16 DEFAULT 65535',
    codec: 'ZSTD(1)',
    unit: 'd',
    from: "the organization's own, shorter retention; 65535: the table's",
  },
];

/** Of every row about something inside an account. */
export const accountKey: readonly Column[] = [
  key('account', 'the account, by name; by id where two accounts have one name'),
  key('domain', 'JetStream domain, empty without one'),
  {
    name: 'own',
    type: 'Bool',
    codec: 'ZSTD(1)',
    unit: '',
    from: "whether it is the account of the cluster's own credential; rows of others need accounts:read",
    rollup: 'key',
  },
];
