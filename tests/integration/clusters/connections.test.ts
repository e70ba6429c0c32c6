import { jetstreamManager } from '@nats-io/jetstream';
import { routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/engines/process';
import { makeGuard } from '../../../backend/server/src/clusters/guard';
import { makePool } from '../../../backend/server/src/clusters/pool';
import { makeClusterStore } from '../../../backend/server/src/clusters/store';
import { makeVault } from '../../../backend/server/src/clusters/vault';
import { makeLog } from '../../../backend/server/src/platform/log';
import { openPg } from '../../../backend/server/src/platform/pg';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { eventually } from '../setup/wait';

let api: TestApi;
const servers: NatsServer[] = [];
const start = async (config = '') => {
  const server = await startNatsServer({ config });
  servers.push(server);
  return server;
};
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api?.stop();
  await Promise.all(servers.map((one) => one.stop()));
});

const as = (user: string, password = user) => ({ auth: { kind: 'user_password', user, password } }) as const;
const streams = (clusterId: string) =>
  api.ask(routes.listStreams, { params: { clusterId }, query: { fresh: 'true' } }, api.admin);

describe('credential slots', () => {
  const config = `
accounts {
  SYS { users: [{ user: sys, password: sys }] }
  APP { jetstream: enabled, users: [{ user: r, password: r }, { user: o, password: o }, { user: a, password: a }] }
}
system_account: SYS`;
  let nats: NatsServer;
  beforeAll(async () => {
    nats = await start(config);
  });
  /** Whom the server sees connected as the console, by what it says itself. */
  async function connected(): Promise<string[]> {
    const nc = await connectTo(nats.url, { user: 'sys', pass: 'sys' });
    const reply = await nc.request('$SYS.REQ.SERVER.PING.CONNZ', JSON.stringify({ auth: true }));
    await nc.close();
    const { data } = reply.json<{ data: { connections: { name?: string; authorized_user?: string }[] } }>();
    return data.connections
      .filter(({ name }) => name?.startsWith('jetstream-console'))
      .map(({ authorized_user }) => authorized_user ?? '')
      .sort();
  }
  it.each([
    [{ read: as('r'), operate: as('o'), admin: as('a') }, 'r', false],
    [{ read: as('r'), admin: as('a') }, 'r', true],
    [{ operate: as('o'), admin: as('a') }, 'o', true],
    [{ admin: as('a') }, 'a', true],
  ] as const)('%# a route that reads goes out on the lowest there is', async (credentials, user, shared) => {
    const clusterId = await addCluster(api, [nats.url], { credentials });
    expect((await streams(clusterId)).status).toBe(200);
    expect(await connected()).toEqual([user]);
    const { sharedCredential } = await api.get(routes.getCluster, { params: { clusterId } }, api.admin);
    expect(sharedCredential).toBe(shared);
    await api.get(routes.deleteCluster, { params: { clusterId } }, api.admin);
    await eventually(async () => (await connected()).length === 0);
  });
  it('takes a slot that is filled later, and leaves one that is emptied, with the next request', async () => {
    const clusterId = await addCluster(api, [nats.url], { credentials: { admin: as('a') } });
    await streams(clusterId);
    expect(await connected()).toEqual(['a']);
    await api.get(routes.putCredential, { params: { clusterId, slot: 'read' }, body: as('r') }, api.admin);
    await streams(clusterId);
    await eventually(async () => (await connected()).join() === 'r');
    await api.get(routes.deleteCredential, { params: { clusterId, slot: 'read' } }, api.admin);
    await streams(clusterId);
    await eventually(async () => (await connected()).join() === 'a');
  });
});

/** What a request would have read with its identity. */
const accessVersion = async () =>
  (
    await api.database.query<{ access_version: string }>('select access_version from organizations where id = $1', [
      api.organizationId,
    ])
  )[0]?.access_version ?? '';

it('refuses everything above reading on a cluster that is switched to read-only, before anything is sent', async () => {
  const nats = await start();
  const log = makeLog(api.config, 'test');
  const pg = await openPg(api.config, log);
  const pool = makePool({
    store: makeClusterStore(pg, makeVault(api.config.masterKeys)),
    guard: makeGuard({ development: true, allowed: [], own: [] }),
    log,
  });
  try {
    const clusterId = await addCluster(api, [nats.url], { readOnly: true });
    const asker = async () => ({
      level: 'operate' as const,
      principal: { organizationId: api.organizationId, organizationVersion: await accessVersion() },
    });
    for (const level of ['operate', 'admin'] as const)
      await expect(pool.open(await asker(), clusterId, level)).rejects.toMatchObject({
        status: 403,
        code: 'cluster_read_only',
      });
    const read = await pool.open(await asker(), clusterId, 'read');
    expect(read.nc.isClosed()).toBe(false);
    await api.get(routes.updateCluster, { params: { clusterId }, body: { readOnly: false } }, api.admin);
    expect((await pool.open(await asker(), clusterId, 'operate')).clusterId).toBe(clusterId);
  } finally {
    await pool.close();
    await pg.close();
  }
});

