import { randomBytes } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { jetstreamManager } from '@nats-io/jetstream';
import { routes, type Permission, type QueryIn, type Routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionNames } from '../../../backend/server/src/clusters/connect';
import { makeVault } from '../../../backend/server/src/clusters/vault';
import { accountAdvisories, watchAdvisories } from '../../../backend/server/src/metrics/collect/advisories';
import type { EventRow } from '../../../backend/server/src/metrics/collect/event';
import { freePort } from '../../../scripts/engines/process';
import { head, inAccount, insertSamples } from '../query/samples';
import { startTestApi, type TestApi } from '../setup/api';
import { makeTables, openClickHouse } from '../setup/clickhouse';
import { addCluster } from '../setup/clusters';
import { bearer } from '../setup/http';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { makeOrganization, makePerson } from '../setup/people';
import { eventually } from '../setup/wait';

let nats: NatsServer;
let api: TestApi;
let clickhouse: ClickHouseClient;
let clusterId: string;
/** Long before what the test itself does. */
const base = Date.now() - 5 * 86_400_000;
/** Two processes of one console. */
const env = { CONSOLE_MASTER_KEY: randomBytes(32).toString('base64') };
const ourName = () => connectionNames(makeVault(api.config.masterKeys), clusterId)[0];
const hostile = 'admin\u202e<b>';

const act = (after: number, id: string, subject: string, more: object = {}, row: object = {}) => ({
  ...head({ org: api.organizationId, cluster: clusterId }, base + after),
  ...inAccount,
  id,
  type: 'api_audit',
  severity: 'info',
  title: `${subject} by eve`,
  data: JSON.stringify({
    outcome: { failed: false },
    subject,
    client: { user: 'eve', name: 'cron', host: '10.0.0.9', lang: 'go', ver: '1.40.0' },
    ...more,
  }),
  ...row,
});

/** The console's own acts at exact times, in microseconds after the base. */
const recorded = (micros: number, id: string, action: string, resource: string) =>
  api.database.query(
    `insert into audit_outbox (id, org_id, time, login, via, action, resource, cluster_id, status, ip, user_agent, request_id, completed_at)
     values ($1, $2, to_timestamp($3) + $4 * interval '1 microsecond', 'ann', 'session', $5, $6, $7, 'success', '127.0.0.1', 'x', 'r', now())`,
    [id, api.organizationId, base / 1000, micros, action, resource, clusterId],
  );
const own = (n: number) => `c0000000-0000-4000-8000-00000000000${n}`;

/** What a real server tells of acts in and around the console, as workers collect it. */
async function collected(): Promise<EventRow[]> {
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
  await api.get(
    routes.createStream,
    { params: { clusterId }, body: { config: { name: 'REAL', subjects: ['real'] } } },
    api.admin,
  );
  const { streams } = await jetstreamManager(nc);
  await streams.purge('REAL');
  await streams.delete('NOT_THERE').catch(() => false);
  const rows: EventRow[] = [];
  await eventually(() => {
    rows.push(...advisories.take().rows.filter(({ type }) => type === 'api_audit'));
    return rows.length >= 3;
  });
  advisories.close();
  await nc.close();
  return rows;
}

