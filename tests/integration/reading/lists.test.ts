import { AckPolicy, jetstream, jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { routes, type QueryIn, type Routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collection, head, inAccount, insertSamples } from '../query/samples';
import { startTestApi, type TestApi } from '../setup/api';
import { makeTables, openClickHouse } from '../setup/clickhouse';
import { addCluster } from '../setup/clusters';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';

let nats: NatsServer;
let api: TestApi;
let clusterId: string;
/** More than two pages of the server's own list of 256. */
const numbered = 600;

beforeAll(async () => {
  nats = await startNatsServer();
  api = await startTestApi();
  const nc = await connectTo(nats.url);
  const jsm = await jetstreamManager(nc);
  const js = jetstream(nc);
  for (const retention of [RetentionPolicy.Limits, RetentionPolicy.Interest, RetentionPolicy.Workqueue])
    await jsm.streams.add({
      name: `kind_${retention}`,
      subjects: [`kind.${retention}`],
      retention,
      max_msgs: 4,
      max_bytes: 10_000,
    });
  await jsm.consumers.add('kind_interest', { durable_name: 'keeps', ack_policy: AckPolicy.Explicit });
  for (let i = 0; i < 4; i++)
    for (const kind of ['limits', 'interest', 'workqueue']) await js.publish(`kind.${kind}`, 'x');
  await jsm.streams.add({ name: 'OBJ_files', subjects: ['$O.files.>'] });
  await jsm.streams.add({ name: 'KV_conf', subjects: ['$KV.conf.>'], max_msgs_per_subject: 5 });
  for (let i = 0; i < numbered; i += 60)
    await Promise.all(
      Array.from({ length: 60 }, (_, j) =>
        jsm.streams.add({
          name: `n_${String(i + j).padStart(4, '0')}`,
          subjects: [`n.${i + j}.>`],
          storage: StorageType.Memory,
          ...(i + j < 3 && { metadata: { team: i + j === 0 ? 'payments' : 'orders', 'a=b': 'c' } }),
        }),
      ),
    );
  for (let i = 0; i < 20; i++) for (let k = 0; k <= i; k++) nc.publish(`n.${i}.s${k % 7}`, 'x'.repeat(10));
  await jsm.consumers.add('n_0019', { durable_name: 'lagging', ack_policy: AckPolicy.Explicit });
  await jsm.consumers.add('n_0019', {
    durable_name: 'filtered',
    filter_subjects: ['n.19.s1', 'n.19.s2'],
    ack_policy: AckPolicy.None,
  });
  await jsm.consumers.add('n_0005', { durable_name: 'other', ack_policy: AckPolicy.Explicit });
  await jsm.consumers.add('n_0005', { durable_name: 'pushed', deliver_subject: 'nowhere', ack_policy: AckPolicy.None });
  const consumer = await js.consumers.get('n_0019', 'lagging');
  for await (const message of await consumer.fetch({ max_messages: 6, expires: 2000 }))
    if (message.seq <= 2) await message.ackAck();
  await jsm.streams.deleteMessage('n_0017', 3, true);
  await jsm.consumers.pause('n_0005', 'other', new Date(Date.now() + 3_600_000));
  await nc.close();
  clusterId = await addCluster(api, [nats.url]);
});
afterAll(async () => {
  await api?.stop();
  await nats?.stop();
});

const streams = (query: QueryIn<Routes['listStreams']> = {}) =>
  api.get(routes.listStreams, { params: { clusterId }, query }, api.admin);
async function everyStream(query: QueryIn<Routes['listStreams']>) {
  const names: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await streams({ ...query, ...(cursor !== undefined && { cursor }) });
    names.push(...page.items.map(({ name }) => name));
    if (page.nextCursor === null) return { names, total: page.total };
    cursor = page.nextCursor;
  }
}

