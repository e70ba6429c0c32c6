import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { inject } from 'vitest';
import { migrateClickHouse } from '../../../backend/server/src/metrics/migrations';

/** A client of the test's own; close it. Rows of tests are told apart by their organization. */
export const openClickHouse = (): ClickHouseClient => createClient({ url: inject('engines').clickhouseUrl });

/** Makes the tables, as a worker does at its start. Files run side by side, and every statement may be repeated. */
export async function makeTables(): Promise<void> {
  const clickhouse = openClickHouse();
  try {
    await migrateClickHouse(clickhouse, (work) => work());
  } finally {
    await clickhouse.close();
  }
}