beforeAll(async () => {
  nats = await startNatsServer({ config: 'authorization { users: [{ user: ann, password: "ann-password" }] }' });
  api = await startTestApi({ env });
  await makeTables();
  clickhouse = openClickHouse();
  clusterId = await addCluster(api, [nats.url], {
    credentials: { admin: { auth: { kind: 'user_password', user: 'ann', password: 'ann-password' } } },
  });
  await recorded(1_000_000, own(1), 'stream.create', 'stream=ORDERS');
  // In one millisecond with two acts around the console: one at its very beginning, one within it.
  await recorded(2_000_000, own(2), 'stream.purge', 'stream=ORDERS');
  await recorded(2_000_400, own(3), 'consumer.create', 'stream=ORDERS consumer=billing');
  await recorded(5_000_000, own(4), 'stream.purge', 'stream=EVENTS');
  await insertSamples(clickhouse, 'events', [
    act(500, 'a0', '$JS.API.CONSUMER.CREATE.EVENTS.worker.events.>', { request: '{"action":"update"}' }),
    act(2000, 'a1', '$JS.API.STREAM.PURGE.ORDERS'),
    act(2000, 'a2', '$JS.hub.API.STREAM.DELETE.OLD_ORDERS'),
    act(3000, 'a3', '$JS.API.CONSUMER.DELETE.ORDERS.billing', { outcome: { failed: true, reason: 'not found' } }),
    act(4000, 'own', '$JS.API.STREAM.PURGE.ORDERS', { client: { user: 'ann', name: ourName() } }),
    // Who gives himself the console's name is not taken for it.
    act(4100, 'a5', '$JS.API.META.LEADER.STEPDOWN', { client: { user: 'mallory', name: 'jetstream-console' } }),
    act(4500, 'election', '', {}, { type: 'stream_leader_elected', stream: 'ORDERS' }),
    act(6000, 'a4', '$JS.API.STREAM.OF_TOMORROW.ORDERS', { outcome: undefined }),
    act(7000, 'hidden', '$JS.API.STREAM.PURGE.ORDERS', {}, { account: 'OTHER', own: false }),
    // What two workers heard is one.
    act(3000, 'a3', '$JS.API.CONSUMER.DELETE.ORDERS.billing', { outcome: { failed: true, reason: 'not found' } }),
  ]);
  await insertSamples(clickhouse, 'events', [
    act(8000, 'foreign', '$JS.API.STREAM.PURGE.ORDERS', {}, { org_id: '00000000-0000-4000-8000-000000000001' }),
  ]);
});
afterAll(async () => {
  await clickhouse?.close();
  await api?.stop();
  await nats?.stop();
});

type Query = QueryIn<Routes['listAudit']>;
/** Those with exact times, unless a test asks for others. */
const then = { from: new Date(base).toISOString(), to: new Date(base + 60_000).toISOString() };
const list = (query: Query = {}, token = api.admin) =>
  api.get(routes.listAudit, { query: { ...then, ...query } }, token);
const ids = async (query: Query = {}, token = api.admin) => (await list(query, token)).items.map(({ id }) => id);
const all = ['hidden', 'a4', own(4), 'a5', 'a3', own(3), own(2), 'a2', 'a1', own(1), 'a0'];

