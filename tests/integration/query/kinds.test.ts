import type { ClickHouseClient } from '@clickhouse/client';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { Objm } from '@nats-io/obj';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import {
  apiBase,
  framesHeader,
  framesMediaType,
  metricCatalog,
  queryResponse,
  routes,
  type QuerySpecInput,
} from '@jetstream-console/contract';
import { tableFromIPC } from 'apache-arrow';
import http from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { makeTables, openClickHouse } from '../setup/clickhouse';
import { addCluster } from '../setup/clusters';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { makePerson, makeScopedPerson } from '../setup/people';
import { askOne, framesOf, type Answered } from './ask';
import { head, inAccount, insertSamples } from './samples';

let nats: NatsServer;
let nc: NatsConnection;
let api: TestApi;
let clickhouse: ClickHouseClient;
let clusterId: string;
const now = Date.now();
const range = { fromMs: now - 3_600_000, toMs: now + 3_600_000 };

beforeAll(async () => {
  await makeTables();
  clickhouse = openClickHouse();
  nats = await startNatsServer({ name: 'n1' });
  nc = await connectTo(nats.url);
  const jsm = await jetstreamManager(nc);
  await jsm.streams.add({ name: 'ORDERS', subjects: ['orders.>'], allow_direct: true, max_bytes: 1_000_000 });
  await jsm.streams.add({ name: 'EVENTS', subjects: ['events.>'] });
  await jsm.consumers.add('ORDERS', { durable_name: 'billing', ack_policy: 'explicit' });
  await jsm.consumers.add('EVENTS', { durable_name: 'audit' });
  const js = jetstream(nc);
  for (let i = 0; i < 20; i++) {
    const h = headers();
    h.set('Nats-Msg-Id', `m${i}`);
    await js.publish(`orders.${i % 2 === 0 ? 'eu' : 'us'}`, JSON.stringify({ n: i, text: `order ${i}` }), {
      headers: h,
    });
  }
  await js.publish('orders.zip', gzipSync('{"zipped":true}'));
  await js.publish('orders.bin', new Uint8Array([0, 1, 2, 255]));
  await js.publish('events.one', 'x'.repeat(10_000));
  await (await new Kvm(nc).create('settings')).put('eu.limit', 'secret value');
  await new Objm(nc).create('files');
  api = await startTestApi();
  clusterId = await addCluster(api, [nats.url], { name: 'prod' });
});
afterAll(async () => {
  await nc?.close();
  await api?.stop();
  await nats?.stop();
  await clickhouse?.close();
});

const ask = (query: QuerySpecInput, who = api.admin) => askOne(api, who, range, query);
const column = (frame: Answered | undefined, name: string) => frame?.fields.find((field) => field.name === name);

