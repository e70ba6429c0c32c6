import type { ClickHouseClient } from '@clickhouse/client';
import { routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAudit } from '../../../backend/server/src/audit/audit';
import { closeAbandoned, expireShipped, shipAudit } from '../../../backend/server/src/audit/ship';
import { makeLog } from '../../../backend/server/src/platform/log';
import { openPg, type Pg } from '../../../backend/server/src/platform/pg';
import { startTestApi, type TestApi } from '../setup/api';
import { makeTables, openClickHouse } from '../setup/clickhouse';
import { addCluster } from '../setup/clusters';
import { makePerson } from '../setup/people';

let api: TestApi;
let pg: Pg;
let clickhouse: ClickHouseClient;
beforeAll(async () => {
  api = await startTestApi();
  pg = await openPg(api.config, makeLog(api.config, 'test'));
  await makeTables();
  clickhouse = openClickHouse();
});
afterAll(async () => {
  await clickhouse?.close();
  await pg?.close();
  await api?.stop();
});

const rows = (where: string, values: unknown[] = []) =>
  api.database.query<{
    id: string;
    status: string;
    error: string | null;
    changes: { before: unknown; after: unknown } | null;
    completed: boolean;
    shipped: boolean;
    ip: string;
    user_agent: string;
    resource: string | null;
    cluster_id: string | null;
    action: string;
    via: string;
    login: string;
  }>(
    `select *, completed_at is not null as completed, shipped_at is not null as shipped from audit_outbox where ${where} order by time`,
    values,
  );
const of = async (answer: { headers: Record<string, unknown> }) =>
  (await rows('request_id = $1', [answer.headers['x-request-id']]))[0];

describe('a record', () => {
  it('has who, what, from where, and what changed', async () => {
    const clusterId = await addCluster(api, ['nats://127.0.0.1:1'], { name: 'before' });
    const answer = await api.ask(routes.updateCluster, { params: { clusterId }, body: { name: 'after' } }, [
      ['authorization', `Bearer ${api.admin}`],
      ['user-agent', 'a browser'],
    ]);
    expect(await of(answer)).toMatchObject({
      action: 'cluster.update',
      status: 'success',
      error: null,
      cluster_id: clusterId,
      ip: '127.0.0.1',
      user_agent: 'a browser',
      via: 'session',
      login: 'root',
      completed: true,
      changes: { before: { name: 'before' }, after: { name: 'after' } },
    });
  });
  it('says that an act failed, and why', async () => {
    const teamId = '00000000-0000-4000-8000-000000000000';
    const answer = await api.ask(routes.deleteTeam, { params: { teamId } }, api.admin);
    expect(answer.status).toBe(404);
    expect(await of(answer)).toMatchObject({
      action: 'team.delete',
      resource: `teamId=${teamId}`,
      status: 'failure',
      error: expect.stringMatching(/does not exist/) as string,
    });
  });
  it('is not made of what did not begin, and not of reading', async () => {
    expect(await of(await api.ask(routes.createTeam, { body: { name: '' } }, api.admin))).toBeUndefined();
    expect(await of(await api.ask(routes.listTeams, {}, api.admin))).toBeUndefined();
  });
  it('holds no password, token or secret', async () => {
    await makePerson(api, 'viewer');
    await addCluster(api, ['nats://127.0.0.1:1'], {
      credentials: { read: { auth: { kind: 'token', token: 'hidden-token' } } },
    });
    const text = JSON.stringify(await rows('true'));
    expect(text).not.toMatch(/hidden-token|correct horse|"password"|jsc_p_/);
  });
  it('where the intent cannot be written, the act does not happen', async () => {
    await api.database.query(
      `alter table audit_outbox add constraint stopped check (action <> 'team.create') not valid`,
    );
    try {
      const answer = await api.ask(routes.createTeam, { body: { name: 'unwritten' } }, api.admin);
      expect(answer.status).toBe(500);
      const { items } = await api.get(routes.listTeams, {}, api.admin);
      expect(items.map(({ name }) => name)).not.toContain('unwritten');
    } finally {
      await api.database.query('alter table audit_outbox drop constraint stopped');
    }
  });
});

it('is listed newest first, page by page, each once, and filtered', async () => {
  for (let i = 0; i < 7; i++) await api.get(routes.createTeam, { body: { name: `listed ${i}` } }, api.admin);
  const seen: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await api.get(
      routes.listAudit,
      { query: { action: 'team.create', status: 'success', limit: 3, ...(cursor !== undefined && { cursor }) } },
      api.admin,
    );
    seen.push(...page.items.map(({ id }) => id));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  const all = await rows(`action = 'team.create' and status = 'success'`);
  expect(seen).toEqual(all.map(({ id }) => id).reverse());
  const none = await api.get(routes.listAudit, { query: { from: '2101-01-01T00:00:00Z' } }, api.admin);
  expect(none.items).toEqual([]);
});

