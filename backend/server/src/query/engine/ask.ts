import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import { ApiError } from '../../platform/errors';
import type { Logger } from '../../platform/log';
import { fromClickHouse } from './failure';

/** Bounds of one statement that the console itself writes; SQL of people has tighter ones. */
export interface Bounds {
  readonly seconds: number;
  readonly rowsRead: number;
  readonly resultRows: number;
  readonly memoryBytes: number;
}
const usual: Bounds = { seconds: 20, rowsRead: 2_000_000_000, resultRows: 1_000_000, memoryBytes: 4 * 1024 ** 3 };

export interface Statement {
  readonly sql: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly bounds?: Partial<Bounds>;
  /** in this order, `readonly` last: nothing can be set after it */
  readonly settings?: ClickHouseSettings;
}

export interface Rows {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  readonly rowsRead: number;
  readonly elapsedMs: number;
}

/** Runs one reading statement. @throws ApiError that says what to do */
export type Ask = (statement: Statement, signal: AbortSignal) => Promise<Rows>;

const gone = () => new ApiError(499, 'client_gone', 'The client went away.');

/** Runs one statement without a format of ours behind it, and answers its lines: for EXPLAIN, whose tree would show it. */
export type AskLines = (statement: Statement, signal: AbortSignal) => Promise<string[]>;

const settingsOf = (bounds: Bounds, given: ClickHouseSettings): ClickHouseSettings => ({
  ...given,
  max_execution_time: bounds.seconds,
  timeout_overflow_mode: 'throw',
  max_rows_to_read: String(bounds.rowsRead),
  read_overflow_mode: 'throw',
  max_result_rows: String(bounds.resultRows),
  result_overflow_mode: 'throw',
  max_memory_usage: String(bounds.memoryBytes),
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_denormals: 0,
  cancel_http_readonly_queries_on_client_close: 1,
  readonly: '1',
});

export function makeAsk(clickhouse: ClickHouseClient, log: Logger): { ask: Ask; askLines: AskLines } {
  /** Closing the connection ends a query on a recent server; the order to end it reaches older ones too. */
  const kill = (queryId: string) => {
    clickhouse
      .command({ query: 'KILL QUERY WHERE query_id = {id:String} ASYNC', query_params: { id: queryId } })
      .catch((error: unknown) => log.debug({ err: error, queryId }, 'a query whose asker left could not be ended'));
  };
  const run = async <T>(
    { sql, params = {}, bounds = {}, settings = {} }: Statement,
    signal: AbortSignal,
    send: (request: Parameters<ClickHouseClient['query']>[0]) => Promise<T>,
  ): Promise<T> => {
    if (signal.aborted) throw gone();
    const queryId = randomUUID();
    // A signal of its own: many statements hang on one request, and a stream's lives for hours.
    const own = AbortSignal.any([signal]);
    const left = () => kill(queryId);
    own.addEventListener('abort', left, { once: true });
    try {
      return await send({
        query: sql,
        query_id: queryId,
        query_params: { ...params },
        abort_signal: own,
        clickhouse_settings: settingsOf({ ...usual, ...bounds }, settings),
      });
    } catch (error) {
      if (signal.aborted) throw gone();
      throw fromClickHouse(error);
    } finally {
      own.removeEventListener('abort', left);
    }
  };
  return {
    ask: (statement, signal) =>
      run(statement, signal, async (request) => {
        const answer = await clickhouse.query({ ...request, format: 'JSONCompact' });
        const { meta, data, statistics } = await answer.json<unknown[]>();
        return {
          columns: meta ?? [],
          rows: data,
          rowsRead: statistics?.rows_read ?? 0,
          elapsedMs: Math.round((statistics?.elapsed ?? 0) * 1000),
        };
      }),
    askLines: (statement, signal) =>
      run(statement, signal, async (request) => {
        const { stream } = await clickhouse.exec(request);
        return (await text(stream)).split('\n');
      }),
  };
}
