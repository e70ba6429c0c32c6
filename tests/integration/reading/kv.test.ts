import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { headers as natsHeaders } from '@nats-io/transport-node';
import { routes, type QueryIn, type Routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { eventually } from '../setup/wait';

let nats: NatsServer;
let api: TestApi;
let clusterId: string;
/** More than one DIRECT.GET may answer for (1,024), so a page of values takes two. */
const many = 2300;

beforeAll(async () => {
  nats = await startNatsServer();
  api = await startTestApi();
  const nc = await connectTo(nats.url);
  const kvm = new Kvm(nc);
  const jsm = await jetstreamManager(nc);
  const conf = await kvm.create('conf', { history: 5, description: 'settings', markerTTL: 3_600_000 });
  for (const value of ['1', '2', '3']) await conf.put('eu.limit', value);
  await conf.put('eu.price', '{"eur":9}');
  await conf.put('eu_west', 'x');
  await conf.put('us/limit=1', 'slash');
  await conf.put('gone', 'x');
  await conf.delete('gone');
  await conf.put('purged', 'x');
  await conf.purge('purged');
  const h = natsHeaders();
  h.set('Nats-TTL', '1h');
  await jetstream(nc).publish('$KV.conf.short', 'lived', { headers: h });
  const bulk = await kvm.create('bulk', { history: 1 });
  for (let i = 0; i < many; i += 100)
    await Promise.all(
      Array.from({ length: 100 }, (_, j) => bulk.put(`k.${String(i + j).padStart(5, '0')}`, `v ${i + j}`)),
    );
  await jsm.streams.add({ name: 'KV_plain', subjects: ['$KV.plain.>'], allow_direct: false, max_msgs_per_subject: 3 });
  for (const [key, value] of [
    ['a', '1'],
    ['a', '2'],
    ['b', '3'],
  ] as const)
    await jetstream(nc).publish(`$KV.plain.${key}`, value);
  await jsm.streams.add({ name: 'KV_copy', mirror: { name: 'KV_conf' }, allow_direct: true });
  const target = (await jsm.streams.info('KV_conf')).state.last_seq;
  await eventually(async () => (await jsm.streams.info('KV_copy')).state.last_seq >= target);
  await nc.close();
  clusterId = await addCluster(api, [nats.url]);
});
afterAll(async () => {
  await api?.stop();
  await nats?.stop();
});

const keys = (bucket: string, query: QueryIn<Routes['listKeys']> = {}) =>
  api.get(routes.listKeys, { params: { clusterId, bucket }, query }, api.admin);
const key = (bucket: string, query: QueryIn<Routes['getKey']>) =>
  api.get(routes.getKey, { params: { clusterId, bucket }, query }, api.admin);

describe('buckets', () => {
  it('are listed with what they are', async () => {
    const { items, total } = await api.get(
      routes.listBuckets,
      { params: { clusterId }, query: { sort: 'values', order: 'desc' } },
      api.admin,
    );
    expect(total).toBeGreaterThanOrEqual(4);
    expect(items[0]).toMatchObject({ bucket: 'bulk', values: many, history: 1 });
    expect(items.find(({ bucket }) => bucket === 'conf')).toMatchObject({
      description: 'settings',
      history: 5,
      markersTtlSeconds: 3600,
      mirrorOf: null,
    });
    expect(items.find(({ bucket }) => bucket === 'copy')).toMatchObject({ mirrorOf: 'conf' });
    expect(
      (await api.get(routes.listBuckets, { params: { clusterId }, query: { search: 'BU' } }, api.admin)).items.map(
        ({ bucket }) => bucket,
      ),
    ).toEqual(['bulk']);
  });
  it('are known by their own name: a stream that is none is not found as one', async () => {
    expect((await api.get(routes.getBucket, { params: { clusterId, bucket: 'conf' } }, api.admin)).row.bucket).toBe(
      'conf',
    );
    for (const route of [routes.getBucket, routes.listKeys])
      expect((await api.refused(route, { params: { clusterId, bucket: 'none' } }, api.admin)).status).toBe(404);
    expect(
      (await api.refused(routes.getKey, { params: { clusterId, bucket: 'none' }, query: { key: 'a' } }, api.admin))
        .status,
    ).toBe(404);
  });
});

describe.each(['conf', 'copy'])('keys of %s', (bucket) => {
  it('under a prefix: whole tokens, and parts of one', async () => {
    const names = async (prefix: string) => (await keys(bucket, { prefix })).items.map((item) => item.key);
    expect(await names('eu.')).toEqual(['eu.limit', 'eu.price']);
    expect(await names('eu.l')).toEqual(['eu.limit']);
    expect(await names('eu')).toEqual(['eu.limit', 'eu.price', 'eu_west']);
    expect(await names('us/')).toEqual(['us/limit=1']);
    expect(await names('absent.')).toEqual([]);
  });
  it('with their values, in one go', async () => {
    const { items } = await keys(bucket, { prefix: 'eu.', values: 'true' });
    expect(items.map(({ key: k, revisions, entry }) => [k, revisions, entry?.revision, entry?.payload.text])).toEqual([
      ['eu.limit', 3, 3, '3'],
      ['eu.price', 1, 4, '{"eur":9}'],
    ]);
    expect(items.every(({ entry }) => entry?.operation === 'put')).toBe(true);
  });
  it('one with its history, newest first', async () => {
    const found = await key(bucket, { key: 'eu.limit', history: 'true' });
    expect(found.entry).toMatchObject({ key: 'eu.limit', revision: 3, payload: { text: '3' } });
    expect(found.history.map(({ revision, payload }) => [revision, payload.text])).toEqual([
      [3, '3'],
      [2, '2'],
      [1, '1'],
    ]);
  });
  it('that hold what a path cannot', async () => {
    expect((await key(bucket, { key: 'us/limit=1' })).entry.payload.text).toBe('slash');
  });
  it('that are gone are told from those that never were', async () => {
    expect((await key(bucket, { key: 'gone', history: 'true' })).history.map(({ operation }) => operation)).toEqual([
      'delete',
      'put',
    ]);
    expect((await key(bucket, { key: 'purged', history: 'true' })).history.map(({ operation }) => operation)).toEqual([
      'purge',
    ]);
    expect(
      (await api.refused(routes.getKey, { params: { clusterId, bucket }, query: { key: 'never' } }, api.admin)).status,
    ).toBe(404);
  });
});

it('shows a time to live, and the marker that the server leaves after it', async () => {
  expect((await key('conf', { key: 'short' })).entry).toMatchObject({
    ttlSeconds: 3600,
    markerReason: null,
    operation: 'put',
  });
  const nc = await connectTo(nats.url);
  // The server lets no message end sooner than its marker would.
  await new Kvm(nc).create('fleeting', { history: 1, markerTTL: 2000 });
  const ttl = natsHeaders();
  ttl.set('Nats-TTL', '2s');
  await jetstream(nc).publish('$KV.fleeting.expired', 'soon gone', { headers: ttl });
  await nc.close();
  const marker = await eventually(async () => {
    const { entry } = await key('fleeting', { key: 'expired' });
    return entry.operation === 'put' ? null : entry;
  }, 100);
  expect(marker).toMatchObject({ operation: 'delete', markerReason: 'MaxAge' });
});

it('pages through more keys than one get of the server answers for, values included', async () => {
  const seen: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await keys('bulk', {
      limit: 1000,
      values: 'true',
      previewBytes: 100,
      ...(cursor !== undefined && { cursor }),
    });
    expect(page).toMatchObject({ total: many, complete: true });
    for (const { key: k, entry } of page.items) {
      expect(entry?.payload.text).toBe(`v ${Number(k.slice(2))}`);
      seen.push(k);
    }
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  expect(seen).toHaveLength(many);
  expect(seen).toEqual([...seen].sort());
});

it('reads a bucket without direct gets from its leader', async () => {
  const { items } = await keys('plain', { values: 'true' });
  expect(items.map(({ key: k, entry }) => [k, entry?.payload.text])).toEqual([
    ['a', '2'],
    ['b', '3'],
  ]);
  const found = await key('plain', { key: 'a', history: 'true' });
  expect(found.history.map(({ payload }) => payload.text)).toEqual(['2', '1']);
  expect(found.provenance.source).toBe('STREAM.MSG.GET');
});

it.each(['.a', 'a.', 'a..b', 'a b', 'a*', '>', 'ключ', 'a\u0000'])(
  'refuses a key that cannot be one: %j',
  async (wrong) => {
    const problem = await api.refused(
      routes.getKey,
      { params: { clusterId, bucket: 'conf' }, query: { key: wrong } },
      api.admin,
    );
    expect(problem).toMatchObject({ status: 400, errors: [{ field: 'query.key' }] });
  },
);
