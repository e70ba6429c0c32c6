import stored from './tables.json';

export interface SqlColumn {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  /** where the value comes from and what it means */
  readonly from: string;
}
export interface SqlTable {
  readonly name: string;
  readonly about: string;
  readonly columns: readonly SqlColumn[];
}

/** The tables as the console makes them; `tables.test.ts` writes the list from the console's own (`vitest -u`). */
export const sqlTables: readonly SqlTable[] = stored;

/** What the console holds a statement to. */
export const sqlLimits: readonly string[] = [
  'One SELECT over the tables below; nothing else is run, and no other table, file or address can be named.',
  'Only rows of your organization are there, and only what your role may see.',
  'A statement is bounded in time, in rows read and answered, and in memory; the answer says which bound it met.',
  'A rate is sum(increase) / sum(elapsed_ms) * 1000, over any grouping: the mean of rates is another figure.',
];
