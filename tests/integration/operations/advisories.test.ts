import type { ClickHouseClient } from '@clickhouse/client';
import { jetstreamManager } from '@nats-io/jetstream';
import { routes, type QueryIn, type Routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectionNames } from '../../../backend/server/src/clusters/connect';
import { makeVault } from '../../../backend/server/src/clusters/vault';
import { accountAdvisories, watchAdvisories } from '../../../backend/server/src/metrics/collect/advisories';
import { head, inAccount, insertSamples } from '../query/samples';
import { startTestApi, type TestApi } from '../setup/api';
import { makeTables, openClickHouse } from '../setup/clickhouse';
import { addCluster } from '../setup/clusters';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { makePerson, makeScopedPerson } from '../setup/people';
import { eventually } from '../setup/wait';

let nats: NatsServer;
let api: TestApi;
let clickhouse: ClickHouseClient;
let clusterId: string;
let realTime: string;
let realId: string;
const now = Date.now();
const ourName = () => connectionNames(makeVault(api.config.masterKeys), clusterId)[0];
const hostile = 'admin\u202e<b>';

beforeAll(async () => {
  nats = await startNatsServer({ config: 'authorization { users: [{ user: ann, password: "ann-password" }] }' });
  api = await startTestApi();
  await makeTables();
  clickhouse = openClickHouse();
  clusterId = await addCluster(api, [nats.url], {
    credentials: { admin: { auth: { kind: 'user_password', user: 'ann', password: 'ann-password' } } },
  });
  const of = { org: api.organizationId, cluster: clusterId };
  const event = (ago: number, id: string, type: string, stream: string, more = {}) => ({
    ...head(of, now - ago),
    ...inAccount,
    id,
    type,
    severity: 'info',
    stream,
    title: `${type} of ${stream || 'the cluster'}`,
    data: JSON.stringify({ type, id }),
    ...more,
  });
  const rows = [
    event(1000, 'e1', 'max_deliver', 'ORDERS', { consumer: 'billing', severity: 'warning' }),
    event(1000, 'e2', 'max_deliver', 'ORDERS', { consumer: 'billing', severity: 'warning' }),
    event(2000, 'e3', 'stream_leader_elected', 'EVENTS', { server: 'n1' }),
    event(3000, 'e4', 'server_removed', '', { server: 'n2', severity: 'critical' }),
    event(4000, 'e5', 'max_deliver', 'HIDDEN', { account: 'OTHER', own: false }),
    event(5000, 'e6', 'api_audit', '', {
      data: JSON.stringify({ client: { user: 'eve', name: ourName(), jwt: 'a-secret', host: '10.0.0.9' } }),
    }),
    event(2 * 86_400_000, 'old', 'stream_action', 'ORDERS'),
  ];
  // What two workers heard is one.
  await insertSamples(clickhouse, 'events', [...rows, rows[0] ?? {}]);
  await insertSamples(clickhouse, 'events', [
    { ...event(0, 'foreign', 'max_deliver', 'ORDERS'), org_id: '00000000-0000-4000-8000-000000000001' },
  ]);

  // An act around the console, as a real server tells it.
  const nc = await connectTo(nats.url, { user: 'ann', pass: 'ann-password', name: hostile });
  const owner = { organizationId: api.organizationId, clusterId, retentionDays: 65_535 };
  const heard = { account: { id: 'APP', name: 'APP' }, domain: '', nameOf: (id: string) => id, own: 'APP' };
  const advisories = watchAdvisories(
    () => owner,
    [{ nc, subjects: accountAdvisories, heard: () => heard }],
    { requests: 0, bytes: 0 },
    () => undefined,
  );
  await nc.flush();
  await (
    await jetstreamManager(nc)
  ).streams.add({ name: 'AROUND', subjects: ['around.>'], metadata: { big: 'x'.repeat(20_000) } });
  const act = await eventually(() => advisories.take().rows.find(({ type }) => type === 'api_audit'));
  advisories.close();
  await nc.close();
  realId = act.id;
  realTime = new Date(`${act.common.time.replace(' ', 'T')}Z`).toISOString();
  const { id, type, severity, stream, title, data } = act;
  await insertSamples(clickhouse, 'events', [
    { ...head(of, Date.parse(realTime)), ...inAccount, id, type, severity, stream, title, data },
  ]);
});
afterAll(async () => {
  await clickhouse?.close();
  await api?.stop();
  await nats?.stop();
});

type Query = QueryIn<Routes['listAdvisories']>;
const list = (query: Query = {}, token = api.admin) =>
  api.get(
    routes.listAdvisories,
    { params: { clusterId }, query: { to: new Date(now).toISOString(), ...query } },
    token,
  );