describe('the worker', () => {
  const inClickHouse = async (id: string) => {
    const result = await clickhouse.query({
      query: 'select id, action, status, login from audit_logs final where id = {id:UUID}',
      query_params: { id },
      format: 'JSONEachRow',
    });
    return result.json<{ id: string; action: string; status: string; login: string }>();
  };
  const shipAll = async () => {
    while ((await shipAudit(pg, clickhouse)) > 0);
  };
  it('closes an act whose server died between intent and outcome as a failure', async () => {
    const made = await api.ask(routes.createTeam, { body: { name: 'interrupted' } }, api.admin);
    const id = (await of(made))?.id ?? '';
    const reset = `update audit_outbox set status = 'pending', completed_at = null, shipped_at = null`;
    await api.database.query(`${reset}, time = now() - interval '59 minutes' where id = $1`, [id]);
    await closeAbandoned(pg);
    expect((await rows('id = $1', [id]))[0]?.status).toBe('pending');
    await shipAll();
    expect(await inClickHouse(id)).toEqual([]);
    await api.database.query(`${reset}, time = now() - interval '61 minutes' where id = $1`, [id]);
    await closeAbandoned(pg);
    expect((await rows('id = $1', [id]))[0]).toMatchObject({
      status: 'failure',
      error: expect.stringMatching(/stopped before the outcome/) as string,
      completed: true,
    });
    await shipAll();
    expect(await inClickHouse(id)).toMatchObject([{ status: 'failure', action: 'team.create', login: 'root' }]);
  });
  it('ships an act again that ended after it had been given up', async () => {
    const made = await api.ask(routes.createTeam, { body: { name: 'slow' } }, api.admin);
    const record = await of(made);
    const id = record?.id ?? '';
    await api.database.query(
      `update audit_outbox set status = 'pending', completed_at = null, shipped_at = null, time = now() - interval '61 minutes' where id = $1`,
      [id],
    );
    await closeAbandoned(pg);
    await shipAll();
    expect(await inClickHouse(id)).toMatchObject([{ status: 'failure' }]);
    const who = { organizationId: api.organizationId, via: 'session' as const, userId: null, login: null };
    await makeAudit(pg, makeLog(api.config, 'test')).finish(who, id, {
      status: 'success',
      error: null,
      changes: undefined,
    });
    await shipAll();
    expect(await inClickHouse(id)).toMatchObject([{ status: 'success' }]);
  });
  it('ships each record once by its id: with several workers, and when one dies before it can say so', async () => {
    for (let i = 0; i < 40; i++) await api.get(routes.createTeam, { body: { name: `shipped ${i}` } }, api.admin);
    await Promise.all([shipAll(), shipAll(), shipAll()]);
    const done = await rows('shipped_at is not null');
    expect(await rows('completed_at is not null and shipped_at is null')).toEqual([]);
    // A crash after the insert and before the mark: the next worker ships the same records again.
    await api.database.query('update audit_outbox set shipped_at = null');
    await shipAll();
    const result = await clickhouse.query({
      query: 'select count() as total, uniqExact(id) as ids from audit_logs final where org_id = {org:UUID}',
      query_params: { org: api.organizationId },
      format: 'JSONEachRow',
    });
    const [counted] = await result.json<{ total: string | number; ids: string | number }>();
    expect([Number(counted?.total), Number(counted?.ids)]).toEqual([done.length, done.length]);
  });
  it('deletes here what ClickHouse has had for long enough, in batches, and nothing else', async () => {
    const made: string[] = [];
    for (const name of ['old and shipped', 'new and shipped', 'old and not shipped'])
      made.push((await of(await api.ask(routes.createTeam, { body: { name } }, api.admin)))?.id ?? '');
    await shipAll();
    const set = (id: string | undefined, change: string) =>
      api.database.query(`update audit_outbox set ${change} where id = $1`, [id]);
    await set(made[0], `shipped_at = now() - interval '8 days', time = now() - interval '8 days'`);
    await set(made[1], `shipped_at = now() - interval '6 days', time = now() - interval '8 days'`);
    await set(made[2], `shipped_at = null, time = now() - interval '900 days'`);
    // More of them than one batch deletes.
    await api.database.query(
      `insert into audit_outbox (org_id, via, action, status, ip, user_agent, request_id, completed_at, shipped_at)
       select $1, 'session', 'test.many', 'success', '', '', '', now(), now() - interval '9 days' from generate_series(1, 5200)`,
      [api.organizationId],
    );
    expect(await expireShipped(pg, 7)).toBe(5000);
    expect(await expireShipped(pg, 7)).toBe(201);
    expect(await expireShipped(pg, 7)).toBe(0);
    expect((await rows('id = any($1)', [made])).map(({ id }) => id).sort()).toEqual([made[1], made[2]].sort());
    expect(await inClickHouse(made[0] ?? '')).toHaveLength(1);
  });
});
