import { routes } from '@jetstream-console/contract';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { connectTo } from '../setup/nats';
import { startNatsCluster, type NatsCluster } from '../setup/natsCluster';
import { eventually } from '../setup/wait';

let cluster: NatsCluster;
let api: TestApi;
let nc: NatsConnection;
let jsm: JetStreamManager;
let clusterId: string;
beforeAll(async () => {
  [cluster, api] = await Promise.all([startNatsCluster(), startTestApi()]);
  const { user, password } = cluster.app;
  nc = await connectTo(cluster.urls[0] ?? '', { user, pass: password });
  jsm = await jetstreamManager(nc);
  clusterId = await addCluster(api, cluster.urls, {
    credentials: { admin: { auth: { kind: 'user_password', user, password } } },
  });
});
afterAll(async () => {
  await nc?.close();
  await api?.stop();
  await cluster?.stop();
});
const at = (stream: string) => ({ params: { clusterId, stream } });
const leaderOf = async (stream: string) => (await jsm.streams.info(stream)).cluster?.leader;
const create = (config: { name: string } & Record<string, unknown>) =>
  api.get(routes.createStream, { params: { clusterId }, body: { config } }, api.admin);
const settled = (stream: string, copies: number) =>
  eventually(async () => {
    const info = await jsm.streams.info(stream);
    const peers = info.cluster?.replicas ?? [];
    return Boolean(info.cluster?.leader) && peers.length === copies - 1 && peers.every((peer) => peer.current);
  });

it('grows a stream from one copy to three and hands over where it is told to', async () => {
  await create({ name: 'R', subjects: ['r'], num_replicas: 1 });
  const { hash } = await api.get(routes.getStreamConfig, at('R'), api.admin);
  const body = { basedOn: hash, change: { num_replicas: 3 } };
  const plan = await api.get(routes.planStreamUpdate, { ...at('R'), body: { change: body.change } }, api.admin);
  expect(plan).toMatchObject({ refusals: [], effects: [expect.stringContaining('from 1 to 3')] });
  await api.get(routes.updateStream, { ...at('R'), body }, api.admin);
  await settled('R', 3);
  const before = await leaderOf('R');
  const preferred = ['n1', 'n2', 'n3'].find((name) => name !== before) ?? '';
  const done = await api.get(routes.stepDownStream, { ...at('R'), body: { preferred } }, api.admin);
  expect(done.before).toBe(before);
  await eventually(async () => (await leaderOf('R')) === preferred);
  expect(await api.refused(routes.stepDownStream, { ...at('R'), body: { preferred: 'n9' } }, api.admin)).toMatchObject({
    status: 422,
    code: 'unknown_peer',
  });
});

it('takes a replica away, by name and typed, and only from who has one', async () => {
  await create({ name: 'P', subjects: ['p'], num_replicas: 2 });
  await settled('P', 2);
  const info = await jsm.streams.info('P');
  const holders = [info.cluster?.leader ?? '', ...(info.cluster?.replicas ?? []).map(({ name }) => name)];
  const other = ['n1', 'n2', 'n3'].find((name) => !holders.includes(name)) ?? '';
  const follower = holders[1] ?? '';
  const refused = (peer: string, confirm: string) =>
    api.refused(routes.removeStreamPeer, { ...at('P'), body: { peer, confirm } }, api.admin);
  expect(await refused(follower, 'X')).toMatchObject({ status: 400, code: 'not_confirmed' });
  expect(await refused(other, 'P')).toMatchObject({ status: 422, code: 'unknown_peer' });
  const body = { peer: follower, confirm: 'P' };
  expect((await api.get(routes.removeStreamPeer, { ...at('P'), body }, api.admin)).removed).toBe(follower);
  await eventually(async () => {
    const { cluster: now } = await jsm.streams.info('P');
    return [now?.leader, ...(now?.replicas ?? []).map(({ name }) => name)].includes(other);
  });
});

it('refuses the rules of a cluster before it asks', async () => {
  const config = { name: 'C', subjects: ['>'], no_ack: true, num_replicas: 3 };
  const problem = await api.refused(routes.createStream, { params: { clusterId }, body: { config } }, api.admin);
  expect(problem.code).toBe('config_refused');
  expect(problem.errors).toContainEqual({
    field: 'body.config.subjects',
    message: 'all subjects (>) can be taken by one replica only',
  });
});