it('picks changed credentials up at once, while the old connection is still open', async () => {
  const nats = await start(
    'accounts { A { jetstream: enabled, users: [{ user: one, password: one }] }, B { jetstream: enabled, users: [{ user: two, password: two }] } }',
  );
  const two = await connectTo(nats.url, { user: 'two', pass: 'two' });
  await (await jetstreamManager(two)).streams.add({ name: 'OF_TWO', subjects: ['x'] });
  await two.close();
  const clusterId = await addCluster(api, [nats.url], { credentials: { read: as('one') } });
  expect(routes.listStreams.response.parse((await streams(clusterId)).json()).items).toEqual([]);
  await api.get(routes.putCredential, { params: { clusterId, slot: 'read' }, body: as('two') }, api.admin);
  const after = await api.get(routes.listStreams, { params: { clusterId } }, api.admin);
  expect(after.items.map(({ name }) => name)).toEqual(['OF_TWO']);
  await api.get(routes.putCredential, { params: { clusterId, slot: 'read' }, body: as('two', 'wrong') }, api.admin);
  expect((await streams(clusterId)).status).toBe(503);
  // The change came from another api process: this one sees it by the version, with the next request.
  const second = await startTestApi({
    database: api.database,
    env: { CONSOLE_MASTER_KEY: api.config.masterKeys[0].key.toString('base64') },
  });
  try {
    expect((await second.ask(routes.listStreams, { params: { clusterId } }, second.admin)).status).toBe(503);
    await api.get(routes.putCredential, { params: { clusterId, slot: 'read' }, body: as('one') }, api.admin);
    expect((await second.ask(routes.listStreams, { params: { clusterId } }, second.admin)).status).toBe(200);
  } finally {
    await second.stop();
  }
});

it('comes back by itself after the server was restarted', async () => {
  const nats = await start();
  const clusterId = await addCluster(api, [nats.url]);
  expect((await streams(clusterId)).status).toBe(200);
  await nats.halt('SIGKILL');
  const down = await eventually(async () => {
    const answer = await streams(clusterId);
    return answer.status === 200 ? null : answer;
  });
  expect(down.json()).toMatchObject({ status: 503, code: 'cluster_unreachable' });
  const health = await api.get(routes.clusterHealth, { params: { clusterId } }, api.admin);
  expect(health).toMatchObject({ state: 'unreachable', error: expect.any(String) as string });
  await nats.restart();
  await eventually(async () => (await streams(clusterId)).status === 200);
  const up = await api.get(routes.clusterHealth, { params: { clusterId } }, api.admin);
  expect(up).toMatchObject({
    state: 'connected',
    rttMs: expect.any(Number) as number,
    server: { name: 'test', version: '2.15.1' },
  });
});

describe('a cluster that is not there', () => {
  it('answers 503 with the reason, and slows neither another cluster nor any list', async () => {
    const nats = await start();
    const alive = await addCluster(api, [nats.url]);
    // 192.0.2.0/24 is for documentation: packets go nowhere, or are refused at once, by the network one is in.
    const silent = await addCluster(api, ['nats://192.0.2.1:4222']);
    const closed = await addCluster(api, [`nats://127.0.0.1:${await freePort()}`]);
    const order: string[] = [];
    const waiting = streams(silent).then((answer) => {
      order.push('silent');
      return answer;
    });
    const refused = await streams(closed);
    expect(refused.json()).toMatchObject({
      status: 503,
      code: 'cluster_unreachable',
      detail: expect.stringMatching(/Nothing listens/) as string,
    });
    expect(refused.headers['retry-after']).toBeDefined();
    const others = await Promise.all([
      streams(alive).then((answer) => answer.status),
      api.ask(routes.listClusters, {}, api.admin).then((answer) => answer.status),
      api.ask(routes.getCluster, { params: { clusterId: silent } }, api.admin).then((answer) => answer.status),
    ]);
    order.push('others');
    expect(others).toEqual([200, 200, 200]);
    const answer = await waiting;
    expect(answer.json()).toMatchObject({ status: 503, code: 'cluster_unreachable' });
    const list = await api.get(routes.listClusters, { query: { limit: 1000 } }, api.admin);
    const stateOf = (id: string) => list.items.find((item) => item.id === id)?.status;
    expect(stateOf(alive)).toMatchObject({ state: 'connected', error: null });
    expect(stateOf(closed)).toMatchObject({
      state: 'unreachable',
      error: expect.stringMatching(/Nothing listens/) as string,
    });
    expect(stateOf(silent)?.state).toBe('unreachable');
  });
  it('is asked by one connection only, however many requests wait for it', async () => {
    const nats = await start(
      'accounts { SYS { users: [{ user: s, password: s }] }, A { jetstream: enabled, users: [{ user: u, password: u }] } }\nsystem_account: SYS',
    );
    const clusterId = await addCluster(api, [nats.url], { credentials: { read: as('u') } });
    expect(
      (await Promise.all(Array.from({ length: 20 }, () => streams(clusterId)))).every(({ status }) => status === 200),
    ).toBe(true);
    const nc = await connectTo(nats.url, { user: 's', pass: 's' });
    const reply = await nc.request('$SYS.REQ.SERVER.PING.CONNZ', JSON.stringify({ state: 2 }));
    await nc.close();
    const { data } = reply.json<{ data: { connections: { name?: string }[] } }>();
    expect(data.connections.filter(({ name }) => name?.startsWith('jetstream-console'))).toHaveLength(1);
  });
});

it('tells a server that froze from one that is slow: 503 with the reason, and it recovers', async () => {
  const nats = await start();
  const clusterId = await addCluster(api, [nats.url]);
  expect((await streams(clusterId)).status).toBe(200);
  process.kill(nats.pid(), 'SIGSTOP');
  try {
    // The signal takes a moment to arrive, and what was on its way is still answered.
    const list = await eventually(async () => {
      const answer = await streams(clusterId);
      return answer.status === 200 ? null : answer;
    });
    const health = await api.get(routes.clusterHealth, { params: { clusterId } }, api.admin);
    expect(list.json()).toMatchObject({
      status: 503,
      code: 'cluster_unreachable',
      detail: expect.stringMatching(/does not answer/) as string,
    });
    expect(health).toMatchObject({ state: 'unreachable', error: expect.stringMatching(/does not answer/) as string });
  } finally {
    process.kill(nats.pid(), 'SIGCONT');
  }
  await eventually(async () => (await streams(clusterId)).status === 200);
});
