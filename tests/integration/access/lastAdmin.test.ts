import { randomBytes } from 'node:crypto';
import { builtInRoles, routes, type Mapping } from '@jetstream-console/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { pair, person, startGrafana, type Grafana, type Paired } from '../setup/grafana';
import { makeOrganization, makePerson, type Person } from '../setup/people';

let api: TestApi;
let grafana: Grafana;
/** a new organization for each test, with one administrator */
let organizationId: string;
let token: string;
let me: string;

beforeAll(async () => {
  api = await startTestApi();
  grafana = await startGrafana();
});
afterAll(async () => {
  await api?.stop();
  await grafana?.stop();
});
beforeEach(async () => {
  const made = await makeOrganization(api);
  organizationId = made.id;
  token = made.admin.token;
  me = (await api.get(routes.me, {}, token)).subject.id;
});

const everywhere = { kind: 'organization' } as const;
const unique = (name: string) => `${name}-${randomBytes(4).toString('hex')}`;
const bindingOf = async (subjectId: string, role = 'admin') => {
  const { items } = await api.get(routes.listBindings, {}, token);
  const found = items.find((item) => item.subject.id === subjectId && item.role === role);
  if (!found) throw new Error('there is no such binding');
  return { bindingId: found.id };
};
const bind = (kind: 'user' | 'team', id: string, role = 'admin') =>
  api.get(routes.createBinding, { body: { subject: { kind, id }, role, scope: everywhere } }, token);
const dropOwn = async () => api.ask(routes.deleteBinding, { params: await bindingOf(me) }, token);
/** Tells whether the administrator still is one: a refusal must have left everything as it was. */
const stillAdmin = async (who = token) =>
  (await api.get(routes.me, {}, who)).grants.some(
    ({ resource, action, scope }) => resource === 'roles' && action === 'manage' && scope.kind === 'organization',
  );
const refusedAsLast = { status: 422, code: 'last_admin' };
const problemOf = (answer: { status: number; json(): unknown }) => ({
  status: answer.status,
  ...Object(answer.json()),
});

async function makeTeamOfAdmins(member: string): Promise<string> {
  const team = await api.get(routes.createTeam, { body: { name: unique('admins') } }, token);
  await bind('team', team.id);
  await api.get(routes.addTeamMember, { params: { teamId: team.id }, body: { userId: member } }, token);
  return team.id;
}

describe('the last way to administer an organization cannot be taken away', () => {
  it('by its binding; a second one may go', async () => {
    expect(problemOf(await dropOwn())).toMatchObject(refusedAsLast);
    expect(await stillAdmin()).toBe(true);
    const second = await makePerson(api, 'admin', token);
    expect((await dropOwn()).status).toBe(200);
    expect(await stillAdmin(second.token)).toBe(true);
  });
  it('where the other administrator holds the role on a cluster, or as nobody who may log in', async () => {
    const off = await makePerson(api, 'admin', token);
    await api.get(routes.updateUser, { params: { userId: off.id }, body: { active: false } }, token);
    const narrow = await makePerson(api, 'viewer', token);
    const cluster = await api.get(
      routes.createCluster,
      { body: { name: unique('c'), urls: ['nats://127.0.0.1:1'] } },
      token,
    );
    await api.get(
      routes.createBinding,
      {
        body: {
          subject: { kind: 'user', id: narrow.id },
          role: 'admin',
          scope: { kind: 'cluster', clusterId: cluster.id },
        },
      },
      token,
    );
    expect(problemOf(await dropOwn())).toMatchObject(refusedAsLast);
  });
  it('where the role came by a team: neither its binding, nor its member, nor the team', async () => {
    const teamId = await makeTeamOfAdmins(me);
    expect((await dropOwn()).status).toBe(200);
    const { bindingId } = await bindingOf(teamId);
    for (const answer of [
      await api.ask(routes.deleteBinding, { params: { bindingId } }, token),
      await api.ask(routes.removeTeamMember, { params: { teamId, userId: me } }, token),
      await api.ask(routes.deleteTeam, { params: { teamId } }, token),
    ])
      expect(problemOf(answer)).toMatchObject(refusedAsLast);
    expect(await stillAdmin()).toBe(true);
  });
  it('by switching its account off', async () => {
    const permissions = [{ resource: 'users' as const, action: 'update' as const }];
    const name = unique('switcher').slice(0, 32);
    await api.get(routes.createRole, { body: { name, permissions } }, token);
    const switcher = await makePerson(api, name, token);
    const off = { params: { userId: me }, body: { active: false } };
    expect(await api.refused(routes.updateUser, off, switcher.token)).toMatchObject(refusedAsLast);
    expect(await stillAdmin()).toBe(true);
    await makePerson(api, 'admin', token);
    expect((await api.ask(routes.updateUser, off, switcher.token)).status).toBe(200);
  });
  it('by emptying or deleting the own role that stood for it', async () => {
    const role = unique('root').slice(0, 32);
    await api.get(routes.createRole, { body: { name: role, permissions: [...builtInRoles.admin.permissions] } }, token);
    await bind('user', me, role);
    expect((await dropOwn()).status).toBe(200);
    const fewer = [{ resource: 'clusters' as const, action: 'read' as const }];
    expect(
      await api.refused(routes.updateRole, { params: { role }, body: { permissions: fewer } }, token),
    ).toMatchObject(refusedAsLast);
    expect(await api.refused(routes.deleteRole, { params: { role } }, token)).toMatchObject(refusedAsLast);
    expect(await stillAdmin()).toBe(true);
  });
  it('by two administrators who take each other away at the same moment', async () => {
    const second = await makePerson(api, 'admin', token);
    const [mine, theirs] = [await bindingOf(me), await bindingOf(second.id)];
    const answers = await Promise.all([
      api.ask(routes.deleteBinding, { params: theirs }, token),
      api.ask(routes.deleteBinding, { params: mine }, second.token),
    ]);
    expect([await stillAdmin(), await stillAdmin(second.token)].filter(Boolean)).toHaveLength(1);
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
  });
});

