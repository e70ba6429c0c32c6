import { randomUUID } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeClusterStore } from '../../../backend/server/src/clusters/store';
import { makeVault } from '../../../backend/server/src/clusters/vault';
import { applyRetention, settleMs } from '../../../backend/server/src/metrics/retention/apply';
import { keptTables, noWish } from '../../../backend/server/src/metrics/retention/kept';
import { makeLog } from '../../../backend/server/src/platform/log';
import { openPg, type Pg } from '../../../backend/server/src/platform/pg';
import { startTestApi, type TestApi } from '../setup/api';
import { makeTables, openClickHouse } from '../setup/clickhouse';
import { addCluster } from '../setup/clusters';
import { makeOrganization, makePerson } from '../setup/people';
import { eventually } from '../setup/wait';
import { head, inAccount, insertSamples } from '../query/samples';

const day = 86_400_000;
const now = Date.now();
let api: TestApi;
let pg: Pg;
let clickhouse: ClickHouseClient;
let other: Awaited<ReturnType<typeof makeOrganization>>;

beforeAll(async () => {
  await makeTables();
  clickhouse = openClickHouse();
  api = await startTestApi();
  pg = await openPg(api.config, makeLog(api.config, 'test'));
  other = await makeOrganization(api);
});
afterAll(async () => {
  await pg?.close();
  await clickhouse?.close();
  await api?.stop();
});

const params = () => ({ organizationId: api.organizationId });
const keep = (days: number | null) => api.get(routes.putRetention, { params: params(), body: { days } }, api.admin);
const ageOfTables = (tables: readonly { table: string; days: number }[]) =>
  Object.fromEntries(tables.map(({ table, days }) => [table, days]));

async function rowsOf(table: string, org: string): Promise<{ days: number; retention: number }[]> {
  const answer = await clickhouse.query({
    query: `SELECT dateDiff('day', time, now()) AS days, retention_days AS retention FROM ${table} WHERE org_id = {org:UUID} ORDER BY time DESC`,
    query_params: { org },
    format: 'JSONEachRow',
  });
  return answer.json();
}

describe('the retention of an organization', () => {
  it('is as long as each table keeps until one wishes for less, and then the shorter of the two', async () => {
    const before = await api.get(routes.getRetention, { params: params() }, api.admin);
    expect(before).toMatchObject({ days: null, changedAt: null, appliedAt: null });
    expect(before.tables.every(({ days, atMostDays }) => days === atMostDays)).toBe(true);
    const after = await keep(100);
    expect(after).toMatchObject({ days: 100, appliedAt: null });
    expect(ageOfTables(after.tables)).toMatchObject({
      stream_metrics: 90,
      stream_metrics_hourly: 100,
      stream_metrics_daily: 100,
      cluster_samples: 100,
      message_samples: 7,
    });
    expect(await api.get(routes.getRetention, { params: params() }, api.admin)).toEqual(after);
    expect(await keep(100)).toEqual(after);
    await keep(null);
  });

  it('is told with the days that the tables have in ClickHouse', async () => {
    const { tables } = await api.get(routes.getRetention, { params: params() }, api.admin);
    const answer = await clickhouse.query({
      query: `SELECT name, toUInt32(extract(create_table_query, 'least\\(retention_days, (\\d+)\\)')) AS days FROM system.tables
WHERE database = currentDatabase() AND create_table_query LIKE '%least(retention_days, %'`,
      format: 'JSONEachRow',
    });
    const made = await answer.json<{ name: string; days: number }>();
    expect(tables.map(({ table, atMostDays }) => [table, atMostDays]).sort()).toEqual(
      made.map(({ name, days }) => [name, days]).sort(),
    );
  });

  it('reaches the collectors', async () => {
    const id = await addCluster(api, ['nats://127.0.0.1:1']);
    await keep(21);
    const store = makeClusterStore(pg, makeVault(api.config.masterKeys));
    const mine = (await store.everyones()).find(({ record }) => record.id === id);
    expect(mine?.retentionDays).toBe(21);
    await keep(null);
  });

  it('takes away what is older, in the tables and in their sums, and nothing of anybody else', async () => {
    const clusterId = randomUUID();
    const sample = (org: string, days: number) => ({
      ...head({ org, cluster: clusterId }, now - days * day),
      ...inAccount,
      stream: 'ORDERS',
      state: 'ok',
      messages_total: days,
    });
    await insertSamples(
      clickhouse,
      'stream_metrics',
      [2, 20].flatMap((days) => [sample(api.organizationId, days), sample(other.id, days)]),
    );
    const tables = ['stream_metrics', 'stream_metrics_hourly', 'stream_metrics_daily'];
    const ages = async (table: string, org: string) =>
      (await rowsOf(table, org)).map(({ days, retention }) => [days, retention]);
    await keep(10);
    // Within the time in which it can be taken back nothing is touched.
    expect(await applyRetention(pg, clickhouse, Date.now())).toEqual([]);
    expect(await applyRetention(pg, clickhouse, Date.now() + settleMs + 1000)).toEqual([api.organizationId]);
    expect(await applyRetention(pg, clickhouse, Date.now() + settleMs + 1000)).toEqual([]);
    expect((await api.get(routes.getRetention, { params: params() }, api.admin)).appliedAt).not.toBeNull();
    for (const table of tables) {
      // ClickHouse rewrites in the background.
      await eventually(async () =>
        (await rowsOf(table, api.organizationId)).every(({ retention }) => retention === 10),
      );
      await clickhouse.command({ query: `OPTIMIZE TABLE ${table} FINAL` });
      expect(await ages(table, api.organizationId), table).toEqual([[2, 10]]);
      expect(await ages(table, other.id), table).toEqual([
        [2, noWish],
        [20, noWish],
      ]);
    }
  });

  it('is written down with what was before, and refused where it says nothing', async () => {
    await keep(5);
    await keep(6);
    const { items } = await api.get(
      routes.listAudit,
      { query: { action: 'organization.retention', limit: 1 } },
      api.admin,
    );
    expect(items).toMatchObject([{ status: 'success', changes: { before: { days: 5 }, after: { days: 6 } } }]);
    for (const days of [0, -1, 1.5, 1826])
      expect(await api.refused(routes.putRetention, { params: params(), body: { days } }, api.admin)).toMatchObject({
        status: 400,
        errors: [{ field: 'body.days' }],
      });
    expect((await api.get(routes.getRetention, { params: params() }, api.admin)).days).toBe(6);
  });

  it("is nobody else's to set", async () => {
    const editor = await makePerson(api, 'editor');
    const body = { days: 1 };
    expect(await api.refused(routes.putRetention, { params: params(), body }, editor.token)).toMatchObject({
      status: 403,
    });
    expect(await api.refused(routes.putRetention, { params: params(), body }, other.admin.token)).toMatchObject({
      status: 404,
    });
  });
});

it('names every table that carries a retention', () => {
  expect(new Set(keptTables.map(({ table }) => table)).size).toBe(keptTables.length);
});
