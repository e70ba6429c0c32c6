import { ClickHouseError, type ClickHouseSettings } from '@clickhouse/client';
import type { QuerySpec } from '@jetstream-console/contract';
import { ApiError, forbidden, invalid } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { Ask, Bounds } from '../engine/ask';
import type { QueryDeps, Window } from '../engine/deps';
import type { Frame, FrameMeta } from '../frames/frame';
import { toLogs, toSeries, toTable } from './frames';
import { checkText, checkTree } from './guard';
import { expandMacros } from './macros';
import { sqlTable, sqlTables, tableFilters } from './tables';

export type SqlSpec = Extract<QuerySpec, { kind: 'sql' }>;

/** What one statement of a person may take. */
export const sqlBounds: Bounds = { seconds: 15, rowsRead: 500_000_000, resultRows: 100_000, memoryBytes: 1024 ** 3 };
const maxResultBytes = 64 * 1024 ** 2;

/** The error codes whose text is about the statement and holds no row of any table (ErrorCodes.cpp). */
const aboutTheStatement: ReadonlySet<string> = new Set([
  '10', // NOT_FOUND_COLUMN_IN_BLOCK
  '16', // NO_SUCH_COLUMN_IN_TABLE
  '36', // BAD_ARGUMENTS
  '42', // NUMBER_OF_ARGUMENTS_DOESNT_MATCH
  '43', // ILLEGAL_TYPE_OF_ARGUMENT
  '44', // ILLEGAL_COLUMN
  '46', // UNKNOWN_FUNCTION
  '47', // UNKNOWN_IDENTIFIER
  '48', // NOT_IMPLEMENTED
  '53', // TYPE_MISMATCH
  '60', // UNKNOWN_TABLE
  '62', // SYNTAX_ERROR
  '63', // UNKNOWN_AGGREGATE_FUNCTION
  '80', // INCORRECT_QUERY
  '167', // TOO_DEEP_AST
  '168', // TOO_BIG_AST
  '179', // MULTIPLE_EXPRESSIONS_FOR_ALIAS
  '184', // ILLEGAL_AGGREGATION
  '207', // AMBIGUOUS_IDENTIFIER
  '215', // NOT_AN_AGGREGATE
  '306', // TOO_DEEP_RECURSION
  '352', // AMBIGUOUS_COLUMN_NAME
  '386', // NO_COMMON_TYPE
  '456', // UNKNOWN_QUERY_PARAMETER
]);
/** Raised while rows are worked on: its text may hold a value, so a person gets the kind of error alone. */
const aboutValues: Readonly<Record<string, string>> = {
  '6': 'a text could not be read as the type it was cast to: use the function that ends in OrNull',
  '38': 'a text could not be read as a date',
  '41': 'a text could not be read as a time',
  '70': 'a value could not be converted to the type it was cast to',
  '72': 'a text could not be read as a number',
  '153': 'a number was divided by zero',
  '69': 'a value was out of its bounds',
  '349': 'a null stood where none may be',
  '117': 'a value was malformed',
  '407': 'a decimal overflowed',
};

/** What the engine says of a person's own statement is theirs to mend, and helps. */
function explain(error: unknown): unknown {
  const cause = error instanceof ApiError ? error.details.cause : error;
  if (!(cause instanceof ClickHouseError)) return error;
  // READONLY: the engine met a SETTINGS clause before we could.
  if (cause.code === '164') return invalid('sql', 'SETTINGS are not possible here: the console sets its own bounds.');
  if (aboutTheStatement.has(cause.code)) return invalid('sql', cause.message.split('\n')[0]?.slice(0, 500) ?? '');
  const kind = aboutValues[cause.code];
  return kind === undefined ? error : invalid('sql', kind);
}

async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw explain(error);
  }
}

/** Names that are neither tables for everybody nor names of the statement's own WITH are refused before it runs. */
async function checkNames(ask: Ask, names: ReadonlySet<string>, ctx: Ctx): Promise<void> {
  const unknown = [...names].filter((name) => !sqlTable(name));
  if (unknown.length > 0) {
    const { rows } = await ask(
      {
        sql: 'SELECT name FROM system.tables WHERE database = currentDatabase() AND name IN {names:Array(String)}',
        params: { names: unknown },
      },
      ctx.signal,
    );
    const [found] = rows;
    if (found)
      throw invalid(
        'sql',
        `the table ${String(found[0])} cannot be read. There are: ${sqlTables.map(({ name }) => name).join(', ')}`,
      );
  }
  for (const table of [...names].flatMap((name) => sqlTable(name) ?? []))
    for (const need of table.needs)
      if (!ctx.decide(need, {}).allowed)
        throw forbidden(
          `${table.name} needs ${need.resource}:${need.action} in the whole organization, which you do not hold.`,
        );
}

/** Settings that keep one tenant's rows from another: first the filter, then what could reorder it; `readonly` comes last. */
const wallSettings = (filters: ClickHouseSettings['additional_table_filters']): ClickHouseSettings => ({
  additional_table_filters: filters,
  // A person's condition must not be looked at before the wall's: its errors would tell of foreign rows.
  query_plan_merge_filters: 0,
  optimize_move_to_prewhere: 0,
  query_plan_optimize_prewhere: 0,
  // Counts and bounds that are kept beside the rows know no filter.
  optimize_trivial_count_query: 0,
  optimize_use_implicit_projections: 0,
  optimize_use_projections: 0,
  allow_ddl: 0,
  allow_introspection_functions: 0,
  max_result_bytes: String(maxResultBytes),
  max_ast_depth: '200',
  max_ast_elements: '10000',
  max_subquery_depth: '20',
  max_threads: 4,
  date_time_output_format: 'iso',
});

/**
 * A person's SELECT, walled: the engine's own parser says what it is made of, that is held against lists, and it runs
 * filtered to the organization, read-only and bounded.
 */
export async function readSql(deps: QueryDeps, ctx: Ctx, spec: SqlSpec, window: Window): Promise<Frame[]> {
  const { principal } = ctx;
  const asked = ctx.decide({ resource: 'queries', action: 'sql' }, {});
  if (!asked.allowed)
    throw forbidden('SQL needs queries:sql in the whole organization. Ask an administrator for a role that has it.');
  const sql = expandMacros(spec.sql, window).trim().replace(/;\s*$/, '');
  checkText(sql);
  const otherAccounts = ctx.decide({ resource: 'accounts', action: 'read' }, {}).allowed;
  const settings = wallSettings(tableFilters(principal.organizationId, otherAccounts));
  const tree = await explained(
    deps.askLines({ sql: `EXPLAIN AST ${sql}`, bounds: { ...sqlBounds, seconds: 5 }, settings }, ctx.signal),
  );
  const names = checkTree(tree);
  await checkNames(deps.ask, names, ctx);
  const most = sqlBounds.resultRows;
  const answer = await explained(
    deps.ask({ sql, bounds: sqlBounds, settings: { ...settings, limit: String(most + 1) } }, ctx.signal),
  );
  // The embedded engine does not count what it answers; a server has refused this already.
  if (answer.rows.length > most)
    throw new ApiError(422, 'query_result', `The answer has more than ${most} rows. Aggregate more, or set a LIMIT.`);
  if (answer.rows.length === 0) return [];
  const meta: FrameMeta = {
    executedQueryString: sql,
    custom: { rowsRead: answer.rowsRead, clickhouseMs: answer.elapsedMs },
  };
  switch (spec.format) {
    case 'table':
      return toTable(answer, meta);
    case 'series':
      return toSeries(answer, meta);
    case 'logs':
      return toLogs(answer, meta);
  }
}