describe('inventory', () => {
  it.each([
    ['clusters', { cluster: ['prod'], id: undefined }],
    ['servers', { server: ['n1'], cluster: ['prod'] }],
    ['streams', { stream: ['KV_settings', 'EVENTS', 'OBJ_files', 'ORDERS'] }],
    ['consumers', { stream: ['EVENTS', 'ORDERS'], consumer: ['audit', 'billing'], lag: [1, 22] }],
    ['buckets', { bucket: ['settings'], values: [1] }],
    ['object_stores', { store: ['files'], sealed: [false] }],
    ['accounts', { own: [true], streams: [4], consumers: [2] }],
  ] as const)('of %s, as the servers say it now', async (of, wanted) => {
    const sort = of === 'streams' ? 'messages' : of === 'consumers' ? 'lag' : null;
    const { frames, error } = await ask({ kind: 'inventory', of, sort, order: 'asc' });
    expect(error).toBeUndefined();
    for (const [name, values] of Object.entries(wanted))
      if (values)
        expect(
          of === 'streams' ? [...(column(frames[0], name)?.values ?? [])].sort() : column(frames[0], name)?.values,
        ).toEqual(of === 'streams' ? [...values].sort() : values);
  });

  it('of subjects of one stream, the busiest first', async () => {
    const { frames } = await ask({
      kind: 'inventory',
      of: 'subjects',
      stream: 'ORDERS',
      subject: 'orders.*',
      limit: 2,
    });
    expect(column(frames[0], 'messages')?.values).toEqual([10, 10]);
  });

  it('filtered, sorted and cut, with a word on what was cut', async () => {
    const spec = { kind: 'inventory', of: 'streams', sort: 'messages', order: 'desc', limit: 1 } as const;
    const { frames } = await ask({ ...spec, filters: [{ field: 'stream', op: '=~', values: ['*S'] }] });
    expect(column(frames[0], 'stream')?.values).toEqual(['ORDERS']);
    expect(frames[0]?.meta['notices']).toEqual([{ severity: 'info', text: '1 of 2 rows: raise the limit or filter.' }]);
  });

  it('shows each role what it covers', async () => {
    const scoped = await makeScopedPerson(api, 'viewer', { kind: 'cluster', clusterId, namePattern: 'ORD*' });
    expect(column((await ask({ kind: 'inventory', of: 'streams' }, scoped.token)).frames[0], 'stream')?.values).toEqual(
      ['ORDERS'],
    );
    expect(
      column((await ask({ kind: 'inventory', of: 'consumers' }, scoped.token)).frames[0], 'consumer')?.values,
    ).toEqual(['billing']);
    expect((await ask({ kind: 'inventory', of: 'servers' }, scoped.token)).frames).toEqual([]);
    expect((await ask({ kind: 'inventory', of: 'accounts' }, scoped.token)).frames).toEqual([]);
    const foreign = await ask({ kind: 'inventory', of: 'subjects', stream: 'EVENTS' }, scoped.token);
    expect(foreign).toMatchObject({ status: 403, frames: [] });
  });

  it('names a cluster that cannot be reached, and shows the others', async () => {
    const dead = await addCluster(api, ['nats://127.0.0.1:1'], { name: 'dead' });
    try {
      const { frames, status } = await ask({ kind: 'inventory', of: 'streams', sort: 'stream', order: 'asc' });
      expect(status).toBe(200);
      expect(column(frames[0], 'stream')?.values).toContain('ORDERS');
      expect(JSON.stringify(frames[0]?.meta['notices'])).toMatch(/dead: /);
      expect(await ask({ kind: 'inventory', of: 'streams', clusters: ['dead'] })).toMatchObject({
        status: 503,
        source: 'downstream',
        frames: [],
      });
    } finally {
      await api.get(routes.deleteCluster, { params: { clusterId: dead } }, api.admin);
    }
  });

  it.each([
    ['an unknown column', { sort: 'nonsense' }, /there is no column nonsense/],
    ['a filter that does not fit', { filters: [{ field: 'server', op: '=', values: ['n1'] }] }, /have no server/],
    ['subjects of no stream', { of: 'subjects' }, /say the stream/],
    ['a stream that is not there', { of: 'subjects', stream: 'NOWHERE' }, /no such stream/],
  ] as const)('refuses %s', async (_, change, error) => {
    const answer = await ask({ kind: 'inventory', of: 'streams', ...change } as QuerySpecInput);
    expect([400, 404]).toContain(answer.status);
    expect(answer).toMatchObject({ source: 'downstream', frames: [] });
    expect(answer.error).toMatch(error);
  });
});