const ids = async (query: Query = {}, token = api.admin) => (await list(query, token)).items.map(({ id }) => id);

it('are told newest first, each once, of the last day unless more is asked for', async () => {
  expect(await ids()).toEqual(['e2', 'e1', 'e3', 'e4', 'e5', 'e6']);
  expect(await ids({ from: new Date(now - 3 * 86_400_000).toISOString() })).toContain('old');
  expect((await list({ type: 'max_deliver' })).types).toEqual([
    { type: 'max_deliver', count: 3 },
    { type: 'api_audit', count: 1 },
    { type: 'server_removed', count: 1 },
    { type: 'stream_leader_elected', count: 1 },
  ]);
});

it('are turned page by page, also where two came in one millisecond', async () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit: 1, ...(cursor !== undefined && { cursor }) });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual(['e2', 'e1', 'e3', 'e4', 'e5', 'e6']);
  const other = Buffer.from('["99999999999999","x"]').toString('base64url');
  expect(
    await api.refused(routes.listAdvisories, { params: { clusterId }, query: { cursor: other } }, api.admin),
  ).toMatchObject({ status: 400 });
});

it.each<[Query, string[]]>([
  [{ type: 'server_removed' }, ['e4']],
  [{ severity: 'warning' }, ['e2', 'e1', 'e4']],
  [{ stream: 'EVENTS' }, ['e3']],
  [{ consumer: 'billing' }, ['e2', 'e1']],
  [{ server: 'n1' }, ['e3']],
  [{ account: 'OTHER' }, ['e5']],
  [{ from: new Date(now - 1500).toISOString() }, ['e2', 'e1']],
  [{ to: new Date(now - 3500).toISOString() }, ['e5', 'e6']],
])('are chosen by %j', async (query, expected) => expect(await ids(query)).toEqual(expected));

it('refuse a time that ends before it starts', async () =>
  expect(
    await api.refused(
      routes.listAdvisories,
      { params: { clusterId }, query: { from: new Date(now).toISOString(), to: new Date(now - 1).toISOString() } },
      api.admin,
    ),
  ).toMatchObject({ status: 400 }));

it('are those of what one may see, and clients are told to who may see those', async () => {
  const viewer = await makePerson(api, 'viewer');
  expect(await ids({}, viewer.token)).toEqual(['e2', 'e1', 'e3', 'e4', 'e6']);
  expect((await list({ type: 'api_audit' }, viewer.token)).items[0]?.by).toBeNull();
  expect((await list({ type: 'api_audit' })).items[0]?.by).toEqual({
    user: 'eve',
    name: ourName(),
    ip: '10.0.0.9',
    console: true,
  });
  const scoped = await makeScopedPerson(api, 'viewer', { kind: 'cluster', clusterId, namePattern: 'ORD*' });
  const part = await list({}, scoped.token);
  expect(part.items.map(({ id }) => id)).toEqual(['e2', 'e1']);
  expect(part.types).toEqual([{ type: 'max_deliver', count: 2 }]);

  const one = (id: string, ago: number) => ({
    params: { clusterId, advisoryId: id },
    query: { time: new Date(now - ago).toISOString() },
  });
  expect(await api.refused(routes.getAdvisory, one('e3', 2000), scoped.token)).toMatchObject({ status: 404 });
  expect(await api.get(routes.getAdvisory, one('e1', 1000), scoped.token)).toMatchObject({
    id: 'e1',
    data: { type: 'max_deliver', id: 'e1' },
  });
  expect((await api.get(routes.getAdvisory, one('e6', 5000), viewer.token)).data).toEqual({});
  const whole = await api.get(routes.getAdvisory, one('e6', 5000), api.admin);
  expect(whole.data).toMatchObject({ client: { user: 'eve', host: '10.0.0.9' } });
  expect(JSON.stringify(whole)).not.toContain('a-secret');
  expect(await api.refused(routes.getAdvisory, one('e6', 1), api.admin)).toMatchObject({ status: 404 });
});

it('say who did what around the console, however large the request was', async () => {
  const asked = { params: { clusterId, advisoryId: realId }, query: { time: realTime } };
  const { by, title, data } = await api.get(routes.getAdvisory, asked, api.admin);
  expect(title).toBe('$JS.API.STREAM.CREATE.AROUND by ann');
  expect(by).toEqual({ user: 'ann', name: 'admin\ufffd<b>', ip: '127.0.0.1', console: false });
  expect(data).toMatchObject({ subject: '$JS.API.STREAM.CREATE.AROUND', client: { user: 'ann' } });
});