describe('streams', () => {
  it('come page by page in keyset order, each once, whatever the sort', async () => {
    const { names, total } = await everyStream({ limit: 250 });
    expect(total).toBe(numbered + 3);
    expect(names).toEqual([...names].sort());
    expect(new Set(names).size).toBe(numbered + 3);
    for (const sort of ['messages', 'bytes', 'consumers', 'limitUse', 'lastTime', 'createdAt', 'subjectCount'] as const)
      for (const order of ['asc', 'desc'] as const) {
        const sorted = await everyStream({ limit: 400, sort, order });
        expect([...sorted.names].sort(), `${sort} ${order}`).toEqual(names);
      }
  });
  it('sort by what they hold, unknown figures last in either direction', async () => {
    const largest = await streams({ sort: 'messages', order: 'desc', limit: 2, search: 'n_' });
    expect(largest.items.map(({ name, messages }) => [name, messages])).toEqual([
      ['n_0019', 20],
      ['n_0018', 19],
    ]);
    for (const order of ['asc', 'desc'] as const) {
      const { items } = await streams({ sort: 'limitUse', order, limit: 3 });
      expect(items.map(({ limitUse, limitBy }) => [limitUse, limitBy])).toEqual(Array(3).fill([1, 'messages']));
    }
  });
  it('of every retention are what they are', async () => {
    const { items } = await streams({ search: 'kind_' });
    expect(
      items.map(({ name, retention, messages, consumers, replica }) => [
        name,
        retention,
        messages,
        consumers,
        replica.state,
      ]),
    ).toEqual([
      ['kind_interest', 'interest', 4, 1, 'single'],
      ['kind_limits', 'limits', 4, 0, 'single'],
      ['kind_workqueue', 'workqueue', 4, 0, 'single'],
    ]);
  });
  it('are found by part of a name or subject, by subject, by kind and by trouble', async () => {
    expect((await streams({ search: 'N_0007' })).items.map(({ name }) => name)).toEqual(['n_0007']);
    expect((await streams({ search: 'kind.work' })).items.map(({ name }) => name)).toEqual(['kind_workqueue']);
    expect((await streams({ subject: 'n.7.x' })).items.map(({ name }) => name)).toEqual(['n_0007']);
    expect((await streams({ kind: 'kv' })).items.map(({ name }) => name)).toEqual(['KV_conf']);
    expect((await streams({ kind: 'object' })).items.map(({ name }) => name)).toEqual(['OBJ_files']);
    expect((await streams({ kind: 'all' })).total).toBe(numbered + 5);
    expect((await streams({ health: 'problem' })).items.map(({ name }) => name)).toEqual([
      'kind_interest',
      'kind_limits',
      'kind_workqueue',
    ]);
  });
  it('are found by a label, and show what people wrote, not what the server did', async () => {
    const named = async (query: QueryIn<Routes['listStreams']>) => (await streams(query)).items.map(({ name }) => name);
    expect(await named({ label: 'team' })).toEqual(['n_0000', 'n_0001', 'n_0002']);
    expect(await named({ label: 'team=payments' })).toEqual(['n_0000']);
    expect(await named({ label: 'a=b=c' })).toEqual(['n_0000', 'n_0001', 'n_0002']);
    expect(await named({ label: 'team=pay' })).toEqual([]);
    expect(await named({ label: '_nats.level' })).toEqual([]);
    expect(await named({ search: 'TEAM=PAY' })).toEqual(['n_0000']);
    expect((await streams({ label: 'team=payments' })).items[0]?.labels).toEqual({ team: 'payments', 'a=b': 'c' });
  });
  it('sort by what only samples know, those without any last in either direction', async () => {
    await makeTables();
    const clickhouse = openClickHouse();
    const of = { org: api.organizationId, cluster: clusterId };
    const at = Date.now() - 20_000;
    const sampled = (stream: string, published: number, growth: number, own = true) => ({
      ...head(of, at),
      ...inAccount,
      own,
      ...(!own && { account: 'OTHER' }),
      stream,
      state: 'ok',
      published,
      bytes_growth: growth,
      elapsed_ms: 15_000,
    });
    try {
      await insertSamples(clickhouse, 'cluster_samples', [collection(of, at)]);
      await insertSamples(clickhouse, 'stream_metrics', [
        sampled('n_0004', 150, 900),
        sampled('n_0005', 3000, -900),
        sampled('n_0006', 0, 0),
        sampled('n_0007', 9_000_000, 9_000_000, false),
      ]);
      await insertSamples(clickhouse, 'consumer_metrics', [
        { ...head(of, at), ...inAccount, stream: 'n_0006', consumer: 'a', state: 'ok', num_pending: 5 },
        { ...head(of, at), ...inAccount, stream: 'n_0006', consumer: 'b', state: 'ok', num_pending: 70 },
        { ...head(of, at), ...inAccount, stream: 'n_0004', consumer: 'a', state: 'ok', num_pending: 50 },
      ]);
    } finally {
      await clickhouse.close();
    }
    const first = async (sort: 'published' | 'growth' | 'worstLag', order: 'asc' | 'desc', limit: number) =>
      (await streams({ sort, order, limit })).items.map(({ name }) => name);
    expect(await first('published', 'desc', 3)).toEqual(['n_0005', 'n_0004', 'n_0006']);
    expect(await first('published', 'asc', 3)).toEqual(['n_0006', 'n_0004', 'n_0005']);
    expect(await first('growth', 'desc', 3)).toEqual(['n_0004', 'n_0006', 'n_0005']);
    expect(await first('worstLag', 'desc', 2)).toEqual(['n_0006', 'n_0004']);
    expect((await everyStream({ sort: 'published', order: 'desc', limit: 200 })).names).toHaveLength(numbered + 3);
  });
  it('sum to what is shown', async () => {
    const { totals } = await streams({ search: 'n_', limit: 1 });
    expect(totals).toMatchObject({ streams: numbered, messages: 209, consumers: 4 });
  });
  it('take a cursor of their own sort alone', async () => {
    const { nextCursor } = await streams({ limit: 1 });
    for (const query of [
      { cursor: nextCursor ?? '', sort: 'bytes' },
      { cursor: nextCursor ?? '', order: 'desc' },
      { cursor: '!!' },
    ] as const)
      expect(await api.refused(routes.listStreams, { params: { clusterId }, query }, api.admin)).toMatchObject({
        status: 400,
        errors: [{ field: 'query.cursor' }],
      });
  });
  it('show themselves as their leader says, the configuration to the letter', async () => {
    const stream = 'kind_workqueue';
    const shown = await api.get(routes.getStream, { params: { clusterId, stream } }, api.admin);
    const raw = await api.get(routes.getStreamInfo, { params: { clusterId, stream } }, api.admin);
    const nc = await connectTo(nats.url);
    const truth = (await nc.request(`$JS.API.STREAM.INFO.${stream}`)).json<{ config: unknown; state: unknown }>();
    await nc.close();
    expect(shown.config).toEqual(truth.config);
    expect(raw['config']).toEqual(truth.config);
    expect(raw['state']).toEqual(truth.state);
    expect(shown.provenance.source).toBe('STREAM.INFO');
  });
  it('name what was deleted where it is asked for', async () => {
    const info = (query: { deletedDetails?: 'true' }) =>
      api.get(routes.getStreamInfo, { params: { clusterId, stream: 'n_0017' }, query }, api.admin);
    expect(await info({ deletedDetails: 'true' })).toMatchObject({ state: { deleted: [3] } });
    expect((await info({}))['state']).not.toHaveProperty('deleted');
  });
});

