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

/** What the console holds a statement to; `tables.test.ts` compares them with the console's own. */
export const sqlBounds = {
  seconds: 15,
  rowsRead: 500_000_000,
  resultRows: 100_000,
  memoryBytes: 1024 ** 3,
} as const;

export const sqlLimits: readonly string[] = [
  'One SELECT over the tables below; nothing else is run, and no other table, file or address can be named.',
  'Only rows of your organization are there, and only tables that your role may read.',
  `At most ${sqlBounds.seconds} s, ${sqlBounds.rowsRead / 1_000_000} million rows read, ${sqlBounds.resultRows.toLocaleString('en-US')} rows answered, ${sqlBounds.memoryBytes / 1024 ** 3} GiB of memory.`,
  'A rate is sum(increase) / sum(elapsed_ms) * 1000, over any grouping: the mean of rates is another figure.',
  'stream_metrics, consumer_metrics and server_metrics are there as _hourly and _daily too: increases summed, gauges as _max, _min, and _avg (avgMerge).',
];

export interface SqlMacro {
  readonly example: string;
  readonly about: string;
}
/** The console fills them in, so that they work in alerting and in links as well. */
export const sqlMacros: readonly SqlMacro[] = [
  { example: '$__timeFilter(time)', about: 'the time range as a condition on the column' },
  { example: '$__timeInterval(time)', about: 'the column cut to buckets of the interval' },
  { example: '$__timeFrom', about: 'start of the time range' },
  { example: '$__timeTo', about: 'end of the time range' },
  { example: '$__interval_s', about: 'the interval in seconds' },
];
