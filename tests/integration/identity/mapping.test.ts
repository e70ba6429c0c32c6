import { routes, type Mapping } from '@jetstream-console/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { pair, person, startGrafana, type Grafana, type Paired, type Person } from '../setup/grafana';

let api: TestApi;
let grafana: Grafana;
let paired: Paired;

beforeAll(async () => {
  api = await startTestApi();
  grafana = await startGrafana();
  paired = await pair(api, grafana);
});
afterAll(async () => {
  await api?.stop();
  await grafana?.stop();
});

const everywhere = { kind: 'organization' } as const;
const map = (items: Mapping[]) =>
  api.get(
    routes.putMappings,
    { params: { organizationId: api.organizationId, connectionId: paired.id }, body: { items } },
    api.admin,
  );
const me = async (who: Person) => api.get(routes.me, {}, await paired.headers(who));
const may = async (who: Person) =>
  new Set((await me(who)).grants.map(({ resource, action }) => `${resource}:${action}`));
const refused = async (who: Person) => api.refused(routes.me, {}, await paired.headers(who));

beforeEach(async () => {
  await map([]);
});

describe('org roles', () => {
  it.each([
    ['Viewer', 'viewer'],
    ['Editor', 'editor'],
    ['Admin', 'admin'],
  ] as const)('%s is %s unless mapped', async (role, built) => {
    expect((await me(person({ role }))).roles.map(({ name }) => name)).toEqual([built]);
  });
  it('None holds nothing, and may do nothing', async () => {
    const who = person({ role: 'None' });
    expect((await me(who)).grants).toEqual([]);
    expect((await api.refused(routes.listClusters, {}, await paired.headers(who))).status).toBe(403);
  });
  it('that are mapped are what they are mapped to, and no more', async () => {
    await map([{ subject: { kind: 'org_role', role: 'Editor' }, role: 'viewer', scope: everywhere }]);
    expect((await me(person({ role: 'Editor' }))).roles.map(({ name }) => name)).toEqual(['viewer']);
    expect((await me(person({ role: 'Admin' }))).roles.map(({ name }) => name)).toEqual(['admin']);
  });
  it('change with the next request, by Grafana and by the mapping alike', async () => {
    const who = person({ uid: 'changing' });
    const first = await me(who);
    expect(first.roles[0]?.name).toBe('viewer');
    const second = await me({ ...who, role: 'Editor' });
    expect(second.roles[0]?.name).toBe('editor');
    expect(second.subject.id).toBe(first.subject.id);
    const headers = await paired.headers(who);
    await map([{ subject: { kind: 'org_role', role: 'Viewer' }, role: 'operator', scope: everywhere }]);
    expect((await api.get(routes.me, {}, headers)).roles[0]?.name).toBe('operator');
  });
});

describe('a custom role', () => {
  const params = { role: 'tiny' };
  it('that people are mapped to cannot be deleted: their default, which is more, would come back', async () => {
    const body = { name: 'tiny', permissions: [{ resource: 'clusters' as const, action: 'read' as const }] };
    await api.get(routes.createRole, { body }, api.admin);
    await map([{ subject: { kind: 'org_role', role: 'Editor' }, role: 'tiny', scope: everywhere }]);
    const refusal = await api.refused(routes.deleteRole, { params }, api.admin);
    expect(refusal).toMatchObject({ status: 422, code: 'role_mapped' });
    expect((await me(person({ role: 'Editor' }))).roles.map(({ name }) => name)).toEqual(['tiny']);
    await map([]);
    await api.get(routes.deleteRole, { params }, api.admin);
  });
  it('that manages mappings alone cannot bring the default of an org role back', async () => {
    const permissions = [{ resource: 'mappings' as const, action: 'manage' as const }];
    await api.get(routes.createRole, { body: { name: 'mapper', permissions } }, api.admin);
    const items: Mapping[] = [{ subject: { kind: 'org_role', role: 'Admin' }, role: 'mapper', scope: everywhere }];
    await map(items);
    const headers = await paired.headers(person({ role: 'Admin' }));
    const target = { organizationId: api.organizationId, connectionId: paired.id };
    const refusal = await api.refused(routes.putMappings, { params: target, body: { items: [] } }, headers);
    expect(refusal.status).toBe(403);
    const { items: log } = await api.get(
      routes.listAudit,
      { query: { action: 'role_mappings.update', limit: 1 } },
      api.admin,
    );
    expect(log[0]).toMatchObject({ status: 'denied' });
    await map([]);
    await api.get(routes.deleteRole, { params: { role: 'mapper' } }, api.admin);
  });
});

