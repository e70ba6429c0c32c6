import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readConfig } from '../../../backend/server/src/platform/config';
import { makeLog } from '../../../backend/server/src/platform/log';
import { openPg, type Pg } from '../../../backend/server/src/platform/pg';
import { ordersSet } from '../../../backend/server/src/decoders/orders.fixture';
import { uploadDescriptor } from '../decoders/world';
import { environmentOf, startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { createDatabase, runSql, type TestDatabase } from '../setup/database';
import { makeOrganization } from '../setup/people';
import { makeWorld } from './world';
import { startNatsServer, type NatsServer } from '../setup/nats';

let api: TestApi;
let nats: NatsServer;
let database: TestDatabase;
let appUrl: string;
let app: pg.Pool;
let other: string;
/** every table with a row-level policy, and the column that names the tenant */
let tables: { name: string; column: string }[];
const appPassword = randomBytes(8).toString('hex');

beforeAll(async () => {
  nats = await startNatsServer();
  api = await startTestApi();
  database = api.database;
  const { clusterId } = await makeWorld(api, nats.url);
  const organization = await makeOrganization(api);
  other = organization.id;
  await addCluster(api, [nats.url], {}, organization.admin.token);
  await uploadDescriptor(api, 'theirs', ordersSet(), organization.admin.token);
  const { id: descriptor } = await uploadDescriptor(api, 'ours');
  await api.get(
    routes.createProtobufBinding,
    { params: { clusterId }, body: { subject: 'orders.>', descriptor, type: 'orders.v1.Order' } },
    api.admin,
  );
  // The same role as the api's own, under a password that the test knows.
  await database.query(`alter role ${database.name}_app password '${appPassword}'`);
  const url = new URL(database.url);
  url.username = `${database.name}_app`;
  url.password = appPassword;
  appUrl = url.toString();
  app = new pg.Pool({ connectionString: appUrl, max: 2 });
  tables = (
    await database.query<{ name: string; column: string }>(`
      select c.table_name as name, max(case when c.column_name = 'org_id' then 'org_id' else 'id' end) as column
      from information_schema.columns c join pg_class k on k.relname = c.table_name and k.relkind = 'r'
      join pg_namespace n on n.oid = k.relnamespace and n.nspname = 'public' and c.table_schema = 'public'
      where c.table_name not like 'kysely%' and c.table_name not in ('login_throttle', 'console_logins') group by 1`)
  ).map(({ name, column }) => ({ name, column }));
});
afterAll(async () => {
  await app?.end();
  await api?.stop();
  await nats?.stop();
});

/** The passwords of the logins are sealed under the api's own. */
const sameKey = () => ({ CONSOLE_MASTER_KEY: api.config.masterKeys[0].key.toString('base64') });

/** Runs as the app role with `app.org` set as the api sets it, or with none. */
async function asOrg<T extends pg.QueryResultRow>(org: string | null, sql: string): Promise<T[]> {
  const client = await app.connect();
  try {
    await client.query('begin');
    if (org !== null) await client.query(`select set_config('app.org', $1, true)`, [org]);
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.query('rollback');
    client.release();
  }
}

it('gives the api two logins that own nothing and bypass nothing, and that are not one', async () => {
  const roles = await database.query(
    `select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
       (select count(*)::int from pg_class c where c.relowner = r.oid) as owned,
       (select count(*)::int from pg_auth_members m where m.member = r.oid) as member_of
     from pg_roles r where rolname like $1 order by 1`,
    [`${database.name}\\_%`],
  );
  const harmless = {
    rolsuper: false,
    rolbypassrls: false,
    rolcreaterole: false,
    rolcreatedb: false,
    rolreplication: false,
    owned: 0,
    member_of: 0,
  };
  expect(roles).toEqual([
    { rolname: `${database.name}_app`, ...harmless },
    { rolname: `${database.name}_system`, ...harmless },
  ]);
});

it('finds the rows of a tenant by an index in every table', async () => {
  const indexed = await database.query<{ name: string }>(
    `select distinct t.relname as name from pg_index i join pg_class t on t.oid = i.indrelid
     join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
     where a.attname = 'org_id' or (t.relname = 'organizations' and a.attname = 'id')`,
  );
  const names = new Set(indexed.map(({ name }) => name));
  expect(tables.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([]);
});

it('puts every table but the log-in throttle behind forced row-level security', async () => {
  const rows = await database.query<{ relname: string; relrowsecurity: boolean; relforcerowsecurity: boolean }>(
    `select relname, relrowsecurity, relforcerowsecurity from pg_class k join pg_namespace n on n.oid = k.relnamespace
     where n.nspname = 'public' and relkind = 'r' and relname not like 'kysely%' and relname <> 'console_logins' order by 1`,
  );
  expect(rows.filter((row) => !row.relrowsecurity || !row.relforcerowsecurity).map((row) => row.relname)).toEqual([
    'login_throttle',
  ]);
  expect(tables.map(({ name }) => name).sort()).toEqual(
    rows.map((row) => row.relname).filter((n) => n !== 'login_throttle'),
  );
});

it('walks every table: without an organization no row, with one its own rows alone', async () => {
  const filled: string[] = [];
  for (const { name, column } of tables) {
    const all = await database.query<{ org: string }>(`select ${column}::text as org from ${name}`);
    if (all.some(({ org }) => org === api.organizationId)) filled.push(name);
    expect(await asOrg(null, `select * from ${name}`), name).toEqual([]);
    for (const org of [api.organizationId, other]) {
      const seen = await asOrg<{ org: string }>(org, `select ${column}::text as org from ${name}`);
      expect(
        seen.every((row) => row.org === org),
        name,
      ).toBe(true);
      expect(seen.length, name).toBe(all.filter((row) => row.org === org).length);
    }
  }
  // An empty table would prove nothing.
  expect(filled).toEqual(
    expect.arrayContaining([
      'organizations',
      'users',
      'teams',
      'roles',
      'role_bindings',
      'sessions',
      'clusters',
      'grafana_connections',
      'audit_outbox',
      'protobuf_descriptors',
      'protobuf_bindings',
    ]),
  );
});

it("lets the app role neither write into another organization, nor move a row there, nor touch the other's", async () => {
  await expect(
    asOrg(other, `insert into teams (org_id, name) values ('${api.organizationId}', 'smuggled')`),
  ).rejects.toThrow(/row-level security/);
  await expect(asOrg(api.organizationId, `update teams set org_id = '${other}'`)).rejects.toThrow(/row-level security/);
  expect(
    await asOrg(other, `update clusters set name = 'taken' where org_id = '${api.organizationId}' returning id`),
  ).toEqual([]);
  expect(await asOrg(other, `delete from users where org_id = '${api.organizationId}' returning id`)).toEqual([]);
  for (const statement of [
    'select * from login_throttle',
    'select * from console_logins',
    'alter table teams disable row level security',
    'select * from kysely_migration',
    'create table t (a int)',
    `set role ${database.name}_system`,
  ])
    await expect(asOrg(other, statement), statement).rejects.toThrow(/permission denied|must be owner/);
});

describe('the functions that write the audit', () => {
  const record = (org: string, action: string) =>
    `select audit_record('${org}', null, null, 'session', '${action}', null, null, '', '', '', 'pending', null) as id`;
  it('run with the rights of their caller, and only the app login may call them', async () => {
    const functions = await database.query<{ name: string; definer: boolean; app: boolean; system: boolean }>(
      `select p.proname as name, p.prosecdef as definer, has_function_privilege($1, p.oid, 'execute') as app,
         has_function_privilege($2, p.oid, 'execute') as system
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public' order by 1`,
      [`${database.name}_app`, `${database.name}_system`],
    );
    const bounds = { definer: false, app: true, system: false };
    expect(functions).toEqual([
      { name: 'audit_finish', ...bounds },
      { name: 'audit_record', ...bounds },
    ]);
  });
  it("touch their own organization's records alone, and leave none set behind them", async () => {
    const client = await app.connect();
    try {
      const { rows } = await client.query<{ id: string }>(record(other, 'test.foreign'));
      const id = rows[0]?.id ?? '';
      expect((await client.query('select * from audit_outbox')).rows).toEqual([]);
      await client.query(`select audit_finish('${api.organizationId}', '${id}', 'success', null, null)`);
      const status = () => database.query(`select org_id, status from audit_outbox where id = $1`, [id]);
      expect(await status()).toEqual([{ org_id: other, status: 'pending' }]);
      await client.query(`select audit_finish('${other}', '${id}', 'success', null, null)`);
      expect(await status()).toEqual([{ org_id: other, status: 'success' }]);
    } finally {
      client.release();
    }
  });
});

it('holds the owner of the tables to the same policies, as FORCE says', async () => {
  const owner = `${database.name}_owner`;
  await database.query(`create role ${owner} login password '${appPassword}'`);
  try {
    await database.query(`alter table teams owner to ${owner}`);
    const url = new URL(database.url);
    url.username = owner;
    url.password = appPassword;
    expect(await runSql(url.toString(), 'select * from teams')).toEqual([]);
  } finally {
    await database.query(`alter table teams owner to current_user`);
    await database.query(`drop owned by ${owner}`);
    await database.query(`drop role ${owner}`);
  }
});

describe('pooled connections', () => {
  it('forget the organization with the transaction, also after a failure', async () => {
    const config = readConfig(environmentOf(database.url, { ...sameKey(), DATABASE_APP_URL: appUrl }));
    const one = await openPg(config, makeLog(config, 'test'));
    try {
      const names = (org: string) =>
        one.inOrg(org, async (tx) =>
          (await tx.selectFrom('organizations').select('id').execute()).map((row) => row.id),
        );
      // More at once than the pool has connections: each of them is used by both organizations in turn.
      const asked = Array.from({ length: 60 }, (_, i) => (i % 2 ? api.organizationId : other));
      const answers = await Promise.all(
        asked.map((org, i) =>
          i % 5 === 0
            ? one
                .inOrg(org, () => Promise.reject(new Error('on purpose')))
                .then(
                  () => [],
                  () => names(org),
                )
            : names(org),
        ),
      );
      expect(answers).toEqual(asked.map((org) => [org]));
      // Outside any organization nothing is left over from the one before.
      expect(await names('00000000-0000-4000-8000-000000000000')).toEqual([]);
      // Its name is sent as text, so what is no name is not sent.
      const injected = `${other}', true); select set_config('app.org', '${api.organizationId}`;
      await expect(names(injected)).rejects.toThrow(/uuid/);
      await expect(names('')).rejects.toThrow(/uuid/);
      expect(await names(other)).toEqual([other]);
    } finally {
      await one.close();
    }
  });
});

describe('the api does not start', () => {
  const attempt = async (env: Record<string, string>) => {
    const config = readConfig(environmentOf(database.url, { ...sameKey(), ...env }));
    const opened = await openPg(config, makeLog(config, 'test'));
    await opened.close();
  };
  it('on a superuser, for either login', async () => {
    await expect(attempt({ DATABASE_APP_URL: database.url })).rejects.toThrow(/app login .* superuser/);
    await expect(attempt({ DATABASE_SYSTEM_URL: database.url })).rejects.toThrow(/system login .* superuser/);
  });
  it('on a login with BYPASSRLS, or on one that may become one without these bounds', async () => {
    const role = `${database.name}_by`;
    await database.query(`create role ${role} login bypassrls password '${appPassword}'`);
    const url = new URL(database.url);
    url.username = role;
    url.password = appPassword;
    try {
      await expect(attempt({ DATABASE_APP_URL: url.toString() })).rejects.toThrow(/app login/);
      await database.query(`alter role ${role} nobypassrls`);
      await database.query(`grant ${new URL(inject('engines').databaseUrl).username} to ${role}`);
      await expect(attempt({ DATABASE_APP_URL: url.toString() })).rejects.toThrow(/app login/);
    } finally {
      await database.query(`drop role ${role}`);
    }
  });
  it('where one login serves as both', async () => {
    // Those before gave the role the password that the api keeps for it.
    await database.query(`alter role ${database.name}_app password '${appPassword}'`);
    await expect(attempt({ DATABASE_APP_URL: appUrl, DATABASE_SYSTEM_URL: appUrl })).rejects.toThrow(/same login/);
  });
});

describe('the logins that are made for the console', () => {
  const base64 = () => randomBytes(32).toString('base64');
  const [first, second] = [base64(), base64()];
  const open = async (url: string, [[id, key], ...old]: [[string, string], ...[string, string][]]) => {
    const env = {
      CONSOLE_MASTER_KEY_ID: id,
      CONSOLE_MASTER_KEY: key,
      CONSOLE_OLD_MASTER_KEYS: old.map((k) => k.join(':')).join(),
    };
    const config = readConfig(environmentOf(url, env));
    return openPg(config, makeLog(config, 'test'));
  };
  const asks = async (one: Pg) => {
    // More at once than it has connections open: some of them are made now, with the password as it is now.
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => one.asSystem((db) => db.selectFrom('organizations').select('id').execute())),
    );
    return answers.length;
  };

  it('serve processes whose master keys stand in another order, and one that no longer has the old key', async () => {
    const own = await createDatabase();
    const opened: Pg[] = [];
    const start = async (...keys: Parameters<typeof open>[1]) => {
      const one = await open(own.url, keys);
      opened.push(one);
      return one;
    };
    try {
      const old = await start(['k1', first]);
      const both = await start(['k2', second], ['k1', first]);
      const otherWay = await start(['k1', first], ['k2', second]);
      const again = await start(['k2', second], ['k1', first]);
      const last = await start(['k2', second]);
      for (const one of [old, both, otherWay, again, last]) expect(await asks(one)).toBe(10);
      const [sealed] = await own.query<{ text: string }>(`select string_agg(sealed, ' ') as text from console_logins`);
      expect(sealed?.text.split(' ').map((text) => text.split('.')[1])).toEqual(['k2', 'k2']);
      // A key that opens nothing of it starts nothing, and locks nobody out.
      await expect(open(own.url, [['k3', base64()]])).rejects.toThrow(/CONSOLE_OLD_MASTER_KEYS.*console_logins/);
      await expect(open(own.url, [['k2', base64()]])).rejects.toThrow(/CONSOLE_OLD_MASTER_KEYS.*console_logins/);
      for (const one of [old, last]) expect(await asks(one)).toBe(10);
      await own.query('delete from console_logins');
      expect(await asks(await start(['k3', base64()]))).toBe(10);
    } finally {
      for (const one of opened) await one.close();
      await own.drop();
    }
  });
});
