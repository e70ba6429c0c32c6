import { ClickHouseError } from '@clickhouse/client';
import { ApiError } from '../../platform/errors';

export interface Failure {
  readonly status: number;
  readonly error: string;
  readonly errorSource: 'downstream' | 'plugin';
}

/** ClickHouse's own codes (ErrorCodes.cpp) that a query of ours can meet. */
const known: Readonly<Record<string, [status: number, code: string, say: string]>> = {
  '159': [504, 'query_timeout', 'The query took too long and was stopped. Narrow the time range, or filter more.'],
  '160': [
    504,
    'query_timeout',
    'The query would take too long and was stopped. Narrow the time range, or filter more.',
  ],
  '209': [504, 'query_timeout', 'ClickHouse did not answer in time. Narrow the time range, or filter more.'],
  '241': [
    422,
    'query_memory',
    'The query needs more memory than a query may take. Narrow the time range, or filter more.',
  ],
  '158': [422, 'query_rows', 'The query reads more rows than a query may read. Narrow the time range, or filter more.'],
  '307': [
    422,
    'query_bytes',
    'The query reads more bytes than a query may read. Narrow the time range, or filter more.',
  ],
  '396': [422, 'query_result', 'The answer has more rows than a query may answer. Aggregate more, or set a LIMIT.'],
  '394': [499, 'query_cancelled', 'The query was cancelled.'],
  '60': [
    503,
    'no_tables',
    'The console has not made its tables in ClickHouse yet. Its worker makes them when it starts.',
  ],
  '81': [
    503,
    'no_tables',
    'The database of CLICKHOUSE_URL does not exist in ClickHouse. Make it, and start the worker.',
  ],
};

const isAway = (error: unknown): boolean =>
  error instanceof Error &&
  (/^E(CONNREFUSED|CONNRESET|PIPE|HOSTUNREACH|TIMEDOUT|NOTFOUND|AI_AGAIN)$/.test(
    'code' in error ? String(error.code) : '',
  ) ||
    /socket hang up|Timeout error|timeout/i.test(error.message));

/** What ClickHouse or the way to it threw, as the api says it. The server's own words stay in the cause. */
export function fromClickHouse(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof ClickHouseError) {
    const [status, code, say] = known[error.code] ?? [
      500,
      'query_failed',
      'ClickHouse refused a query of the console. The log has the details.',
    ];
    return new ApiError(status, code, say, { cause: error });
  }
  if (isAway(error))
    return new ApiError(
      503,
      'clickhouse_unavailable',
      'The console cannot reach its ClickHouse right now. Figures over time come back with it; lists and messages go on.',
      { cause: error, retryAfter: 5 },
    );
  return new ApiError(500, 'internal', 'Something went wrong in the console itself.', { cause: error });
}

/** An error as it goes to one refId. Whatever is not ours to mend is `downstream`, as Grafana counts. */
export function failureOf(error: unknown): Failure {
  const known = fromClickHouse(error);
  const ours = known.code === 'internal' || known.code === 'query_failed';
  return { status: known.status, error: known.message, errorSource: ours ? 'plugin' : 'downstream' };
}
