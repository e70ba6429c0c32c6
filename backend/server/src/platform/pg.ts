import { Kysely, Migrator, PostgresDialect, PostgresDriver, sql, type Transaction } from 'kysely';
import pg from 'pg';
import type { Config } from './config';
import { ApiError } from './errors';
import type { Logger } from './log';
import { migrations } from './migrations';
import { assertRestricted, loginOf, type Login } from './pgLogins';
import type { Database } from './schema';
import type { Statement } from './statement';
import { isUuid } from './uuid';

export type Tx = Transaction<Database>;

export interface Pg {
  /** Runs inside one transaction that sees one organization's rows alone. */
  inOrg<T>(organizationId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Crosses tenants: for log-in look-ups and workers only. */
  asSystem<T>(work: (db: Kysely<Database>) => Promise<T>): Promise<T>;
  /** One prepared statement that crosses tenants, in one round trip. */
  systemRows<A, R extends pg.QueryResultRow>(statement: Statement<A, R>, args: A): Promise<R[]>;
  /**
   * One prepared statement outside any organization, in one round trip: it sees no row of any tenant, and calls a
   * function of the schema that sets the organization by itself.
   */
  appRows<A, R extends pg.QueryResultRow>(statement: Statement<A, R>, args: A): Promise<R[]>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

const poolSize = 10;
const connectTimeoutMs = 3000;
const statementTimeoutMs = 15_000;

function openPool(connectionString: string, log: Logger): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    application_name: 'jetstream-console',
  });
  return surviving(pool, log);
}

/**
 * A connection that PostgreSQL drops is no fault of this process. The pool hears of an idle one; one in use has no
 * listener at all between two queries, and an error that nobody listens to would end the process. The query that was
 * under way is rejected by itself. Only the reason is logged: the error carries the whole client, password included.
 */
function surviving(pool: pg.Pool, log: Logger): pg.Pool {
  pool.on('error', (error) => log.warn({ reason: error.message }, 'a pooled PostgreSQL connection was lost'));
  pool.on('connect', (client) => {
    client.on('error', (error) => log.debug({ reason: error.message }, 'a PostgreSQL connection was lost'));
  });
  return pool;
}

const kyselyOn = (pool: pg.Pool) => new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });

/** Leaves the beginning of a transaction to `beginIn`, which sends it together with the organization. */
class BegunByCaller extends PostgresDriver {
  override beginTransaction(): Promise<void> {
    return Promise.resolve();
  }
}
class AppDialect extends PostgresDialect {
  constructor(private readonly pool: pg.Pool) {
    super({ pool });
  }
  override createDriver() {
    return new BegunByCaller({ pool: this.pool });
  }
}

/** Both in one round trip, which no parameters can be sent with: what is no uuid never gets into the text. */
function beginIn(organizationId: string) {
  if (!isUuid(organizationId)) throw new Error('an organization is named by its uuid');
  return sql.raw(`begin; select set_config('app.org', '${organizationId}', true)`);
}

/** Without a transaction around it, so that a statement is one round trip and, where it writes, one commit. */
async function rows<A, R extends pg.QueryResultRow>(pool: pg.Pool, { name, text, values }: Statement<A, R>, args: A) {
  const client = await pool.connect();
  try {
    return (await client.query<R>({ name, text, values: values(args) })).rows;
  } finally {
    client.release();
  }
}

/** SQLSTATE classes 08 and 57P, and sockets that do not open: PostgreSQL is away, and the request may be tried again. */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    /^(08|57P|53300)/.test(code) ||
    /^E(CONNREFUSED|CONNRESET|PIPE|HOSTUNREACH|TIMEDOUT|NOTFOUND|AI_AGAIN)$/.test(code) ||
    /timeout exceeded when trying to connect|Connection terminated/i.test(error.message)
  );
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isAway(error))
      throw new ApiError(
        503,
        'database_unavailable',
        'The console cannot reach its PostgreSQL right now. It keeps trying; ask again in a few seconds.',
        { cause: error, retryAfter: 5 },
      );
    throw error;
  }
}

/**
 * Brings the schema up to date as the owner, one process at a time (an advisory lock), and makes the two
 * restricted roles where their URLs are not configured.
 */
async function migrate(config: Config, log: Logger): Promise<{ readonly app: Login; readonly system: Login }> {
  const pool = new pg.Pool({
    connectionString: config.database.owner,
    max: 1,
    connectionTimeoutMillis: connectTimeoutMs,
  });
  const owner = kyselyOn(surviving(pool, log));
  try {
    await sql`select pg_advisory_lock(hashtext('jetstream-console'))`.execute(owner);
    const app = await loginOf(config, owner, 'app');
    const system = await loginOf(config, owner, 'system');
    // One connection, so the settings hold for the migrations that read them.
    await sql`select set_config('console.app_role', ${app.role}, false), set_config('console.system_role', ${system.role}, false)`.execute(
      owner,
    );
    const { error, results } = await new Migrator({
      db: owner,
      provider: { getMigrations: async () => migrations },
    }).migrateToLatest();
    for (const result of results ?? [])
      if (result.status === 'Success') log.info({ migration: result.migrationName }, 'schema migrated');
    if (error) throw error instanceof Error ? error : new Error(String(error));
    return { app, system };
  } finally {
    await owner.destroy();
  }
}

/** Migrates, then opens the two restricted pools. Fails when PostgreSQL is not there at start. */
export async function openPg(config: Config, log: Logger): Promise<Pg> {
  const logins = await migrate(config, log);
  const appPool = openPool(logins.app.url, log);
  const systemPool = openPool(logins.system.url, log);
  const app = new Kysely<Database>({ dialect: new AppDialect(appPool) });
  const system = kyselyOn(systemPool);
  try {
    if ((await assertRestricted(app, 'app')) === (await assertRestricted(system, 'system')))
      throw new Error(
        'DATABASE_APP_URL and DATABASE_SYSTEM_URL are the same login. The system login sees every organization: give the app login a name of its own.',
      );
  } catch (error) {
    await Promise.all([app.destroy(), system.destroy()]);
    throw error;
  }
  return {
    inOrg: (organizationId, work) =>
      guarded(() => {
        const begin = beginIn(organizationId);
        return app.transaction().execute(async (tx) => {
          await begin.execute(tx);
          return work(tx);
        });
      }),
    asSystem: (work) => guarded(() => work(system)),
    systemRows: (statement, args) => guarded(() => rows(systemPool, statement, args)),
    appRows: (statement, args) => guarded(() => rows(appPool, statement, args)),
    ping: () =>
      guarded(async () => {
        await sql`select 1`.execute(app);
      }),
    close: async () => {
      await Promise.all([app.destroy(), system.destroy()]);
    },
  };
}
