import type { ClickHouseClient } from '@clickhouse/client';
import { addColumns, asOf, createRollup, createTable, periods } from './ddl';
import { allTables } from './tables';

export interface Migration {
  readonly version: number;
  readonly name: string;
  /** each can be repeated without harm: ClickHouse has no transaction to put around them */
  readonly statements: readonly string[];
}

/** One row a record; kept for a year. A record that is shipped twice is one row after a merge, and one to FINAL. */
const auditLogs = `CREATE TABLE IF NOT EXISTS audit_logs (
  org_id UUID, time DateTime64(6, 'UTC') CODEC(Delta, ZSTD), id UUID, user_id Nullable(UUID), login Nullable(String), via LowCardinality(String), action LowCardinality(String),
  resource Nullable(String), cluster_id Nullable(UUID), status LowCardinality(String), error Nullable(String), ip String, user_agent String, request_id String, changes String CODEC(ZSTD)
) ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(time) ORDER BY (org_id, time, action, id) TTL toDateTime(time) + INTERVAL 365 DAY`;

const firstTables = allTables.map((table) => asOf(table, 2));

/**
 * In order. What was released is never edited: a changed table is a further migration, and migrations.test.ts holds
 * the released ones to their text.
 */
export const migrations: readonly Migration[] = [
  { version: 1, name: 'audit', statements: [auditLogs] },
  {
    version: 2,
    name: 'metrics',
    statements: [
      ...firstTables.map(createTable),
      ...firstTables
        .filter((table) => table.rolledUp)
        .flatMap((table) => periods.flatMap((p) => createRollup(table, p))),
    ],
  },
  { version: 3, name: 'acknowledgements', statements: allTables.flatMap((table) => addColumns(table, 3)) },
];

const versionTable = `CREATE TABLE IF NOT EXISTS schema_migrations (
  version UInt32, name LowCardinality(String), applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
) ENGINE = ReplacingMergeTree ORDER BY version`;

/** Runs `work` while nobody else with the same lock does. */
export type Exclusively = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Brings ClickHouse up to date. Workers come one after the other by `exclusively`; should a worker lose that lock on
 * its way, the statements still do no harm twice.
 * @returns the versions that were applied now
 */
export const migrateClickHouse = (clickhouse: ClickHouseClient, exclusively: Exclusively): Promise<number[]> =>
  exclusively(async () => {
    await clickhouse.command({ query: versionTable });
    const answer = await clickhouse.query({
      query: 'SELECT DISTINCT version FROM schema_migrations',
      format: 'JSONEachRow',
    });
    const known = new Set((await answer.json<{ version: number }>()).map(({ version }) => version));
    const applied: number[] = [];
    for (const { version, name, statements } of migrations.filter((migration) => !known.has(migration.version))) {
      for (const query of statements) await clickhouse.command({ query });
      await clickhouse.insert({ table: 'schema_migrations', values: [{ version, name }], format: 'JSONEachRow' });
      applied.push(version);
    }
    return applied;
  });
