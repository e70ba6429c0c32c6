import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { headers } from '@nats-io/transport-node';
import { routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { natsVersion } from '../../../scripts/engines/servers';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { allMessages, seqs } from './pages';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api?.stop();
});

/** The newest of each line that is still run; what one of them does not know the console has to do without. */
describe.each(['2.10.26', '2.11.11', '2.12.8', '2.14.6', natsVersion])('NATS %s', (version) => {
  let nats: NatsServer;
  let clusterId: string;
  beforeAll(async () => {
    nats = await startNatsServer({ version });
    const nc = await connectTo(nats.url);
    const jsm = await jetstreamManager(nc);
    const js = jetstream(nc);
    for (const [name, allow_direct] of [
      ['DIRECT', true],
      ['PLAIN', false],
    ] as const) {
      await jsm.streams.add({ name, subjects: [`${name}.>`], allow_direct });
      for (let i = 1; i <= 50; i++) await js.publish(`${name}.${i % 2}`, JSON.stringify({ n: i }));
      for (let seq = 10; seq < 40; seq++) await jsm.streams.deleteMessage(name, seq, true);
      await jsm.consumers.add(name, { durable_name: 'c' });
    }
    const bucket = await new Kvm(nc).create('b', { history: 3 });
    for (const value of ['1', '2']) await bucket.put('k.a', value);
    await bucket.put('k.b', 'x');
    await nc.close();
    clusterId = await addCluster(api, [nats.url]);
  });
  afterAll(async () => {
    await nats?.stop();
  });
  const live = [1, 2, 3, 4, 5, 6, 7, 8, 9, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50];

  it('holds messages with a status of their own, which end nothing and hide nothing', async () => {
    const nc = await connectTo(nats.url);
    const jsm = await jetstreamManager(nc);
    await jsm.streams.add({ name: 'STATUS', subjects: ['status'], allow_direct: true });
    for (const code of [100, 404, 503]) {
      // 2.11 gives the status back with the message; newer servers leave it out.
      nc.publish('status', '', { headers: headers(code, 'said by a client') });
      await jetstream(nc).publish('status', `behind ${code}`);
    }
    const at = { clusterId, stream: 'STATUS' };
    const found = await allMessages(api, at, { direction: 'newer', limit: 2 });
    const texts = ['', 'behind 100', '', 'behind 404', '', 'behind 503'];
    expect(found.map(({ payload }) => payload.text)).toEqual(texts);
    expect((await api.get(routes.getMessage, { params: { ...at, seq: 3 } }, api.admin)).seq).toBe(3);
    await jsm.streams.delete('STATUS');
    await nc.close();
  });
  it('is the one that runs', async () => {
    const health = await api.get(routes.clusterHealth, { params: { clusterId } }, api.admin);
    expect(health).toMatchObject({ state: 'connected', server: { version } });
    const report = await api.get(routes.testCluster, { params: { clusterId } }, api.admin);
    expect(report.ok).toBe(true);
    const info = await api.get(routes.clusterInfo, { params: { clusterId } }, api.admin);
    expect(info.streams).toBe(3);
  });
  it('lists streams, subjects and consumers', async () => {
    const params = { clusterId };
    const { items } = await api.get(routes.listStreams, { params }, api.admin);
    expect(items.map(({ name, messages }) => [name, messages])).toEqual([
      ['DIRECT', 20],
      ['PLAIN', 20],
    ]);
    const subjects = await api.get(routes.listSubjects, { params: { clusterId, stream: 'DIRECT' } }, api.admin);
    expect(subjects.items.map(({ messages }) => messages)).toEqual([10, 10]);
    const consumers = await api.get(routes.listConsumers, { params }, api.admin);
    expect(consumers.items.map(({ stream, lag }) => [stream, lag])).toEqual([
      ['DIRECT', 20],
      ['PLAIN', 20],
    ]);
  });
  it.each(['DIRECT', 'PLAIN'])('reads %s in both directions, by subject, by time and by content', async (stream) => {
    const at = { clusterId, stream };
    expect(seqs(await allMessages(api, at, { limit: 7 }))).toEqual([...live].reverse());
    expect(seqs(await allMessages(api, at, { limit: 7, direction: 'newer' }))).toEqual(live);
    expect(seqs(await allMessages(api, at, { limit: 3, subject: `${stream}.1` }))).toEqual(
      live.filter((seq) => seq % 2).reverse(),
    );
    expect(seqs(await allMessages(api, at, { jsonPath: '$.n >= 45', direction: 'newer' }))).toEqual([
      45, 46, 47, 48, 49, 50,
    ]);
    const all = await allMessages(api, at, { direction: 'newer' });
    const time = all.find(({ seq }) => seq === 42)?.time ?? '';
    const from = await allMessages(api, at, { time, direction: 'newer' });
    expect(seqs(from).at(-1)).toBe(50);
    expect(from.every((message) => Date.parse(message.time) >= Date.parse(new Date(time).toISOString()))).toBe(true);
    expect(seqs(from)).toContain(42);
    const future = await allMessages(api, at, { time: '2101-01-01T00:00:00Z', direction: 'newer' });
    expect(future).toEqual([]);
    const one = await api.get(routes.getMessage, { params: { ...at, seq: 42 } }, api.admin);
    expect(one.payload.text).toBe('{"n":42}');
    expect((await api.ask(routes.getMessage, { params: { ...at, seq: 20 } }, api.admin)).status).toBe(404);
  });
  it('reads keys, values and history', async () => {
    const params = { clusterId, bucket: 'b' };
    const { items } = await api.get(routes.listKeys, { params, query: { values: 'true' } }, api.admin);
    expect(items.map(({ key, entry }) => [key, entry?.payload.text])).toEqual([
      ['k.a', '2'],
      ['k.b', 'x'],
    ]);
    const { history } = await api.get(routes.getKey, { params, query: { key: 'k.a', history: 'true' } }, api.admin);
    expect(history.map(({ payload }) => payload.text)).toEqual(['2', '1']);
  });
});
