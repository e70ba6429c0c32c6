import { createClient } from '@clickhouse/client';
import { randomBytes } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import { readConfig } from '../../../backend/server/src/platform/config';
import { migrateClickHouse, migrations as tables } from '../../../backend/server/src/metrics/migrations';
import { migrations as schemas } from '../../../backend/server/src/platform/migrations';
import { openPg } from '../../../backend/server/src/platform/pg';
import { environmentOf } from '../setup/api';
import { createDatabase } from '../setup/database';
import { silent } from './pipeline';

it('two processes that bring PostgreSQL up to date at once do it once', async () => {
  const database = await createDatabase();
  try {
    const config = readConfig(environmentOf(database.url));
    const opened = await Promise.all([openPg(config, silent), openPg(config, silent), openPg(config, silent)]);
    for (const pg of opened) await pg.ping();
    const done = await database.query<{ name: string }>('select name from kysely_migration order by name');
    expect(done.map(({ name }) => name)).toEqual(Object.keys(schemas));
    for (const pg of opened) await pg.close();
  } finally {
    await database.drop();
  }
});

it('two workers that make the tables of ClickHouse at once, as when one has lost its lock, end with all of them', async () => {
  const url = new URL(inject('engines').clickhouseUrl);
  const admin = createClient({ url: url.toString() });
  const name = `t_${randomBytes(6).toString('hex')}`;
  await admin.command({ query: `CREATE DATABASE ${name}` });
  url.pathname = `/${name}`;
  const clients = [1, 2].map(() => createClient({ url: url.toString(), request_timeout: 60_000 }));
  try {
    await Promise.all(clients.map((client) => migrateClickHouse(client, (work) => work())));
    const rows = async <T>(query: string) => (await admin.query({ query, format: 'JSONEachRow' })).json<T>();
    const versions = await rows<{ version: number }>(
      `SELECT DISTINCT version FROM ${name}.schema_migrations ORDER BY version`,
    );
    expect(versions.map(({ version }) => version)).toEqual(tables.map(({ version }) => version));
    // As many tables and views as one alone makes, each in place.
    const [{ n } = { n: 0 }] = await rows<{ n: number | string }>(
      `SELECT count() AS n FROM system.tables WHERE database = '${name}'`,
    );
    const made = tables.flatMap(({ statements }) => statements).filter((sql) => /^\s*CREATE /i.test(sql)).length;
    expect(Number(n)).toBe(made + 1);
    const again = clients[0];
    expect(again && (await migrateClickHouse(again, (work) => work()))).toEqual([]);
  } finally {
    for (const client of clients) await client.close();
    await admin.command({ query: `DROP DATABASE ${name}` });
    await admin.close();
  }
});