describe('acts in the console and around it', () => {
  it('are one list in the order of time, the console’s own calls and what is no act not among them', async () => {
    expect(await ids()).toEqual(all);
    expect(await list()).toMatchObject({ missing: null, lookedUntil: null, nextCursor: null });
    expect(await ids({ where: 'console' })).toEqual(all.filter((id) => id.startsWith('c0')));
    expect(await ids({ where: 'around' })).toEqual(all.filter((id) => !id.startsWith('c0')));
  });
  it.each([1, 2, 3, 4])('are turned by %i a page, each once, whichever side it is on', async (limit) => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ limit, ...(cursor !== undefined && { cursor }) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(all);
  });
  it.each([['["1"]'], ['["1","elsewhere","x"]'], ['["1","console","x"]'], ['["99999999999999999","around","x"]']])(
    'are not turned by the cursor %s',
    async (text) => {
      const cursor = Buffer.from(text).toString('base64url');
      expect(await api.refused(routes.listAudit, { query: { cursor } }, api.admin)).toMatchObject({ status: 400 });
    },
  );
  it.each<[Query, string[]]>([
    [{ action: 'stream.purge' }, ['hidden', own(4), own(2), 'a1']],
    [{ action: 'stream.*', resource: 'orders' }, ['hidden', own(2), 'a2', 'a1', own(1)]],
    [{ action: 'stream.*', resource: 'ORDERS', whole: 'true' }, ['hidden', own(2), 'a1', own(1)]],
    [{ resource: 'billing', whole: 'true' }, ['a3', own(3)]],
    [{ resource: 'consumer=' }, ['a3', own(3), 'a0']],
    [{ action: 'consumer.update' }, ['a0']],
    [{ resource: 'of_tomorrow' }, ['a4']],
    [{ resource: '%' }, []],
    [{ login: 'EV' }, ['hidden', 'a4', 'a3', 'a2', 'a1', 'a0']],
    [{ login: 'cron', whole: 'true' }, ['hidden', 'a4', 'a3', 'a2', 'a1', 'a0']],
    [{ login: 'cro', whole: 'true' }, []],
    [{ login: 'ann', whole: 'true' }, [own(4), own(3), own(2), own(1)]],
    [{ status: 'failure' }, ['a3']],
    [{ status: 'unknown' }, ['a4']],
    [{ status: 'denied' }, []],
    [{ user: own(1) }, []],
    [{ from: new Date(base + 2500).toISOString(), to: new Date(base + 5500).toISOString() }, [own(4), 'a5', 'a3']],
    [{ action: 'cluster.meta_stepdown' }, ['a5']],
    [{ cluster: own(9) }, []],
  ])('are chosen by %j', async (query, expected) => expect(await ids(query)).toEqual(expected));
  it('say who, from where, with what, and whether it was done', async () => {
    const { items } = await list({ where: 'around', resource: 'billing' });
    const [told] = items;
    expect(told).toEqual({
      ...{ where: 'around', id: 'a3', time: new Date(base + 3000).toISOString(), userId: null, login: 'eve' },
      ...{ action: 'consumer.delete', resource: 'stream=ORDERS consumer=billing', cluster: clusterId, account: null },
      ...{ status: 'failure', error: 'not found', ip: '10.0.0.9', userAgent: 'cron (go 1.40.0)' },
      ...{ requestId: '', via: 'nats', changes: null },
    });
    const one = { params: { clusterId, actId: 'a3' }, query: { time: told?.time ?? '' } };
    expect(await api.get(routes.getActAround, one, api.admin)).toEqual(told);
    const ours = { params: { clusterId, actId: 'own' }, query: { time: new Date(base + 4000).toISOString() } };
    expect(await api.refused(routes.getActAround, ours, api.admin)).toMatchObject({ status: 404 });
    expect((await list({ resource: 'EVENTS', action: 'consumer.update' })).items[0]?.changes).toEqual({
      request: { action: 'update' },
    });
    expect((await list({ where: 'around', limit: 1 })).items[0]?.account).toBe('OTHER');
  });
  it('are exported as one', async () => {
    const file = async (as: string) =>
      (
        await api.send({
          method: 'GET',
          path: `/api/v1/audit/logs/export?as=${as}&from=${then.from}&to=${then.to}`,
          headers: bearer(api.admin),
        })
      ).text.trim();
    const lines = (await file('ndjson')).split('\n').map((line) => routes.getAudit.response.parse(JSON.parse(line)));
    expect(lines.map(({ id }) => id)).toEqual(all);
    const [heads, first] = (await file('csv')).split('\r\n');
    expect(heads).toContain(',where,account,via,');
    expect(first).toContain('eve,stream.purge,success,stream=ORDERS');
    expect(first).toContain(',around,OTHER,nats,10.0.0.9,cron (go 1.40.0),');
  });
});

