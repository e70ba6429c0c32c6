import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { eventually } from './wait';

export interface TestDatabase {
  /** the owner's URL */
  readonly url: string;
  readonly name: string;
  /** runs one statement as the owner; row-level security does not hold a superuser, so tests see everything */
  query<T extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<T[]>;
  drop(): Promise<void>;
}

export async function runSql<T extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** A database of its own for each test file: files run side by side and must not see each other's rows. */
export async function createDatabase(): Promise<TestDatabase> {
  const server = inject('engines').databaseUrl;
  const name = `t_${randomBytes(6).toString('hex')}`;
  await runSql(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.toString(), max: 2 });
  const open = new Set<pg.PoolClient>();
  pool.on('connect', (client) => {
    open.add(client);
    client.once('end', () => open.delete(client));
  });
  return {
    url: url.toString(),
    name,
    query: async <T extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []) =>
      (await pool.query<T>(sql, [...values])).rows,
    drop: async () => {
      await pool.end();
      // A pool ends before its connections do; one that the server still has would be told of the drop.
      await eventually(() => open.size === 0);
      await runSql(server, `drop database if exists ${name} with (force)`);
      for (const role of [`${name}_app`, `${name}_system`]) await runSql(server, `drop role if exists ${role}`);
    },
  };
}