describe('a Grafana connection', () => {
  let paired: Paired;
  const map = (items: Mapping[], as = token) =>
    api.ask(routes.putMappings, { params: { organizationId, connectionId: paired.id }, body: { items } }, as);
  const grafanaAdmin = async (): Promise<Person['id']> =>
    (await api.get(routes.me, {}, await paired.headers(person({ role: 'Admin', uid: 'boss' })))).subject.id;
  beforeEach(async () => {
    paired = await pair(api, grafana, { as: token, organizationId });
  });

  it('is no way before anybody came through it', async () => {
    expect(problemOf(await dropOwn())).toMatchObject(refusedAsLast);
    await grafanaAdmin();
    expect((await dropOwn()).status).toBe(200);
  });
  it('is none where its Admins are mapped to less', async () => {
    await grafanaAdmin();
    await map([{ subject: { kind: 'org_role', role: 'Admin' }, role: 'editor', scope: everywhere }]);
    expect(problemOf(await dropOwn())).toMatchObject(refusedAsLast);
    await map([
      { subject: { kind: 'org_role', role: 'Admin' }, role: 'editor', scope: everywhere },
      { subject: { kind: 'team', teamId: 1 }, role: 'admin', scope: everywhere },
      { subject: { kind: 'service_account', identifier: 'robot' }, role: 'admin', scope: everywhere },
    ]);
    expect(problemOf(await dropOwn())).toMatchObject(refusedAsLast);
  });
  it('that is the last way is neither mapped to less, nor moved to another Grafana, nor deleted', async () => {
    await grafanaAdmin();
    expect((await dropOwn()).status).toBe(200);
    const boss = await paired.headers(person({ role: 'Admin', uid: 'boss' }));
    const params = { organizationId, connectionId: paired.id };
    const less = {
      items: [{ subject: { kind: 'org_role' as const, role: 'Admin' as const }, role: 'viewer', scope: everywhere }],
    };
    expect(await api.refused(routes.putMappings, { params, body: less }, boss)).toMatchObject(refusedAsLast);
    expect(await api.refused(routes.updateConnection, { params, body: { grafanaOrgId: 7 } }, boss)).toMatchObject(
      refusedAsLast,
    );
    expect(await api.refused(routes.deleteConnection, { params }, boss)).toMatchObject(refusedAsLast);
    expect((await api.get(routes.me, {}, boss)).roles.map(({ name }) => name)).toEqual(['admin']);
    // What does not touch the way in may change, and so may the secrets: whoever changes them gets the new ones.
    expect((await api.ask(routes.updateConnection, { params, body: { name: 'renamed' } }, boss)).status).toBe(200);
    expect((await api.ask(routes.rotateConnection, { params }, boss)).status).toBe(200);
  });
  it('counts anew after its secrets were replaced: the new ones may have reached nobody', async () => {
    await grafanaAdmin();
    const params = { organizationId, connectionId: paired.id };
    await api.get(routes.rotateConnection, { params }, token);
    expect(problemOf(await dropOwn())).toMatchObject(refusedAsLast);
  });
  it('takes a person with it who is the only administrator by name', async () => {
    const id = await grafanaAdmin();
    await bind('user', id);
    await map([{ subject: { kind: 'org_role', role: 'Admin' }, role: 'viewer', scope: everywhere }]);
    expect((await dropOwn()).status).toBe(200);
    const boss = await paired.headers(person({ role: 'Admin', uid: 'boss' }));
    const params = { organizationId, connectionId: paired.id };
    expect(await api.refused(routes.deleteConnection, { params }, boss)).toMatchObject(refusedAsLast);
  });
});

it('an organization is not made without an administrator', async () => {
  const answer = await api.send({
    method: 'POST',
    path: '/api/v1/organizations',
    headers: [
      ['authorization', `Bearer ${api.admin}`],
      ['content-type', 'application/json'],
    ],
    body: JSON.stringify({ name: unique('empty') }),
  });
  expect(problemOf(answer)).toMatchObject({ status: 400, errors: [{ field: 'body.admin' }] });
});
