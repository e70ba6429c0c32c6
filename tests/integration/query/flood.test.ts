import type { ClickHouseClient } from '@clickhouse/client';
import { routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { makeTables, openClickHouse } from '../setup/clickhouse';
import { addCluster } from '../setup/clusters';
import { askOne } from './ask';
import { collection, head, inAccount, insertSamples } from './samples';

const minute = 60_000;
const now = Math.floor(Date.now() / minute) * minute;
let api: TestApi;
let clickhouse: ClickHouseClient;
let clusterId: string;

/** One advisory a second for half an hour, as a consumer sends them whose application always fails. */
const seconds = 1800;

beforeAll(async () => {
  await makeTables();
  clickhouse = openClickHouse();
  api = await startTestApi();
  clusterId = await addCluster(api, ['nats://127.0.0.1:1'], { name: 'prod' });
  const of = { org: api.organizationId, cluster: clusterId };
  const advisory = (ms: number, type: string, consumer: string, title: string) => ({
    ...head(of, ms),
    ...inAccount,
    id: `${type} ${consumer} ${ms} ${title}`,
    type,
    severity: 'warning',
    stream: 'MAIL',
    consumer,
    title,
  });
  await insertSamples(clickhouse, 'cluster_samples', [collection(of, now - 5000)]);
  await insertSamples(clickhouse, 'events', [
    ...Array.from({ length: seconds }, (_, n) =>
      advisory(now - (n + 1) * 1000, 'max_deliver', 'mailer', `Consumer mailer of MAIL gave up message ${seconds - n}`),
    ),
    advisory(now - 90_500, 'max_deliver', 'other', 'Consumer other of MAIL gave up message 1'),
    advisory(now - 90_400, 'consumer_action', 'mailer', 'Consumer mailer of MAIL: create'),
    advisory(now - 90_300, 'consumer_action', 'mailer', 'Consumer mailer of MAIL: delete'),
  ]);
});
afterAll(async () => {
  await api?.stop();
  await clickhouse?.close();
});

const ask = async (limit = 500) => {
  const range = { fromMs: now - 60 * minute, toMs: now };
  const { frames, error } = await askOne(api, api.admin, range, { kind: 'events', limit });
  expect(error).toBeUndefined();
  const values = (name: string) => frames[0]?.fields.find((field) => field.name === name)?.values ?? [];
  return values('time').map((firstMs, i) => ({
    firstMs: Number(firstMs),
    lastMs: Number(values('timeEnd')[i]),
    times: Number(values('times')[i]),
    title: String(values('title')[i]),
    text: String(values('text')[i]),
  }));
};

it('the same again and again is one mark a bucket, with how often it came, and nothing else is lost for it', async () => {
  const rows = await ask();
  const flood = rows.filter(({ title }) => title.startsWith('Consumer mailer of MAIL gave up'));
  expect(flood).toHaveLength(30);
  expect(flood.reduce((sum, { times }) => sum + times, 0)).toBe(seconds);
  expect(flood[0]).toEqual({
    firstMs: now - 60_000,
    lastMs: now - 1000,
    times: 60,
    title: `Consumer mailer of MAIL gave up message ${seconds}`,
    text: 'MAIL > mailer: 60 times, this is the last',
  });
  const others = rows.filter((row) => !flood.includes(row));
  expect(others.map(({ title, times, text }) => [title, times, text])).toEqual([
    ['Consumer mailer of MAIL: delete', 1, 'MAIL > mailer'],
    ['Consumer mailer of MAIL: create', 1, 'MAIL > mailer'],
    ['Consumer other of MAIL gave up message 1', 1, 'MAIL > other'],
  ]);
});

it('a limit counts marks, so that a flood does not push the rest out', async () => {
  expect((await ask(5)).map(({ title }) => title)).toContain('Consumer other of MAIL gave up message 1');
});

it('a finding counts all of them', async () => {
  const { findings } = await api.get(
    routes.clusterOverview,
    { query: { cluster: clusterId, fresh: 'true' } },
    api.admin,
  );
  const dead = findings.filter(({ rule }) => rule === 'dead_letters');
  expect(dead.map(({ subject, evidence }) => [subject.consumer, evidence])).toEqual([
    ['mailer', `1,800 in the last hour; the last: Consumer mailer of MAIL gave up message ${seconds}`],
    ['other', '1 in the last hour; the last: Consumer other of MAIL gave up message 1'],
  ]);
  expect(dead[0]?.since).toBe(new Date(now - seconds * 1000).toISOString());
});