describe('messages', () => {
  it('are log lines, newest first, decoded', async () => {
    const { frames, error } = await ask({ kind: 'messages', cluster: 'prod', stream: 'ORDERS', limit: 3 });
    expect(error).toBeUndefined();
    const [frame] = frames;
    expect(frame?.meta).toMatchObject({ type: 'log-lines', preferredVisualisationType: 'logs' });
    expect(frame?.fields.map(({ name, type }) => [name, type])).toEqual([
      ['timestamp', 'time'],
      ['body', 'string'],
      ['id', 'string'],
      ['labels', 'other'],
    ]);
    expect(column(frame, 'body')?.values).toEqual([
      '[binary, 4 bytes] 000102ff',
      '{"zipped":true}',
      '{"n":19,"text":"order 19"}',
    ]);
    expect(column(frame, 'id')?.values).toEqual(['ORDERS:22', 'ORDERS:21', 'ORDERS:20']);
    expect(column(frame, 'labels')?.values[2]).toEqual({
      cluster: 'prod',
      stream: 'ORDERS',
      subject: 'orders.us',
      seq: '20',
      'header_Nats-Msg-Id': 'm19',
    });
  });

  it.each([
    ['subject', { subject: 'orders.eu' }, 10],
    ['text', { text: 'order 1' }, 11],
    ['regular expression', { regex: 'order 1[0-4]"' }, 5],
    ['JSON path', { jsonPath: '$.n >= 18' }, 2],
    ['header', { header: 'Nats-Msg-Id: m7' }, 1],
  ])('are filtered by %s', async (_, filter, count) => {
    const { frames } = await ask({ kind: 'messages', cluster: clusterId, stream: 'ORDERS', ...filter });
    expect(column(frames[0], 'body')?.values).toHaveLength(count);
  });

  it('are those of the time range', async () => {
    const past = { fromMs: now - 7_200_000, toMs: now - 3_600_000 };
    expect(
      (await askOne(api, api.admin, past, { kind: 'messages', cluster: 'prod', stream: 'ORDERS' })).frames,
    ).toEqual([]);
    const stored = (await ask({ kind: 'messages', cluster: 'prod', stream: 'ORDERS', subject: 'orders.eu' })).frames[0];
    const times = column(stored, 'timestamp')?.values.map(Number) ?? [];
    const tenth = { fromMs: times[4] ?? 0, toMs: (times[1] ?? 0) + 1 };
    const some = await askOne(api, api.admin, tenth, {
      kind: 'messages',
      cluster: 'prod',
      stream: 'ORDERS',
      subject: 'orders.eu',
    });
    const found = column(some.frames[0], 'timestamp')?.values.map(Number) ?? [];
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((ms) => ms >= tenth.fromMs && ms < tenth.toMs)).toBe(true);
  });

  it('are cut at the guard, and say so', async () => {
    const { frames } = await ask({ kind: 'messages', cluster: 'prod', stream: 'EVENTS' });
    const [body] = column(frames[0], 'body')?.values ?? [];
    expect(String(body)).toHaveLength(4096 + '… (10000 bytes)'.length);
  });

  it('leave the consumers as they are', async () => {
    await ask({ kind: 'messages', cluster: 'prod', stream: 'ORDERS' });
    const jsm = await jetstreamManager(nc);
    expect(await jsm.consumers.info('ORDERS', 'billing')).toMatchObject({
      num_pending: 22,
      delivered: { consumer_seq: 0 },
    });
  });

  it('are for those who may read payloads', async () => {
    const viewer = await makePerson(api, 'viewer');
    expect(await ask({ kind: 'messages', cluster: 'prod', stream: 'ORDERS' }, viewer.token)).toMatchObject({
      status: 403,
      frames: [],
    });
    const eu = await makeScopedPerson(api, 'reader', {
      kind: 'cluster',
      clusterId,
      namePattern: 'ORDERS',
      subjectPattern: 'orders.eu',
    });
    const { frames } = await ask({ kind: 'messages', cluster: 'prod', stream: 'ORDERS' }, eu.token);
    expect(new Set(column(frames[0], 'labels')?.values.map((l) => (l as Record<string, string>)['subject']))).toEqual(
      new Set(['orders.eu']),
    );
    expect(await ask({ kind: 'messages', cluster: 'prod', stream: 'EVENTS' }, eu.token)).toMatchObject({ status: 403 });
  });

  it.each([
    ['a stream that is not there', { stream: 'NOWHERE' }, 404, /no such stream/],
    ['a cluster that is not there', { cluster: 'nowhere' }, 404, /nowhere/],
    ['an expression that is none', { regex: '(' }, 400, /regular expression/],
    ['a path that is none', { jsonPath: '$[' }, 400, /JSON path/],
  ])('refuse %s', async (_, change, status, error) => {
    const answer = await ask({ kind: 'messages', cluster: 'prod', stream: 'ORDERS', ...change });
    expect(answer).toMatchObject({ status, source: 'downstream', frames: [] });
    expect(answer.error).toMatch(error);
  });
});