describe('server admins', () => {
  it('get nothing for the flag alone', async () => {
    const who = person({ serverAdmin: true });
    expect(await may(who)).toEqual(await may(person()));
    expect((await me(who)).installationAdmin).toBe(false);
  });
  it('mapped, get no more than an org Admin does here', async () => {
    await map([
      { subject: { kind: 'server_admin' }, role: 'admin', scope: everywhere },
      { subject: { kind: 'org_role', role: 'Admin' }, role: 'operator', scope: everywhere },
    ]);
    const flagged = await may(person({ serverAdmin: true }));
    expect(flagged).toEqual(await may(person({ uid: 'boss', role: 'Admin' })));
    expect(flagged.has('streams:delete')).toBe(false);
    expect(flagged.has('messages:publish')).toBe(true);
  });
});

describe('teams', () => {
  it('from the unsigned context give read and nothing else, whatever they are mapped to', async () => {
    await map([{ subject: { kind: 'team', teamId: 7, name: 'payments' }, role: 'admin', scope: everywhere }]);
    const member = (await me(person({ teams: [3, 7] }))).grants;
    expect(member.some(({ resource, action }) => resource === 'messages' && action === 'read')).toBe(true);
    expect(member.filter(({ action }) => action !== 'read')).toEqual([]);
    expect(await may(person({ teams: [8] }))).toEqual(await may(person()));
  });
});

describe('service accounts and anonymous viewers', () => {
  const robot = person({ kind: 'service-account', uid: 'sa-6', id: 6, login: 'sa-1-robot', role: 'Admin' });
  const anonymous = person({ kind: 'anonymous', role: 'Admin' });
  it('get nothing, whatever their org role and its mapping', async () => {
    await map([{ subject: { kind: 'org_role', role: 'Admin' }, role: 'admin', scope: everywhere }]);
    expect(await refused(robot)).toMatchObject({ status: 403, code: 'identity_refused' });
    expect(await refused(anonymous)).toMatchObject({ status: 403, code: 'identity_refused' });
  });
  it('get what they are mapped to by name', async () => {
    await map([
      { subject: { kind: 'service_account', identifier: 'sa-6' }, role: 'reader', scope: everywhere },
      { subject: { kind: 'anonymous' }, role: 'viewer', scope: everywhere },
    ]);
    expect((await me(robot)).subject).toMatchObject({ kind: 'service_account', login: 'service-account:6' });
    expect((await me(robot)).roles.map(({ name }) => name)).toEqual(['reader']);
    expect((await me(anonymous)).roles.map(({ name }) => name)).toEqual(['viewer']);
    expect((await refused({ ...robot, uid: 'sa-7', id: 7 })).status).toBe(403);
  });
  it('hold without a token of theirs what they are mapped to, and nothing of an org role', async () => {
    const permissions = async (user: string) => {
      const { roles, grants } = await api.get(routes.effectivePermissions, { query: { user } }, api.admin);
      return { roles: roles.map(({ name }) => name), grants: grants.length };
    };
    await map([{ subject: { kind: 'service_account', identifier: 'sa-6' }, role: 'reader', scope: everywhere }]);
    const { id } = (await me(robot)).subject;
    expect((await permissions(id)).roles).toEqual(['reader']);
    await map([]);
    expect(await permissions(id)).toEqual({ roles: [], grants: 0 });
    const boss = await me(person({ uid: 'told', role: 'Admin' }));
    expect(await permissions(boss.subject.id)).toEqual({ roles: ['admin'], grants: boss.grants.length });
  });
  it('are not a person of the same identifier', async () => {
    await map([{ subject: { kind: 'service_account', identifier: 'u1' }, role: 'admin', scope: everywhere }]);
    expect((await me(person({ uid: 'u1' }))).roles.map(({ name }) => name)).toEqual(['viewer']);
  });
});