it('a real server tells what was done around the console and what was refused; its own acts stand there once', async () => {
  const rows = await collected();
  await insertSamples(
    clickhouse,
    'events',
    rows.map(({ common, id, type, severity, stream, title, data }) => ({
      ...head({ org: api.organizationId, cluster: clusterId }, common.wallMs),
      ...inAccount,
      ...{ id, type, severity, stream, title, data },
    })),
  );
  const { items } = await api.get(
    routes.listAudit,
    { query: { from: new Date(base + 86_400_000).toISOString(), cluster: clusterId, action: 'stream.*' } },
    api.admin,
  );
  expect(
    items.map(({ where, action, resource, login, status, error }) => [where, action, resource, login, status, error]),
  ).toEqual([
    ['around', 'stream.delete', 'stream=NOT_THERE', 'ann', 'failure', 'stream not found'],
    ['around', 'stream.purge', 'stream=REAL', 'ann', 'success', null],
    ['console', 'stream.create', 'stream=REAL', 'root', 'success', null],
  ]);
  expect(items[0]).toMatchObject({ ip: '127.0.0.1', userAgent: expect.stringMatching(/^admin\ufffd<b> \(/) as string });
});

it('shows of each cluster what one may see of it', async () => {
  const holder = async (name: string, ...permissions: Permission[]) => {
    const body = { name, permissions };
    await api.get(routes.createRole, { body }, api.admin);
    return (await makePerson(api, name)).token;
  };
  const reads = (resource: Permission['resource']): Permission => ({ resource, action: 'read' });
  const audit = reads('audit_logs');
  const consoleAlone = all.filter((id) => id.startsWith('c0'));
  expect(await ids({}, await holder('auditor', audit))).toEqual(consoleAlone);
  expect(await ids({}, await holder('seer', audit, reads('clusters')))).toEqual(consoleAlone);
  const watcher = await holder('watcher', audit, reads('clusters'), reads('streams'));
  expect(await ids({}, watcher)).toEqual(all.filter((id) => id !== 'hidden'));
  expect((await list({ resource: 'billing', where: 'around' }, watcher)).items[0]).toMatchObject({
    ...{ login: null, ip: '', userAgent: '', action: 'consumer.delete' },
  });
  expect(await ids({ login: 'eve' }, watcher)).toEqual([]);
  expect(await ids({}, (await makeOrganization(api)).admin.token)).toEqual([]);
});

it('looks through so many of others’ acts at a time, says how far, and goes on from there', async () => {
  const busy = await addCluster(api, [nats.url], { name: 'busy' });
  const at = base - 86_400_000;
  await clickhouse.command({
    query: `INSERT INTO events (org_id, cluster_id, time, account, domain, own, id, type, severity, title, data)
      SELECT {org:UUID}, {cluster:UUID}, fromUnixTimestamp64Milli({at:Int64} - intDiv(number, 2), 'UTC'), 'APP', '', true, toString(number), 'api_audit', 'info', '',
        if(number < 45000, '{"subject":"$JS.API.CONSUMER.CREATE.ORDERS.x","client":{"user":"app"}}', '{"subject":"$JS.API.STREAM.PURGE.ORDERS","client":{"user":"eve"}}')
      FROM numbers(45001)`,
    query_params: { org: api.organizationId, cluster: busy, at },
  });
  const query = { cluster: busy, where: 'around', action: 'stream.purge' } as const;
  const first = await api.get(routes.listAudit, { query }, api.admin);
  expect(first).toMatchObject({ items: [], lookedUntil: `${new Date(at - 9999).toISOString().slice(0, -1)}000Z` });
  let [page, pages] = [first, 1];
  while (page.nextCursor !== null) {
    page = await api.get(routes.listAudit, { query: { ...query, cursor: page.nextCursor } }, api.admin);
    pages++;
  }
  expect({ pages, found: page.items.map(({ login }) => login), until: page.lookedUntil }).toEqual({
    ...{ pages: 3, found: ['eve'], until: null },
  });
});

it('without ClickHouse the console’s own acts are there, with a sentence about the others', async () => {
  const alone = await startTestApi({
    database: api.database,
    env: { ...env, CLICKHOUSE_URL: `http://127.0.0.1:${await freePort()}/none` },
  });
  try {
    const { items, missing } = await alone.get(routes.listAudit, { query: then }, alone.admin);
    expect(items.map(({ id }) => id)).toEqual(all.filter((id) => id.startsWith('c0')));
    expect(missing).toMatch(/^What was done around the console is missing here\. .*ClickHouse/);
    expect(
      (await alone.get(routes.listAudit, { query: { ...then, where: 'console' } }, alone.admin)).missing,
    ).toBeNull();
    const around = { query: { ...then, where: 'around' } } as const;
    expect(await alone.refused(routes.listAudit, around, alone.admin)).toMatchObject({ status: 503 });
    const file = (where: string) =>
      alone.send({
        method: 'GET',
        path: `/api/v1/audit/logs/export?from=${then.from}&to=${then.to}${where}`,
        headers: bearer(alone.admin),
      });
    const refused = await file('');
    expect([refused.status, refused.text]).toEqual([503, expect.stringContaining('where=console')]);
    expect((await file('&where=console')).text.trim().split('\r\n')).toHaveLength(5);
  } finally {
    await alone.stop();
  }
});