describe('subjects of a stream', () => {
  const subjects = (query: QueryIn<Routes['listSubjects']> = {}) =>
    api.get(routes.listSubjects, { params: { clusterId, stream: 'n_0018' }, query }, api.admin);
  it('come with their counts, most first, or by name, paged', async () => {
    const most = await subjects({ limit: 3 });
    expect(most.items).toEqual([
      { subject: 'n.18.s0', messages: 3 },
      { subject: 'n.18.s1', messages: 3 },
      { subject: 'n.18.s2', messages: 3 },
    ]);
    expect(most).toMatchObject({ total: 7, complete: true });
    const rest = await subjects({ limit: 10, cursor: most.nextCursor ?? '' });
    expect(rest.items.map(({ subject, messages }) => [subject, messages])).toEqual([
      ['n.18.s3', 3],
      ['n.18.s4', 3],
      ['n.18.s5', 2],
      ['n.18.s6', 2],
    ]);
    expect((await subjects({ sort: 'subject', filter: 'n.18.s3' })).items).toEqual([
      { subject: 'n.18.s3', messages: 3 },
    ]);
  });
});

it('a stream is found by any of its subjects, and shows a few of them', async () => {
  const nc = await connectTo(nats.url);
  const jsm = await jetstreamManager(nc);
  await jsm.streams.add({ name: 'WIDE', subjects: Array.from({ length: 25 }, (_, i) => `wide.${i}.x`) });
  const found = await api.get(
    routes.listStreams,
    { params: { clusterId }, query: { search: 'wide.24.x', fresh: 'true' } },
    api.admin,
  );
  expect(found.items).toMatchObject([{ name: 'WIDE', subjectsTotal: 25 }]);
  expect(found.items[0]?.subjects).toHaveLength(20);
  await jsm.streams.delete('WIDE');
  await nc.close();
});

