import type { ClickHouseClient } from '@clickhouse/client';
import { routes, type ResponseOf, type Routes } from '@jetstream-console/contract';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { makeTables, openClickHouse } from '../setup/clickhouse';
import { addCluster } from '../setup/clusters';
import { makePerson } from '../setup/people';
import { askOne } from './ask';
import { collection, head, insertSamples } from './samples';

/** Two accounts of one cluster hold a stream of one name, with a consumer of one name; ours is APP. */
const now = Date.now();
const cadence = 15_000;
const ticks = 120;
const last = now - 5000;
const range = { fromMs: now - 3_600_000, toMs: now };

let api: TestApi;
let clickhouse: ClickHouseClient;
let cluster = '';

beforeAll(async () => {
  await makeTables();
  clickhouse = openClickHouse();
  api = await startTestApi();
  cluster = await addCluster(api, ['nats://127.0.0.1:1'], { name: 'shared' });
  const of = { org: api.organizationId, cluster };
  const times = Array.from({ length: ticks }, (_, i) => last - (ticks - 1 - i) * cadence);
  const accounts = [
    { account: 'APP', own: true, grows: 1000, lag: 3, use: 1 },
    { account: 'OTHER', own: false, grows: 64_000, lag: 900, use: 0.5 },
  ];
  const rows = accounts.flatMap((a) =>
    times.map((ms, i) => ({
      ...a,
      sample: { ...head(of, ms), account: a.account, domain: '', own: a.own, stream: 'ORDERS', state: 'ok' },
      i,
    })),
  );
  await insertSamples(
    clickhouse,
    'stream_metrics',
    rows.map(({ sample, i, grows }) => ({
      ...sample,
      messages_total: i,
      bytes_total: 1_000_000 + i * grows,
      max_bytes: 10_000_000,
      max_messages: -1,
      published: 15,
      elapsed_ms: cadence,
    })),
  );
  await insertSamples(
    clickhouse,
    'consumer_metrics',
    rows.map(({ sample, lag, use, account, i }) => ({
      ...sample,
      consumer: 'billing',
      num_pending: lag,
      ack_pending: 100,
      max_ack_pending: 100,
      // Ours holds through all of it; the other one's is full in the last two thirds alone.
      ack_use: account === 'APP' || i > ticks / 3 ? 1 : use,
      delivered: 0,
      elapsed_ms: cadence,
    })),
  );
  await insertSamples(
    clickhouse,
    'cluster_samples',
    times.map((ms) => collection(of, ms, { streams: 2, consumers: 2 })),
  );
  await insertSamples(
    clickhouse,
    'events',
    ['APP', 'OTHER'].map((account) => ({
      ...head(of, last),
      account,
      domain: '',
      own: account === 'APP',
      id: randomUUID(),
      type: 'max_deliver',
      severity: 'warning',
      stream: 'ORDERS',
      consumer: account === 'APP' ? 'billing' : 'foreign',
      title: `gave up in ${account}`,
    })),
  );
});
afterAll(async () => {
  await clickhouse?.close();
  await api?.stop();
});

const spec = { kind: 'metrics', groupBy: ['stream'], format: 'table', aggregate: 'sum' } as const;
const values = async (query: Record<string, unknown>, who = api.admin) =>
  (await askOne(api, who, range, query)).frames.flatMap(({ fields }) => fields.at(-1)?.values ?? []);

describe("the account of the cluster's own credential", () => {
  it('is told apart from others with streams of the same names, for those who see both', async () => {
    expect(await values({ ...spec, metric: 'lag', groupBy: ['account', 'stream'] })).toEqual([900, 3]);
    expect(await values({ ...spec, metric: 'lag' })).toEqual([903]);
    expect(await values({ ...spec, metric: 'lag', accounts: 'own' })).toEqual([3]);
    expect(await values({ ...spec, metric: 'published' })).toEqual([2]);
    expect(await values({ ...spec, metric: 'published', accounts: 'own' })).toEqual([1]);
  });
  it('is all that others see, whatever they ask for', async () => {
    const viewer = await makePerson(api, 'viewer');
    expect(await values({ ...spec, metric: 'lag', accounts: 'all' }, viewer.token)).toEqual([3]);
  });
  it('is the one whose limit is foretold', async () => {
    const forecast = await api.get(routes.forecast, { query: { cluster, stream: 'ORDERS' } }, api.admin);
    const left = 10_000_000 - (1_000_000 + (ticks - 1) * 1000);
    expect(forecast.toLimitSeconds).toBeCloseTo(left / (1000 / 15), -4);
  });
  it('has its own marks', async () => {
    const titles = async (query: Record<string, unknown>) =>
      (await askOne(api, api.admin, range, { kind: 'events', stream: 'ORDERS', ...query })).frames.flatMap(
        ({ fields }) => fields.find(({ name }) => name === 'title')?.values ?? [],
      );
    expect((await titles({})).sort()).toEqual(['gave up in APP', 'gave up in OTHER']);
    expect(await titles({ accounts: 'own' })).toEqual(['gave up in APP']);
    expect(await titles({ consumer: 'foreign' })).toEqual(['gave up in OTHER']);
    expect(await titles({ consumer: 'nobody' })).toEqual([]);
  });
});

describe('findings in several accounts', () => {
  type Finding = ResponseOf<Routes['clusterOverview']>['findings'][number];
  const saturated = async (): Promise<Finding[]> =>
    (await api.get(routes.clusterOverview, { query: { fresh: 'true' } }, api.admin)).findings.filter(
      ({ rule }) => rule === 'consumer_ack_saturated',
    );
  it('name the account where it is not the one whose pages the console shows', async () => {
    const found = await saturated();
    expect(found.map(({ subject }) => subject.account).sort()).toEqual(['OTHER', null].sort());
    const { findings } = await api.get(routes.clusterOverview, { query: { fresh: 'true' } }, api.admin);
    expect(
      findings.filter(({ rule }) => rule === 'dead_letters').map(({ subject }) => [subject.account, subject.consumer]),
    ).toEqual(
      expect.arrayContaining([
        [null, 'billing'],
        ['OTHER', 'foreign'],
      ]),
    );
  });
  it('tell of each since when it holds there', async () => {
    const since = new Map((await saturated()).map((f) => [f.subject.account, Date.parse(f.since ?? '')]));
    expect(since.get(null)).toBe(last - (ticks - 1) * cadence);
    expect(since.get('OTHER')).toBeGreaterThan(last - (ticks - 1) * cadence);
  });
});
