import { Readable } from 'node:stream';
import { ClickHouseError, type ClickHouseClient } from '@clickhouse/client';
import type { Group } from './cut';
import { sampleTables } from '../tables';

/**
 * ClickHouse codes that say that the rows are at fault, not the moment: another try would end the same way.
 * CANNOT_PARSE_TEXT, _QUOTED_STRING, _INPUT, _DATE, _DATETIME, _NUMBER, _UUID; TYPE_MISMATCH, INCORRECT_DATA,
 * NO_SUCH_COLUMN_IN_TABLE, ARGUMENT_OUT_OF_BOUND, CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN, VIOLATED_CONSTRAINT.
 */
const dataFaults = new Set(['6', '26', '27', '38', '41', '72', '376', '53', '117', '16', '69', '349', '469']);
export const isDataFault = (error: unknown): boolean => error instanceof ClickHouseError && dataFaults.has(error.code);

const known = new Set<string>(sampleTables.map(({ name }) => name));

/** Only the collector writes to the stream; still, a name goes into SQL only when it is one of ours. */
export class UnknownTable extends Error {
  override readonly name = 'UnknownTable';
}

/**
 * Inserts a group as it is, still compressed. The same token is inserted once, in the table and in everything that is
 * summed up from it.
 */
export async function insertGroup(
  clickhouse: ClickHouseClient,
  { table, members }: Pick<Group, 'table' | 'members'>,
  token: string,
): Promise<void> {
  if (!known.has(table)) throw new UnknownTable(`There is no table ${table} for samples`);
  await clickhouse.insert({
    table,
    values: Readable.from(members, { objectMode: false }),
    format: 'TabSeparatedWithNames',
    http_headers: { 'content-encoding': 'gzip' },
    clickhouse_settings: {
      insert_deduplicate: 1,
      insert_deduplication_token: token,
      deduplicate_blocks_in_dependent_materialized_views: 1,
      // A server that gathers inserts by itself would cut batches anew, and lose the token.
      async_insert: 0,
      wait_end_of_query: 1,
    },
  });
}
