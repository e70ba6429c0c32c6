import { routes, type QueryIn, type Routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { bearer } from '../setup/http';
import { makePerson } from '../setup/people';

let api: TestApi;
/** Names that a spreadsheet would run, and that LIKE would take for patterns. */
const names = ['=HYPERLINK("x")', 'plain_team', 'plainXteam'];
beforeAll(async () => {
  api = await startTestApi();
  for (const name of names) await api.get(routes.createTeam, { body: { name } }, api.admin);
  const viewer = await makePerson(api, 'viewer');
  await api.refused(routes.createTeam, { body: { name: 'never' } }, viewer.token);
});
afterAll(async () => {
  await api?.stop();
});

const list = async (query: QueryIn<Routes['listAudit']>) =>
  (await api.get(routes.listAudit, { query }, api.admin)).items;
const file = (as: 'csv' | 'ndjson', query = '') =>
  api.send({ method: 'GET', path: `/api/v1/audit/logs/export?as=${as}${query}`, headers: bearer(api.admin) });

it('is narrowed by kind of act, who, outcome and what it was done to', async () => {
  const teams = await list({ action: 'team.*' });
  expect(teams.map(({ status }) => status)).toEqual(['denied', 'success', 'success', 'success']);
  expect(await list({ action: 'team.create', status: 'denied' })).toHaveLength(1);
  expect((await list({ action: 'team.*', login: teams[1]?.login ?? '' })).length).toBe(3);
  expect(await list({ login: '%' })).toEqual([]);
  expect((await list({ resource: 'plain_' })).map(({ action }) => action)).toEqual(['team.create']);
  expect(await list({ resource: 'no such thing' })).toEqual([]);
  expect(await api.refused(routes.listAudit, { query: { action: "x' or 1=1" } }, api.admin)).toMatchObject({
    status: 400,
  });
});

it('one act is opened by its id, by whom it belongs to', async () => {
  const [newest] = await list({ action: 'team.create', status: 'success' });
  const params = { auditId: newest?.id ?? '' };
  const act = await api.get(routes.getAudit, { params }, api.admin);
  expect(act).toMatchObject({ action: 'team.create', changes: { after: { name: 'plainXteam' } } });
  const gone = { auditId: 'c0000000-0000-4000-8000-000000000001' };
  expect(await api.refused(routes.getAudit, { params: gone }, api.admin)).toMatchObject({ status: 404 });
});

it('is exported whole, page after page, and no cell of it is a formula', async () => {
  const lines = (await file('ndjson', '&action=team.*')).text.trim().split('\n');
  expect(lines.map((line) => routes.getAudit.response.parse(JSON.parse(line)).status)).toEqual([
    'denied',
    'success',
    'success',
    'success',
  ]);
  await api.send({
    method: 'POST',
    path: '/api/v1/teams',
    headers: [...bearer(api.admin), ['content-type', 'application/json'], ['user-agent', '=1+1']],
    body: JSON.stringify({ name: 'formula' }),
  });
  const csv = await file('csv', '&action=team.create&status=success&resource=formula');
  const [head, line] = csv.text.split('\r\n');
  expect(head).toContain('time,login,action');
  expect(line).toContain(",'=1+1,");
  expect(line).toMatch(/,user_agent$/);
  const { items } = await api.get(routes.listAudit, { query: { action: 'audit.export' } }, api.admin);
  expect(items[0]).toMatchObject({
    status: 'success',
    changes: { after: { as: 'csv', sent: { entries: 1, why: 'end' } } },
  });
});

it('goes through more acts than a page holds', async () => {
  await api.database.query(
    `insert into audit_outbox (id, org_id, time, action, status, ip, user_agent, request_id, via)
     select gen_random_uuid(), $1, now(), 'bulk.act', 'success', '127.0.0.1', 'x', 'r' || n, 'api' from generate_series(1, 1203) n`,
    [api.organizationId],
  );
  const lines = (await file('ndjson', '&action=bulk.act')).text.trim().split('\n');
  expect(new Set(lines.map((line) => routes.getAudit.response.parse(JSON.parse(line)).requestId)).size).toBe(1203);
});
