import { randomUUID } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { apiBase, routes, urlOf } from '@jetstream-console/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { makeTables, openClickHouse } from '../setup/clickhouse';
import { addCluster } from '../setup/clusters';
import { bearer } from '../setup/http';
import { eventually } from '../setup/wait';
import { head, inAccount, insertSamples } from './samples';

let api: TestApi;
let clickhouse: ClickHouseClient;
beforeAll(async () => {
  await makeTables();
  clickhouse = openClickHouse();
  api = await startTestApi();
  const cluster = await addCluster(api, ['nats://127.0.0.1:1'], { name: 'prod' });
  await insertSamples(
    clickhouse,
    'stream_metrics',
    Array.from({ length: 100 }, (_, i) => ({
      ...head({ org: api.organizationId, cluster }, Date.now() - i * 60_000),
      ...inAccount,
      stream: `S${i}`,
      bytes_total: i,
      messages_total: i,
      published: i,
      elapsed_ms: 60_000,
    })),
  );
});
afterAll(async () => {
  await clickhouse?.close();
  await api?.stop();
});

async function running(mark: string): Promise<number> {
  const answer = await clickhouse.query({
    query:
      "SELECT count() AS n FROM system.processes WHERE query LIKE {mark:String} AND NOT is_cancelled AND query NOT LIKE '%system.processes%'",
    query_params: { mark: `%${mark}%` },
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ n: number | string }>();
  return Number(row?.n);
}

it('a statement ends in ClickHouse when whoever asked for it over HTTP has gone, and nobody else’s does', async () => {
  const start = (mark: string, signal: AbortSignal) => {
    const tables = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `stream_metrics AS ${name}`).join(' CROSS JOIN ');
    const sql = `SELECT count() AS n FROM ${tables} WHERE a.published + b.published + c.published + d.published + e.published + f.published > 1000000000 AND a.stream != '${mark}'`;
    const [from, to] = [Date.now() - 3_600_000, Date.now()].map((at) => new Date(at).toISOString());
    return api
      .send({
        method: 'POST',
        path: apiBase + urlOf(routes.query, {}, {}),
        headers: [...bearer(api.admin), ['content-type', 'application/json']],
        body: JSON.stringify({ from, to, queries: [{ refId: 'A', query: { kind: 'sql', sql } }] }),
        signal,
      })
      .then(
        ({ text }) => text,
        () => null,
      );
  };
  const [staying, leaving] = [new AbortController(), new AbortController()];
  const marks = { stays: randomUUID(), leaves: randomUUID() };
  const answers = [start(marks.stays, staying.signal), start(marks.leaves, leaving.signal)];
  const early = Promise.race(answers).then((text) => {
    if (text !== null) throw new Error(`answered before anybody left: ${text}`);
  });
  const both = eventually(async () => (await running(marks.stays)) === 1 && (await running(marks.leaves)) === 1);
  await Promise.race([both, early]);
  leaving.abort();
  await eventually(async () => (await running(marks.leaves)) === 0);
  // It did not end by itself: the same one goes on where somebody waits for it.
  expect(await running(marks.stays)).toBe(1);
  staying.abort();
  await eventually(async () => (await running(marks.stays)) === 0);
  expect(await Promise.all(answers)).toEqual([null, null]);
});
