import { randomUUID } from 'node:crypto';
import { formatConnectionString, routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newSecrets } from '../../../backend/server/src/tenants/connectionSecrets';
import { startTestApi, type TestApi } from '../setup/api';
import { createDatabase, type TestDatabase } from '../setup/database';
import { contextOf, person, proxyHeaders, startGrafana, type Grafana } from '../setup/grafana';

const connectionId = randomUUID();
const secrets = newSecrets(connectionId);
const viewer = person();
let grafana: Grafana;
let database: TestDatabase;
let api: TestApi;

const start = () =>
  startTestApi({
    database,
    env: {
      CONSOLE_GRAFANA_CONNECTION: formatConnectionString({ apiUrl: 'http://api:8080', connectionId, ...secrets }),
      CONSOLE_GRAFANA_URL: grafana.issuer,
      CONSOLE_GRAFANA_KEYS_URL: `${grafana.url}/api/signing-keys/keys`,
      CONSOLE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    },
  });
const listed = async () =>
  (await api.get(routes.listConnections, { params: { organizationId: api.organizationId } }, api.admin)).items;
const asViewer = async () =>
  api.ask(
    routes.me,
    {},
    proxyHeaders(secrets.proxySecret, await grafana.token(viewer, 1), JSON.stringify(contextOf(viewer, 1))),
  );

beforeAll(async () => {
  grafana = await startGrafana();
  database = await createDatabase();
  api = await start();
});
afterAll(async () => {
  await api?.stop();
  await database?.drop();
  await grafana?.stop();
});

it('the Grafana of the environment is bound from the start, and its people get in', async () => {
  expect(await listed()).toEqual([
    expect.objectContaining({ id: connectionId, issuer: grafana.issuer, grafanaOrgId: 1 }),
  ]);
  const answer = await asViewer();
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({ via: 'grafana', organization: { id: api.organizationId } });
});

it('a restart makes no second one, and does not bring back one that was deleted', async () => {
  await api.stop();
  api = await start();
  expect(await listed()).toHaveLength(1);
  await api.get(routes.deleteConnection, { params: { organizationId: api.organizationId, connectionId } }, api.admin);
  await api.stop();
  api = await start();
  expect(await listed()).toEqual([]);
  expect((await asViewer()).status).toBe(403);
});
