import { createServer } from 'node:net';
import { routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/engines/process';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { eventually } from '../setup/wait';

/** As deployed: nothing but this machine's loopback is allowed, so that a real NATS server can be reached at all. */
let api: TestApi;
let nats: NatsServer;
beforeAll(async () => {
  nats = await startNatsServer();
  api = await startTestApi({ env: { CONSOLE_ENV: 'production', NATS_ALLOWED_NETWORKS: '127.0.0.0/8,::1/128' } });
});
afterAll(async () => {
  await api?.stop();
  await nats?.stop();
});

const engines = () => {
  const { database, clickhouseUrl, redisUrl, natsUrl } = api.config;
  return [database.owner, clickhouseUrl, redisUrl, natsUrl].map((url) => Number(new URL(url).port));
};
async function refusal(url: string): Promise<string> {
  const clusterId = await addCluster(api, [url]);
  const problem = await api.refused(routes.listStreams, { params: { clusterId } }, api.admin);
  expect(problem).toMatchObject({ status: 503, code: 'cluster_unreachable' });
  const { ok, targets } = await api.get(routes.testCluster, { params: { clusterId } }, api.admin);
  expect(ok).toBe(false);
  // Refused where the name is looked up: no socket is opened, so nothing is told of what is there.
  expect(targets[0]?.stages[0]).toMatchObject({ stage: 'dns', state: 'failed' });
  expect(targets[0]?.stages.slice(1).every(({ state }) => state === 'skipped')).toBe(true);
  return problem.detail;
}

it('reaches what the deployment allows', async () => {
  const clusterId = await addCluster(api, [nats.url]);
  expect((await api.ask(routes.listStreams, { params: { clusterId } }, api.admin)).status).toBe(200);
});

describe("the console's own engines", () => {
  it('are refused in every way to write their address', async () => {
    for (const port of engines())
      for (const host of [
        '127.0.0.1',
        'localhost',
        '[::ffff:127.0.0.1]',
        '2130706433',
        '0x7f000001',
        '0177.0.0.1',
        '127.1',
      ])
        expect(await refusal(`nats://${host}:${port}`), `${host}:${port}`).toMatch(/own engines|does not resolve/);
  });
});

it.each([
  ['nats://169.254.169.254:80', /linkLocal/],
  ['nats://[fe80::1]:4222', /linkLocal/],
  ['nats://[::ffff:169.254.169.254]:80', /linkLocal/],
  ['nats://[64:ff9b::a9fe:a9fe]:80', /linkLocal/],
  ['nats://2852039166:80', /linkLocal/],
  ['nats://0xa9fea9fe:80', /linkLocal/],
  ['nats://100.100.100.200:80', /metadata/],
  ['nats://[fd00:ec2::254]:80', /metadata/],
  ['nats://0.0.0.0:4222', /unspecified/],
  ['nats://[::]:4222', /unspecified/],
  ['nats://224.0.0.1:4222', /multicast/],
  ['nats://10.0.0.1:4222', /NATS_ALLOWED_NETWORKS/],
  ['nats://8.8.8.8:4222', /NATS_ALLOWED_NETWORKS/],
])('%s is refused, and the reason says why', async (url, reason) => {
  expect(await refusal(url)).toMatch(reason);
});

it('one refused URL does not spoil the others, and is not tried beside them', async () => {
  let dialled = 0;
  const trap = createServer((socket) => {
    dialled++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  const address = trap.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  try {
    const clusterId = await addCluster(api, ['nats://169.254.169.254:4222', nats.url]);
    expect((await api.ask(routes.listStreams, { params: { clusterId } }, api.admin)).status).toBe(200);
    expect(port).toBeGreaterThan(0);
    expect(dialled).toBe(0);
  } finally {
    await new Promise((resolve) => trap.close(resolve));
  }
});

it('does not follow the gossip of a cluster to addresses that nobody looked at', async () => {
  let dialled = 0;
  const trap = createServer((socket) => {
    dialled++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  const address = trap.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const route = await freePort();
  const first = await startNatsServer({
    name: 'first',
    jetstream: false,
    config: `cluster { name: gossip, listen: "127.0.0.1:${route}" }`,
  });
  const second = await startNatsServer({
    name: 'second',
    jetstream: false,
    config: `cluster { name: gossip, listen: "127.0.0.1:-1", routes: ["nats://127.0.0.1:${route}"] }\nclient_advertise: "127.0.0.1:${port}"`,
  });
  try {
    // A client that follows gossip is told of the trap: what is advertised is there to be followed.
    await eventually(async () => {
      const nc = await connectTo(first.url);
      const told = JSON.stringify(nc.info).includes(`127.0.0.1:${port}`);
      await nc.close();
      return told;
    });
    const clusterId = await addCluster(api, [first.url]);
    const health = await api.get(routes.clusterHealth, { params: { clusterId } }, api.admin);
    expect(health).toMatchObject({ state: 'connected', server: { name: 'first' } });
    await first.halt('SIGKILL');
    for (let i = 0; i < 5; i++) {
      const answer = await api.ask(routes.clusterHealth, { params: { clusterId } }, api.admin);
      expect(answer.json()).toMatchObject({ state: 'unreachable' });
    }
    expect(dialled).toBe(0);
  } finally {
    await Promise.all([first.stop(), second.stop()]);
    await new Promise((resolve) => trap.close(resolve));
  }
});