describe('events', () => {
  beforeAll(async () => {
    const org = api.organizationId;
    const event = (ms: number, id: string, type: string, stream: string, more = {}) => ({
      ...head({ org, cluster: clusterId }, ms),
      ...inAccount,
      id,
      type,
      severity: 'warning',
      stream,
      title: `${type} of ${stream || 'the cluster'}`,
      ...more,
    });
    const rows = [
      event(now - 1000, 'e1', 'max_deliver', 'ORDERS', { consumer: 'billing' }),
      event(now - 2000, 'e2', 'stream_leader_elected', 'EVENTS'),
      event(now - 3000, 'e3', 'server_removed', ''),
      event(now - 4000, 'e4', 'max_deliver', 'HIDDEN', { account: 'OTHER', own: false }),
      event(now - 5000, 'e1-other', 'max_deliver', 'ORDERS'),
    ];
    await insertSamples(clickhouse, 'events', [...rows, rows[0] ?? {}]);
    await insertSamples(clickhouse, 'events', [
      { ...event(now, 'foreign', 'max_deliver', 'ORDERS'), org_id: '00000000-0000-4000-8000-000000000001' },
    ]);
    await insertSamples(clickhouse, 'audit_logs', [
      {
        org_id: org,
        time: new Date(now - 500),
        id: '00000000-0000-4000-8000-00000000000a',
        login: 'root',
        via: 'session',
        action: 'stream.purge',
        resource: 'stream=ORDERS',
        cluster_id: clusterId,
        status: 'success',
        ip: '',
        user_agent: '',
        request_id: 'r',
      },
    ]);
  });
  const titles = (frames: readonly Answered[]) => column(frames[0], 'title')?.values;

  it('are annotations, each once, newest first', async () => {
    const { frames, error } = await ask({ kind: 'events', of: ['advisories'] });
    expect(error).toBeUndefined();
    expect(frames[0]?.fields.slice(0, 6).map(({ name }) => name)).toEqual([
      'time',
      'timeEnd',
      'title',
      'text',
      'tags',
      'id',
    ]);
    expect(titles(frames)).toEqual([
      'max_deliver of ORDERS',
      'stream_leader_elected of EVENTS',
      'server_removed of the cluster',
      'max_deliver of HIDDEN',
      'max_deliver of ORDERS',
    ]);
    expect(column(frames[0], 'tags')?.values[0]).toBe('max_deliver,warning,prod,ORDERS');
  });

  it('are chosen by type and stream', async () => {
    expect(titles((await ask({ kind: 'events', types: ['server_removed'] })).frames)).toEqual([
      'server_removed of the cluster',
    ]);
    expect(titles((await ask({ kind: 'events', stream: 'EVENTS' })).frames)).toEqual([
      'stream_leader_elected of EVENTS',
    ]);
  });

  it('are those of what one may see', async () => {
    const viewer = await makePerson(api, 'viewer');
    expect(titles((await ask({ kind: 'events' }, viewer.token)).frames)).not.toContain('max_deliver of HIDDEN');
    const scoped = await makeScopedPerson(api, 'viewer', { kind: 'cluster', clusterId, namePattern: 'ORD*' });
    expect(titles((await ask({ kind: 'events' }, scoped.token)).frames)).toEqual([
      'max_deliver of ORDERS',
      'max_deliver of ORDERS',
    ]);
  });

  it('of the audit are for those who may read it', async () => {
    const { frames } = await ask({ kind: 'events', of: ['audit'] });
    expect(titles(frames)).toEqual(['root: stream.purge stream=ORDERS']);
    const viewer = await makePerson(api, 'viewer');
    expect(await ask({ kind: 'events', of: ['audit'] }, viewer.token)).toMatchObject({ status: 403, frames: [] });
  });
});

describe('one request', () => {
  const body = (queries: { refId: string; query: unknown }[]) => ({
    from: new Date(range.fromMs).toISOString(),
    to: new Date(range.toMs).toISOString(),
    queries,
  });

  it('answers each query by itself', async () => {
    const answer = await api.ask(
      routes.query,
      {
        body: body([
          { refId: 'A', query: { kind: 'inventory', of: 'clusters' } },
          { refId: 'B', query: { kind: 'nonsense' } },
          { refId: 'C', query: null },
          { refId: 'D', query: { kind: 'messages', cluster: 'prod', stream: 'NOWHERE' } },
          { refId: 'E', query: { kind: 'sql', sql: 'SELECT 1 AS n' } },
        ]),
      },
      api.admin,
    );
    const { results } = queryResponse.parse(answer.json());
    expect(Object.fromEntries(Object.entries(results).map(([id, { status }]) => [id, status]))).toEqual({
      A: 200,
      B: 400,
      C: 400,
      D: 404,
      E: 200,
    });
    expect(framesOf(results['E'])[0]?.fields[0]?.values).toEqual([1]);
    expect(results['B']?.error).toMatch(/kind/);
  });

  it.each([
    [
      'a range that ends before it starts',
      { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' },
      /ends before it starts/,
    ],
    ['a range of more than ten years', { from: '2000-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }, /ten years/],
    ['an instant that is none', { from: 'yesterday' }, /from/],
    [
      'a refId given twice',
      {
        queries: [
          { refId: 'A', query: {} },
          { refId: 'A', query: {} },
        ],
      },
      /two queries/,
    ],
    ['no query', { queries: [] }, /queries/],
    ['too many queries', { queries: Array.from({ length: 51 }, (_, i) => ({ refId: `R${i}`, query: {} })) }, /queries/],
  ])('refuses %s as a whole', async (_, change, detail) => {
    const problem = await api.refused(
      routes.query,
      { body: { ...body([{ refId: 'A', query: {} }]), ...change } },
      api.admin,
    );
    expect(problem.status).toBe(400);
    expect(problem.detail).toMatch(detail);
  });

  it('is answered in Arrow for whoever asks for it', async () => {
    const { port } = new URL(api.url);
    const bytes = await new Promise<Buffer>((resolve, reject) => {
      const req = http.request(
        {
          port,
          host: '127.0.0.1',
          method: 'POST',
          path: `${apiBase}${routes.query.path}`,
          headers: {
            authorization: `Bearer ${api.admin}`,
            'content-type': 'application/json',
            accept: framesMediaType,
          },
        },
        (res) => {
          expect(res.headers['content-type']).toBe(framesMediaType);
          const chunks: Buffer[] = [];
          res.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)));
        },
      );
      req.on('error', reject);
      req.end(
        JSON.stringify(
          body([
            { refId: 'A', query: { kind: 'inventory', of: 'streams', sort: 'stream', order: 'asc' } },
            { refId: 'B', query: {} },
          ]),
        ),
      );
    });
    const at = 4 + bytes.readUInt32BE(0);
    const { results } = framesHeader.parse(JSON.parse(bytes.subarray(4, at).toString('utf8')));
    expect(results.map(({ refId, status, frames }) => [refId, status, frames.length])).toEqual([
      ['A', 200, 1],
      ['B', 400, 0],
    ]);
    expect(tableFromIPC(bytes.subarray(at)).getChild('stream')?.toJSON()).toEqual([
      'EVENTS',
      'KV_settings',
      'OBJ_files',
      'ORDERS',
    ]);
  });
});

