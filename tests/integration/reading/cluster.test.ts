import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { routes } from '@jetstream-console/contract';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { connectTo } from '../setup/nats';
import { startNatsCluster, type NatsCluster, type NatsNode } from '../setup/natsCluster';
import { makeScopedPerson } from '../setup/people';
import { eventually } from '../setup/wait';
import { allMessages, seqs } from './pages';

let nats: NatsCluster;
let api: TestApi;
let clusterId: string;
let nc: NatsConnection;
let jsm: JetStreamManager;
/** where the stream without a second copy lies */
let home: NatsNode;

beforeAll(async () => {
  nats = await startNatsCluster();
  api = await startTestApi();
  nc = await connectTo(nats.urls.join(','), { user: nats.app.user, pass: nats.app.password, servers: [...nats.urls] });
  jsm = await jetstreamManager(nc);
  const js = jetstream(nc);
  for (const [name, num_replicas] of [
    ['R3', 3],
    ['R1', 1],
    ['ORDERS_R1', 1],
  ] as const) {
    await jsm.streams.add({ name, subjects: [name], num_replicas, allow_direct: true });
    for (let i = 0; i < 10; i++) await js.publish(name, `m ${i}`, { retries: 20 });
  }
  await jsm.consumers.add('R3', { durable_name: 'c3' });
  await jsm.consumers.add('R1', { durable_name: 'c1' });
  const { cluster } = await jsm.streams.info('R1');
  const found = nats.nodes.find(({ name }) => name === cluster?.leader);
  if (!found) throw new Error('R1 has no leader');
  home = found;
  const as = ({ user, password }: typeof nats.app) => ({ auth: { kind: 'user_password', user, password } }) as const;
  clusterId = await addCluster(api, nats.urls, { credentials: { read: as(nats.app), system: as(nats.system) } });
});
afterAll(async () => {
  await nc?.close();
  await api?.stop();
  await nats?.stop();
});

const streams = (health: 'all' | 'problem' = 'all', as = api.admin) =>
  api.get(routes.listStreams, { params: { clusterId }, query: { fresh: 'true', health } }, as);

it('shows replicas, leaders and servers of a sound cluster', async () => {
  const rows = await eventually(async () => {
    const { items } = await streams();
    return items.every(({ name, replica }) => replica.state === (name === 'R3' ? 'ok' : 'single')) ? items : null;
  });
  const r3 = rows.find(({ name }) => name === 'R3');
  expect(r3?.replica).toMatchObject({ replicas: 3, leader: expect.stringMatching(/^n[123]$/) as string });
  expect(r3?.replica.peers).toHaveLength(2);
  expect((await streams('problem')).items).toEqual([]);
  const servers = await api.get(routes.clusterServers, { params: { clusterId } }, api.admin);
  expect(servers.items.map(({ name }) => name)).toEqual(['n1', 'n2', 'n3']);
  expect(servers.items.filter(({ jetstream: js }) => js?.metaLeader)).toHaveLength(1);
  expect(servers.items.every(({ memoryBytes, connections }) => (memoryBytes ?? 0) > 0 && connections !== null)).toBe(
    true,
  );
  expect(seqs(await allMessages(api, { clusterId, stream: 'R3' }, { limit: 3 }))).toEqual([
    10, 9, 8, 7, 6, 5, 4, 3, 2, 1,
  ]);
});

it('tells what is away from what is zero, when a server is lost, and recovers', async () => {
  await home.halt('SIGKILL');
  const list = await eventually(async () => {
    const answer = await api.ask(routes.listStreams, { params: { clusterId }, query: { fresh: 'true' } }, api.admin);
    if (answer.status !== 200) return null;
    const found = routes.listStreams.response.parse(answer.json());
    // The lost server may have led R3 as well, which is leaderless until its peers have voted.
    const voted = found.items.some(({ name, state }) => name === 'R3' && state === 'ok');
    return found.missing.includes('R1') && voted ? found : null;
  });
  const lost = list.items.find(({ name }) => name === 'R1');
  expect(lost).toMatchObject({
    state: 'missing',
    messages: null,
    bytes: null,
    consumers: null,
    lastSeq: null,
    replica: { state: 'leaderless' },
  });
  expect(lost?.stateReason).toMatch(/leader/);
  const kept = list.items.find(({ name }) => name === 'R3');
  expect(kept).toMatchObject({ state: 'ok', messages: 10 });
  // Sums are of what is known; what is unknown is named beside them.
  const known = list.items.filter(({ messages }) => messages !== null);
  expect(list.totals.messages).toBe(known.length * 10);
  const trouble = (await streams('problem')).items.map(({ name }) => name);
  expect(trouble).toContain('R1');
  await eventually(async () =>
    (await streams('problem')).items.some(({ name, replica }) => name === 'R3' && replica.state !== 'ok'),
  );

  // Whoever may see ORDERS* alone is told of no other name, missing ones included.
  const scoped = await makeScopedPerson(api, 'viewer', { kind: 'cluster', clusterId, namePattern: 'ORDERS*' });
  const theirs = await streams('all', scoped.token);
  expect(JSON.stringify(theirs)).not.toMatch(/"R1"|"R3"/);

  const consumers = await api.get(routes.listConsumers, { params: { clusterId }, query: { fresh: 'true' } }, api.admin);
  expect(consumers.items.find(({ stream }) => stream === 'R3')).toMatchObject({ name: 'c3', lag: 10 });
  const gone = await api.ask(routes.getStream, { params: { clusterId, stream: 'R1' } }, api.admin);
  expect(gone.status).toBeGreaterThanOrEqual(500);
  expect(gone.json()).toMatchObject({
    code: expect.stringMatching(/nats_timeout|jetstream_unavailable|stream_offline|cluster_unreachable/) as string,
  });
  const direct = await api.ask(routes.listMessages, { params: { clusterId, stream: 'R1' } }, api.admin);
  expect(direct.status).toBeGreaterThanOrEqual(500);
  expect(seqs(await allMessages(api, { clusterId, stream: 'R3' }))).toHaveLength(10);

  await home.start();
  await eventually(async () => {
    const answer = await api.ask(routes.getStream, { params: { clusterId, stream: 'R1' } }, api.admin);
    return answer.status === 200 && routes.getStream.response.parse(answer.json()).row.messages === 10;
  });
  expect(seqs(await allMessages(api, { clusterId, stream: 'R1' }, { limit: 4 }))).toHaveLength(10);
});

it('without a majority says that JetStream has no leader, and not that there is nothing', async () => {
  const [first, second, third] = nats.nodes;
  await Promise.all([second?.halt('SIGKILL'), third?.halt('SIGKILL')]);
  const answer = await eventually(async () => {
    const tried = await api.ask(routes.listStreams, { params: { clusterId }, query: { fresh: 'true' } }, api.admin);
    return tried.status === 200 ? null : tried;
  });
  expect(answer.json()).toMatchObject({
    status: expect.any(Number) as number,
    code: expect.stringMatching(/jetstream_unavailable|nats_timeout|cluster_unreachable/) as string,
  });
  await Promise.all([second?.start(), third?.start()]);
  await eventually(
    async () =>
      (await api.ask(routes.listStreams, { params: { clusterId }, query: { fresh: 'true' } }, api.admin)).status ===
      200,
  );
  expect(first?.name).toBe('n1');
});
