import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { queryRequest, queryResponse, routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examplesIn } from '../../../docs/markdown';
import { root } from '../../../scripts/engines/paths';
import { startTestApi, type TestApi } from '../setup/api';
import { makeTables, openClickHouse } from '../setup/clickhouse';
import { addCluster } from '../setup/clusters';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { collection, head, inAccount, insertSamples } from './samples';

/** The day of the docs' examples is moved to yesterday, so that no table has dropped its rows yet. */
const day = 86_400_000;
const docsDay = Date.parse('2026-03-01T00:00:00Z');
const shift = Math.floor(Date.now() / day) * day - day - docsDay;
const start = docsDay + shift + 12 * 3_600_000;

const examples = examplesIn(await readFile(path.join(root, 'docs/query.md'), 'utf8'));
let api: TestApi;
let nats: NatsServer;
let clickhouse: ClickHouseClient;

beforeAll(async () => {
  [nats] = await Promise.all([startNatsServer(), makeTables()]);
  clickhouse = openClickHouse();
  api = await startTestApi();
  const cluster = await addCluster(api, [nats.url], { name: 'prod' });
  const nc = await connectTo(nats.url);
  const jsm = await jetstreamManager(nc);
  await jsm.streams.add({ name: 'ORDERS', subjects: ['orders.>'], allow_direct: true });
  await jetstream(nc).publish('orders.1.created', 'to Oslo');
  await nc.close();
  const of = { org: api.organizationId, cluster };
  const ticks = Array.from({ length: 16 }, (_, i) => start + i * 15_000 + 5000);
  await insertSamples(
    clickhouse,
    'cluster_samples',
    ticks.map((ms) => collection(of, ms)),
  );
  await insertSamples(
    clickhouse,
    'stream_metrics',
    ticks.flatMap((ms, i) =>
      ['ORDERS', 'ORDERS_EU', 'LOGS'].map((stream, s) => ({
        ...head(of, ms),
        ...inAccount,
        stream,
        state: 'ok',
        messages_total: 1000 + i,
        published: (s + 1) * 30 * (1 + Math.floor(i / 4)),
        elapsed_ms: 15_000,
      })),
    ),
  );
  await insertSamples(
    clickhouse,
    'consumer_metrics',
    ticks.flatMap((ms, i) =>
      ['billing', 'mailer'].map((consumer, c) => ({
        ...head(of, ms),
        ...inAccount,
        stream: 'ORDERS',
        consumer,
        state: 'ok',
        num_pending: c * 100 + i,
        elapsed_ms: 15_000,
      })),
    ),
  );
  await insertSamples(clickhouse, 'events', [
    {
      ...head(of, start + 90_000),
      ...inAccount,
      id: randomUUID(),
      type: 'leader_elected',
      severity: 'info',
      stream: 'ORDERS',
      server: 'n2',
      title: 'ORDERS has a new leader, n2',
    },
  ]);
});
afterAll(async () => {
  await clickhouse?.close();
  await api?.stop();
  await nats?.stop();
});

/** Instants of the docs' day as ISO texts, moved. */
const moved = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value).replace(/"(2026-03-01T[^"]+)"/g, (_, at: string) =>
      JSON.stringify(new Date(Date.parse(at) + shift).toISOString()),
    ),
  );

/** Without what is another one each time: times of the engine, ids, and the run's own day. */
function stable(value: unknown): unknown {
  const text = JSON.stringify(value, (key, inner: unknown) => {
    if (['rowsRead', 'clickhouseMs', 'executedQueryString'].includes(key)) return undefined;
    if (typeof inner === 'number' && inner >= start - day && inner <= start + day) return inner - shift;
    return typeof inner === 'string' ? inner.replace(/^[0-9a-f]{8}-[0-9a-f-]{27}$/, '…') : inner;
  });
  return JSON.parse(text);
}

async function answer(request: unknown) {
  const body = queryRequest.parse(moved(request));
  const sent = await api.ask(routes.query, { body }, api.admin);
  expect(sent.status, sent.text).toBe(200);
  return queryResponse.parse(sent.json());
}

describe('docs/query.md', () => {
  it.each(
    examples.filter((example) => example.answer !== null).map((e) => [JSON.stringify(e.request).slice(90, 200), e]),
  )('shows the answer that the api gives: %s', async (_, example) => {
    expect(stable(await answer(example.request))).toEqual(example.answer);
  });

  it.each(
    examples.filter((example) => example.answer === null).map((e) => [JSON.stringify(e.request).slice(90, 200), e]),
  )('shows a request that the api answers with a frame: %s', async (_, example) => {
    const { results } = await answer(example.request);
    expect(Object.values(results).map(({ status, error }) => [status, error])).toEqual([[200, undefined]]);
  });
});