describe('what there is to choose from', () => {
  const values = async (query: Parameters<typeof routes.listValues.query.parse>[0], who = api.admin) =>
    (await api.get(routes.listValues, { query: Object(query) }, who)).items.map(({ text }) => text);

  it('metrics, with where each comes from', async () => {
    const { items } = await api.get(routes.listMetrics, {}, api.admin);
    expect(items).toEqual(metricCatalog);
  });

  it.each([
    ['cluster', {}, ['prod']],
    ['server', {}, ['n1']],
    ['stream', {}, ['EVENTS', 'KV_settings', 'OBJ_files', 'ORDERS']],
    ['stream', { search: 'ord' }, ['ORDERS']],
    ['stream', { search: '*s' }, ['EVENTS', 'KV_settings', 'OBJ_files', 'ORDERS']],
    ['consumer', { stream: 'ORDERS' }, ['billing']],
    ['bucket', { cluster: 'prod' }, ['settings']],
    ['subject', { stream: 'ORDERS', search: 'u*' }, []],
    ['subject', { stream: 'ORDERS', search: 'us' }, ['orders.us']],
  ])('%s %j', async (of, query, wanted) => {
    const single = of === 'subject' ? { cluster: clusterId } : {};
    expect(await values({ of, ...single, ...query })).toEqual(wanted);
  });

  it('of what one may see', async () => {
    const scoped = await makeScopedPerson(api, 'viewer', { kind: 'cluster', clusterId, namePattern: 'ORD*' });
    expect(await values({ of: 'stream' }, scoped.token)).toEqual(['ORDERS']);
    expect(await values({ of: 'server' }, scoped.token)).toEqual([]);
  });
});

describe('without ClickHouse', () => {
  it('says so for what needs it, and answers the rest', async () => {
    const alone = await startTestApi({ env: { CLICKHOUSE_URL: 'http://console:x@127.0.0.1:1/default' } });
    try {
      await addCluster(alone, [nats.url], { name: 'prod' });
      for (const query of [
        { kind: 'metrics', metric: 'lag' },
        { kind: 'events' },
        { kind: 'sql', sql: 'SELECT 1' },
      ] as const) {
        const answer = await askOne(alone, alone.admin, range, query);
        expect(answer).toMatchObject({ status: 503, source: 'downstream', frames: [] });
        expect(answer.error).toMatch(/cannot reach its ClickHouse/);
      }
      expect((await askOne(alone, alone.admin, range, { kind: 'inventory', of: 'streams' })).status).toBe(200);
      expect(
        (await askOne(alone, alone.admin, range, { kind: 'messages', cluster: 'prod', stream: 'ORDERS' })).status,
      ).toBe(200);
      expect(await alone.refused(routes.clusterOverview, {}, alone.admin)).toMatchObject({
        status: 503,
        code: 'clickhouse_unavailable',
      });
    } finally {
      await alone.stop();
    }
  });
});
