import { randomBytes } from 'node:crypto';
import { routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { createDatabase, runSql, type TestDatabase } from '../setup/database';

/** As a hosted PostgreSQL gives it out: the owner may make roles and is no superuser. */
const owner = `owner_${randomBytes(6).toString('hex')}`;
const password = randomBytes(8).toString('hex');
const masterKey = randomBytes(32).toString('base64');
let database: TestDatabase;
const apis: TestApi[] = [];

const start = async (): Promise<TestApi> => {
  const url = new URL(database.url);
  url.username = owner;
  url.password = password;
  const api = await startTestApi({
    database: { ...database, url: url.toString() },
    env: { CONSOLE_MASTER_KEY: masterKey },
  });
  apis.push(api);
  return api;
};

beforeAll(async () => {
  database = await createDatabase();
  await database.query(`create role ${owner} login createrole nosuperuser password '${password}'`);
  await database.query(`alter database ${database.name} owner to ${owner}`);
  await database.query(`alter schema public owner to ${owner}`);
});
afterAll(async () => {
  for (const api of apis) await api.stop();
  await database?.drop();
  await runSql(inject('engines').databaseUrl, `drop role if exists ${owner}`);
});

describe('an owner of the database that is no superuser', () => {
  it('serves several api processes that start one after the other and side by side', async () => {
    await start();
    const later = await Promise.all([start(), start()]);
    for (const api of later)
      expect((await api.get(routes.listOrganizations, {}, api.admin)).items.map(({ id }) => id)).toEqual([
        api.organizationId,
      ]);
  });
});