describe('consumers', () => {
  const all = (query: QueryIn<Routes['listConsumers']> = {}) =>
    api.get(routes.listConsumers, { params: { clusterId }, query }, api.admin);
  it('of all others are there while a stream goes that had one', async () => {
    // A cluster of its own, so that nothing is kept of its lists but what is asked for here.
    const again = await addCluster(api, [nats.url], { name: 'again' });
    const params = { clusterId: again };
    const nc = await connectTo(nats.url);
    const jsm = await jetstreamManager(nc);
    await jsm.streams.add({ name: 'GOES', subjects: ['goes'] });
    await jsm.consumers.add('GOES', { durable_name: 'with_it', ack_policy: AckPolicy.Explicit });
    await api.get(routes.listStreams, { params, query: {} }, api.admin);
    await jsm.streams.delete('GOES');
    await nc.close();
    const { items, missing } = await api.get(routes.listConsumers, { params, query: {} }, api.admin);
    expect(items).toHaveLength(5);
    expect(missing).toEqual([]);
  });
  it('of all streams, worst lag first', async () => {
    const { items, total } = await all({ fresh: 'true' });
    expect(total).toBe(5);
    expect(items[0]).toMatchObject({
      stream: 'n_0019',
      name: 'lagging',
      ackPending: 4,
      deliveredStreamSeq: 6,
      ackFloorStreamSeq: 2,
      kind: 'pull',
    });
    expect(items.map(({ lag }) => lag)).toEqual([...items.map(({ lag }) => lag)].sort((a, b) => (b ?? 0) - (a ?? 0)));
  });
  it('sort and filter, and page', async () => {
    expect((await all({ search: 'n_0005' })).items.map(({ name }) => name).sort()).toEqual(['other', 'pushed']);
    expect((await all({ search: 'FILTER' })).items.map(({ filterSubjects }) => filterSubjects)).toEqual([
      ['n.19.s1', 'n.19.s2'],
    ]);
    const first = await all({ sort: 'name', order: 'asc', limit: 2 });
    const second = await all({ sort: 'name', order: 'asc', limit: 9, cursor: first.nextCursor ?? '' });
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual([
      'filtered',
      'keeps',
      'lagging',
      'other',
      'pushed',
    ]);
  });
  it('of one stream, and one by itself', async () => {
    const params = { clusterId, stream: 'n_0005' };
    const { items } = await api.get(
      routes.listStreamConsumers,
      { params, query: { sort: 'name', order: 'asc' } },
      api.admin,
    );
    expect(items.map(({ name, kind, paused, waiting, pushBound }) => [name, kind, paused, waiting, pushBound])).toEqual(
      [
        ['other', 'pull', true, 0, null],
        ['pushed', 'push', false, null, false],
      ],
    );
    const one = await api.get(routes.getConsumer, { params: { ...params, consumer: 'other' } }, api.admin);
    expect(one.row).toMatchObject({ paused: true, pausedUntil: expect.any(String) as string, ackPolicy: 'explicit' });
    expect(await api.refused(routes.getConsumer, { params: { ...params, consumer: 'none' } }, api.admin)).toMatchObject(
      { status: 404, code: 'consumer_not_found' },
    );
    expect(
      (await api.refused(routes.listStreamConsumers, { params: { clusterId, stream: 'NONE' } }, api.admin)).status,
    ).toBe(404);
  });
});

it('asks for a long list page by page and never once a stream', async () => {
  const nc = await connectTo(nats.url);
  let asked = 0;
  const sub = nc.subscribe('$JS.API.>', {
    callback: () => {
      asked++;
    },
  });
  await nc.flush();
  await streams({ fresh: 'true' });
  await nc.flush();
  expect(asked).toBe(Math.ceil((numbered + 5) / 256));
  await Promise.all(Array.from({ length: 10 }, () => streams({ sort: 'bytes' })));
  await nc.flush();
  expect(asked).toBe(Math.ceil((numbered + 5) / 256));
  sub.unsubscribe();
  await nc.close();
});
