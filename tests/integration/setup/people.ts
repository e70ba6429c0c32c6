import { randomBytes } from 'node:crypto';
import { routes, type BuiltInRole, type Scope } from '@jetstream-console/contract';
import type { TestApi } from './api';

export interface Person {
  readonly id: string;
  readonly login: string;
  readonly password: string;
  readonly token: string;
}

const password = () => randomBytes(12).toString('hex');

/** A local account with a role in the whole organization, logged in. */
export async function makePerson(api: TestApi, role: BuiltInRole | (string & {}), as = api.admin): Promise<Person> {
  const account = { login: `${role}-${randomBytes(4).toString('hex')}`, password: password() };
  const user = await api.get(routes.createUser, { body: { ...account, name: `A ${role}`, role } }, as);
  return { id: user.id, ...account, token: await api.login(account.login, account.password) };
}

/** An account that holds a role at one scope and nothing else. */
export async function makeScopedPerson(api: TestApi, role: BuiltInRole, scope: Scope): Promise<Person> {
  const person = await makePerson(api, 'viewer');
  const bindings = await api.get(routes.listBindings, {}, api.admin);
  const everywhere = bindings.items.find(({ subject }) => subject.id === person.id);
  if (!everywhere) throw new Error('the new account holds no role');
  await api.get(routes.createBinding, { body: { subject: { kind: 'user', id: person.id }, role, scope } }, api.admin);
  await api.get(routes.deleteBinding, { params: { bindingId: everywhere.id } }, api.admin);
  return person;
}

/** Another organization with an administrator of its own. */
export async function makeOrganization(api: TestApi, name = `Org ${randomBytes(4).toString('hex')}`) {
  const admin = { login: `admin-${randomBytes(4).toString('hex')}`, password: password() };
  const organization = await api.get(routes.createOrganization, { body: { name, admin } }, api.admin);
  return { id: organization.id, name, admin: { ...admin, token: await api.login(admin.login, admin.password) } };
}