describe('a person', () => {
  it('is keyed by connection and identifier: not by login, and not by e-mail', async () => {
    const elsewhere = await pair(api, grafana, { orgId: 2 });
    const here = await me(person({ uid: 'same', login: 'root' }));
    const there = await api.get(routes.me, {}, await elsewhere.headers(person({ uid: 'same', login: 'root' })));
    expect(there.subject.id).not.toBe(here.subject.id);
    expect(here.roles.map(({ name }) => name)).toEqual(['viewer']);
    const renamed = await me(person({ uid: 'same', login: 'someone else', name: 'Renamed' }));
    expect(renamed.subject).toMatchObject({ id: here.subject.id, login: 'someone else', name: 'Renamed' });
    const namesake = await me(person({ uid: 'other', login: 'root' }));
    expect(namesake.subject.id).not.toBe(here.subject.id);
    const users = await api.get(routes.listUsers, { query: { search: 'Renamed' } }, api.admin);
    expect(users.items).toEqual([
      expect.objectContaining({ id: here.subject.id, source: 'grafana', connectionId: paired.id }),
    ]);
  });
  it('holds bindings of their own beside those from Grafana, from the next request', async () => {
    const who = person({ uid: 'bound' });
    const { subject } = await me(who);
    const binding = await api.get(
      routes.createBinding,
      { body: { subject: { kind: 'user', id: subject.id }, role: 'operator', scope: everywhere } },
      api.admin,
    );
    expect((await me(who)).roles.map(({ name }) => name).sort()).toEqual(['operator', 'viewer']);
    await api.get(routes.deleteBinding, { params: { bindingId: binding.id } }, api.admin);
    expect((await me(who)).roles.map(({ name }) => name)).toEqual(['viewer']);
  });
  it('gets the roles of a team of the console while in it', async () => {
    const who = person({ uid: 'member' });
    const { subject } = await me(who);
    const team = await api.get(routes.createTeam, { body: { name: 'crew' } }, api.admin);
    await api.get(
      routes.createBinding,
      { body: { subject: { kind: 'team', id: team.id }, role: 'reader', scope: everywhere } },
      api.admin,
    );
    const params = { teamId: team.id };
    await api.get(routes.addTeamMember, { params, body: { userId: subject.id } }, api.admin);
    expect((await me(who)).roles).toContainEqual({ name: 'reader', scope: '*', from: 'team crew' });
    await api.get(routes.removeTeamMember, { params: { ...params, userId: subject.id } }, api.admin);
    expect((await me(who)).roles.map(({ name }) => name)).toEqual(['viewer']);
  });
  it('that is switched off is refused from the next request, and let in again when switched on', async () => {
    const who = person({ uid: 'leaving', role: 'Admin' });
    const { subject } = await me(who);
    await api.get(routes.updateUser, { params: { userId: subject.id }, body: { active: false } }, api.admin);
    expect(await refused(who)).toMatchObject({ status: 403, detail: expect.stringMatching(/switched off/) as string });
    await api.get(routes.updateUser, { params: { userId: subject.id }, body: { active: true } }, api.admin);
    expect((await me(who)).subject.id).toBe(subject.id);
  });
});

it('ends the access of all its people with the connection, bindings included', async () => {
  const leaving = await pair(api, grafana, { orgId: 5, name: 'leaving' });
  const headers = await leaving.headers(person({ uid: 'x' }));
  const { subject } = await api.get(routes.me, {}, headers);
  await api.get(
    routes.createBinding,
    { body: { subject: { kind: 'user', id: subject.id }, role: 'admin', scope: everywhere } },
    api.admin,
  );
  const params = { organizationId: api.organizationId, connectionId: leaving.id };
  await api.get(routes.deleteConnection, { params }, api.admin);
  expect((await api.refused(routes.me, {}, headers)).status).toBe(403);
  expect(await api.database.query('select 1 from users where id = $1', [subject.id])).toEqual([]);
  expect(await api.database.query('select 1 from role_bindings where subject_id = $1', [subject.id])).toEqual([]);
});

it('hands the connection string out once, and keeps neither secret where it can be read', async () => {
  const params = { organizationId: api.organizationId };
  const body = { name: 'once', grafanaUrl: 'http://grafana.example:3000/sub' };
  const made = await api.get(routes.createConnection, { params, body }, api.admin);
  expect(made).toMatchObject({
    issuer: 'http://grafana.example:3000/sub/',
    jwksUrl: 'http://grafana.example:3000/sub/api/signing-keys/keys',
  });
  const secret = /jsc_[pg]_/;
  expect(made.provisioning).not.toMatch(secret);
  const listed = await api.ask(routes.listConnections, { params }, api.admin);
  expect(listed.text).not.toMatch(/jsc1\.|jsc_[pg]_/);
  const stored = JSON.stringify(await api.database.query('select * from grafana_connections'));
  expect(stored).not.toMatch(secret);
  const audit = JSON.stringify(await api.database.query('select changes from audit_outbox'));
  expect(audit).not.toMatch(/jsc1\.|jsc_[pg]_/);
});
