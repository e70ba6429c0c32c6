import { apiBase, builtInRoleNames, routes, urlOf, type Route, type RouteId } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseProblem, startTestApi, type TestApi } from '../setup/api';
import { startNatsServer, type NatsServer } from '../setup/nats';
import { makeOrganization, makePerson, type Person } from '../setup/people';
import { bearer, type Answer } from '../setup/http';
import { needsCluster } from './manageRows';
import { matrix, type Least } from './matrix';
import { makeWorld, requests, type Given, type World } from './world';

let nats: NatsServer;
let api: TestApi;
let world: World;
const people = new Map<string, Person>();
let foreign: Person;

const ladder = ['public', 'principal', ...builtInRoleNames, 'installation'] as const satisfies readonly Least[];
const ids = Object.keys(routes) as RouteId[];
const table: Readonly<Record<string, Route>> = routes;

beforeAll(async () => {
  nats = await startNatsServer();
  api = await startTestApi();
  world = await makeWorld(api, nats.url);
  for (const role of builtInRoleNames) people.set(role, await makePerson(api, role));
  const other = await makeOrganization(api);
  foreign = { id: '', login: other.admin.login, password: other.admin.password, token: other.admin.token };
});
afterAll(async () => {
  await api?.stop();
  await nats?.stop();
});

async function call(id: RouteId, who: Person | null): Promise<Answer> {
  const route = table[id];
  if (!route) throw new Error(`no route ${id}`);
  const nobody = { id: '', login: 'nobody', password: 'nobody knows it', token: '' };
  const given = await requests[id](world, who ?? nobody);
  // A log-out ends the session it comes on, so it gets one of its own.
  const token = who && id === 'logout' ? await api.login(who.login, who.password) : who?.token;
  return askOnce(route, given, token);
}

/** Streams that go on for ever are left at their first event. */
const endless: readonly string[] = [routes.streamTicket.id, routes.watchKeys.id, routes.watchObjects.id];
const askOnce = (route: Route, { headers, bytes, ...given }: Given, token?: string): Promise<Answer> =>
  endless.includes(route.id) || route.takes === 'bytes'
    ? api.send({
        method: route.method,
        path: apiBase + urlOf(route, Object(given.params), Object(given.query)),
        headers: [...(token === undefined ? [] : bearer(token)), ...(headers ?? [])],
        ...(bytes !== undefined && { body: bytes }),
        ...(endless.includes(route.id) && { until: (text: string) => text.includes('\n\n') }),
      })
    : api.ask(route, given, token);

const auditOf = async (answer: Answer) =>
  (
    await api.database.query<{ action: string; status: string; user_id: string | null }>(
      'select action, status, user_id from audit_outbox where request_id = $1',
      [answer.headers['x-request-id']],
    )
  )[0];

it('knows every route of the table', () => {
  expect(Object.keys(matrix).sort()).toEqual([...ids].sort());
});

describe.each(['viewer', 'reader', 'operator', 'editor', 'admin'] as const)('%s', (role) => {
  it.each(ids)('%s', async (id) => {
    const who = people.get(role);
    if (!who) throw new Error(`no ${role}`);
    const answer = await call(id, who);
    const record = await auditOf(answer);
    const route = table[id];
    if (ladder.indexOf(role) >= ladder.indexOf(matrix[id])) {
      const refused = needsCluster[id];
      expect(answer.status, answer.text).toBe(refused ?? route?.status);
      if (route?.audit && matrix[id] !== 'public')
        expect(record).toEqual({ action: route.audit, status: refused ? 'failure' : 'success', user_id: who.id });
    } else {
      expect(parseProblem(answer)).toMatchObject({ status: 403, code: 'forbidden' });
      expect(record).toEqual({ action: route?.audit ?? id, status: 'denied', user_id: who.id });
    }
  });
});

describe('nobody', () => {
  it.each(ids)('%s', async (id) => {
    const answer = await call(id, null);
    expect(answer.headers['www-authenticate']).toBeUndefined();
    expect(parseProblem(answer)).toMatchObject(
      matrix[id] === 'public' ? { status: 401, code: 'login_failed' } : { status: 403, code: 'unauthenticated' },
    );
  });
});

describe("another organization's administrator", () => {
  /** Rows of the first organization that a request could change; its sessions and audit change by themselves. */
  const rows = async () => {
    const tables = ['organizations', 'users', 'teams', 'team_members', 'roles', 'role_bindings', 'role_mappings'];
    const all = [...tables, 'grafana_connections', 'clusters', 'cluster_credentials'];
    const found: Record<string, unknown[]> = {};
    for (const name of all)
      found[name] = await api.database.query(
        `select * from ${name} where ${name === 'organizations' ? 'id' : 'org_id'} = $1 order by 1, 2`,
        [api.organizationId],
      );
    return found;
  };
  /** Routes that name another organization's thing elsewhere than in the path. */
  const named: Partial<Record<RouteId, number>> = { createBinding: 400, effectivePermissions: 404, forecast: 404 };

  it.each(ids)('%s', async (id) => {
    const route = table[id];
    // What the walk makes for a request is made before the picture is taken.
    const given = await requests[id](world, foreign);
    const before = await rows();
    const token = id === 'logout' ? await api.login(foreign.login, foreign.password) : foreign.token;
    if (!route) throw new Error(`no route ${id}`);
    const answer = await askOnce(route, given, token);
    const expected =
      named[id] ?? (matrix[id] === 'installation' ? 403 : route.path.includes('/:') ? 404 : route.status);
    expect(answer.status, answer.text).toBe(expected);
    expect(await rows()).toEqual(before);
    // Its own audit names what it asked about itself.
    if (id === 'listAudit' || id === 'exportAudit') return;
    for (const secret of [world.clusterId, world.teamId, world.userId, world.role, world.bindingId])
      if (expected < 400) expect(answer.text).not.toContain(secret);
  });
});

describe('the administrator of the installation', () => {
  it('makes organizations and lists all of them, and sees into none but its own', async () => {
    const other = await makeOrganization(api);
    const list = await api.get(routes.listOrganizations, {}, api.admin);
    expect(list.items.map(({ id }) => id)).toEqual(expect.arrayContaining([api.organizationId, other.id]));
    expect(
      await api.refused(routes.getOrganization, { params: { organizationId: other.id } }, api.admin),
    ).toMatchObject({ status: 404 });
    expect((await api.get(routes.listOrganizations, {}, other.admin.token)).items.map(({ id }) => id)).toEqual([
      other.id,
    ]);
  });
});

it('answers an unknown stream with 404', async () => {
  const params = { clusterId: world.clusterId, stream: 'NO_SUCH' };
  expect(await api.refused(routes.getStream, { params }, api.admin)).toMatchObject({
    status: 404,
    code: 'stream_not_found',
    nats: { errCode: 10059 },
  });
});

it('refuses a role before it looks at the body, and writes that down', async () => {
  const viewer = people.get('viewer');
  const answer = await api.send({
    method: 'POST',
    path: '/api/v1/teams',
    headers: [
      ['authorization', `Bearer ${viewer?.token ?? ''}`],
      ['content-type', 'application/json'],
    ],
    body: '{"nonsense":',
  });
  expect(answer.status).toBe(403);
  expect(await auditOf(answer)).toMatchObject({ action: 'team.create', status: 'denied' });
});
