import { balanceEvent, routes, type BalanceEvent, type LeaderMove } from '@jetstream-console/contract';
import { AckPolicy, jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { connectTo } from '../setup/nats';
import { startNatsCluster, type NatsCluster } from '../setup/natsCluster';
import { makePerson } from '../setup/people';
import { eventually } from '../setup/wait';

const streams = ['A', 'B', 'C', 'D', 'E', 'F'];
let cluster: NatsCluster;
let api: TestApi;
let nc: NatsConnection;
let jsm: JetStreamManager;
let clusterId: string;
const at = () => ({ params: { clusterId } });

const inSync = async (stream: string, leader?: string) => {
  const { cluster: now } = await jsm.streams.info(stream);
  const rest = now?.replicas ?? [];
  return now?.leader !== undefined && (leader ?? now.leader) === now.leader && rest.every(({ current }) => current);
};
/** Has one server lead all of the streams. */
async function crowd(server: string): Promise<void> {
  for (const stream of streams) {
    await eventually(() => inSync(stream));
    if (await inSync(stream, server)) continue;
    await nc.request(`$JS.API.STREAM.LEADER.STEPDOWN.${stream}`, JSON.stringify({ placement: { preferred: server } }));
  }
  for (const stream of streams) await eventually(() => inSync(stream, server));
}
const plan = () => api.get(routes.planLeaders, { ...at(), body: {} }, api.admin);
async function balance(moves: LeaderMove[], perMinute = 600): Promise<BalanceEvent[]> {
  const answer = await api.ask(routes.balanceLeaders, { ...at(), body: { moves, perMinute } }, api.admin);
  expect(answer.status).toBe(200);
  return [...answer.text.matchAll(/^data: (.*)$/gm)].map(([, data]) => balanceEvent.parse(JSON.parse(data ?? '')));
}
const lastOf = (events: readonly BalanceEvent[]) => {
  const last = events.at(-1);
  if (last?.type !== 'end') throw new Error(`it ended with ${JSON.stringify(last)}`);
  return last.account;
};
const leadersNow = async () =>
  Object.fromEntries(
    await Promise.all(streams.map(async (name) => [name, (await jsm.streams.info(name)).cluster?.leader] as const)),
  );

beforeAll(async () => {
  [cluster, api] = await Promise.all([startNatsCluster(), startTestApi()]);
  const { user, password } = cluster.app;
  nc = await connectTo(cluster.urls[0] ?? '', { user, pass: password });
  jsm = await jetstreamManager(nc);
  clusterId = await addCluster(api, cluster.urls, {
    credentials: { admin: { auth: { kind: 'user_password', user, password } } },
  });
  for (const name of streams) {
    await jsm.streams.add({ name, subjects: [`${name}.>`], num_replicas: 3 });
    for (let n = 0; n < 3; n++) await jetstream(nc).publish(`${name}.${n}`, 'kept');
  }
  await jsm.consumers.add('A', { durable_name: 'billing', ack_policy: AckPolicy.Explicit });
});
afterAll(async () => {
  await nc?.close();
  await api?.stop();
  await cluster?.stop();
});

it('leaders are counted, planned, and moved until servers lead alike, with nothing lost', async () => {
  await crowd('n1');
  const before = await plan();
  expect(before).toMatchObject({ choosable: true, fixed: 0 });
  expect(before.servers.map(({ name, before: n, after }) => [name, n, after])).toEqual([
    ['n1', 6, 2],
    ['n2', 0, 2],
    ['n3', 0, 2],
  ]);
  expect(before.moves).toHaveLength(4);
  // The plan has moved nothing.
  expect(new Set(Object.values(await leadersNow()))).toEqual(new Set(['n1']));
  const events = await balance(before.moves);
  expect(lastOf(events)).toMatchObject({ moves: 4, moved: 4, elsewhere: 0, skipped: [], why: 'end', failure: null });
  const now = await leadersNow();
  for (const { stream, to } of before.moves) expect(now[stream]).toBe(to);
  const { servers } = await eventually(async () => {
    const told = await api.get(routes.getLeaders, { ...at(), query: { fresh: 'true' } }, api.admin);
    const led = told.servers.map(({ streamLeaders }) => streamLeaders);
    return led.length === 3 && Math.max(...led) - Math.min(...led) <= 1 && told;
  });
  expect(servers.map(({ name, copies }) => [name, copies])).toEqual([
    ['n1', 6],
    ['n2', 6],
    ['n3', 6],
  ]);
  expect(servers.reduce((sum, { consumerLeaders }) => sum + (consumerLeaders ?? 0), 0)).toBe(1);
  for (const name of streams) expect((await jsm.streams.info(name)).state.messages).toBe(3);
  expect((await plan()).moves).toEqual([]);
  const { items } = await api.get(routes.listAudit, { query: { action: 'cluster.balance_leaders' } }, api.admin);
  expect(items[0]).toMatchObject({
    status: 'success',
    changes: { after: { perMinute: 600, account: { moved: 4, why: 'end' }, done: before.moves } },
  });
});

it('a move whose stream changed since the plan is left alone, and says why', async () => {
  const now = await leadersNow();
  const led = now['A'] ?? '';
  const [other = '', third = ''] = ['n1', 'n2', 'n3'].filter((name) => name !== led);
  const account = lastOf(
    await balance([
      { stream: 'A', from: other, to: third },
      { stream: 'GONE', from: other, to: third },
      { stream: 'B', from: now['B'] ?? '', to: 'n9' },
    ]),
  );
  expect(account.skipped).toEqual([
    { stream: 'A', why: `${led} leads it by now` },
    { stream: 'GONE', why: 'the stream is gone' },
    { stream: 'B', why: 'the copy on n9 is not in sync, or not there' },
  ]);
  expect(account).toMatchObject({ moved: 0, why: 'end' });
  expect(await leadersNow()).toEqual(now);
});

it('who stops it has the one under way brought to its end, and no other touched', async () => {
  const now = await leadersNow();
  const moves = streams.map((stream): LeaderMove => {
    const from = now[stream] ?? '';
    return { stream, from, to: ['n1', 'n2', 'n3'].find((name) => name !== from) ?? '' };
  });
  const control = new AbortController();
  const answer = await fetch(`${api.url}/api/v1/clusters/${clusterId}/leaders/balance`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.admin}`, 'content-type': 'application/json' },
    body: JSON.stringify({ moves, perMinute: 1 }),
    signal: control.signal,
  });
  const reader = answer.body?.getReader();
  await eventually(async () => {
    const { value } = (await reader?.read()) ?? {};
    return /"moved":1/.test(new TextDecoder().decode(value));
  });
  control.abort();
  const ended = await eventually(async () => {
    const query = { action: 'cluster.balance_leaders' } as const;
    const { items } = await api.get(routes.listAudit, { query }, api.admin);
    return items[0]?.status !== 'pending' && items[0];
  });
  expect(ended).toMatchObject({ changes: { after: { account: { moved: 1, why: 'stopped' } } } });
  expect(await leadersNow()).toEqual({ ...now, A: moves[0]?.to });
});

it('does not wait for a copy on a server that is down', async () => {
  const now = await leadersNow();
  const [stream = '', from = ''] = Object.entries(now)[0] ?? [];
  // The test's own client is on n1.
  const down = ['n2', 'n3'].find((name) => name !== from) ?? '';
  const to = ['n1', 'n2', 'n3'].find((name) => name !== from && name !== down) ?? '';
  await cluster.nodes.find(({ name }) => name === down)?.halt('SIGTERM');
  await eventually(async () => {
    const { cluster: told } = await jsm.streams.info(stream).catch(() => ({ cluster: undefined }));
    return told?.leader === from && (told.replicas ?? []).some(({ name, offline }) => name === down && offline);
  });
  const answered = await eventually(async () => {
    const answer = await api.ask(routes.planLeaders, { ...at(), body: {} }, api.admin);
    return answer.status === 200;
  });
  expect(answered).toBe(true);
  expect(lastOf(await balance([{ stream, from, to }]))).toMatchObject({ moved: 1, why: 'end' });
});

it('is nothing for who may not, or on a cluster that is read-only', async () => {
  const body = { moves: [{ stream: 'A', from: 'n1', to: 'n2' }] };
  const { token } = await makePerson(api, 'editor');
  expect(await api.refused(routes.planLeaders, { ...at(), body: {} }, token)).toMatchObject({ status: 403 });
  expect(await api.refused(routes.balanceLeaders, { ...at(), body }, token)).toMatchObject({ status: 403 });
  const { version } = await api.get(routes.getCluster, at(), api.admin);
  await api.get(routes.updateCluster, { ...at(), body: { readOnly: true, version } }, api.admin);
  expect(await api.refused(routes.balanceLeaders, { ...at(), body }, api.admin)).toMatchObject({
    status: 403,
    code: 'cluster_read_only',
  });
});
