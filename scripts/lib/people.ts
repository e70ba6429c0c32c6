import type { HostUser } from '../../plugins/host/src/server';
import type { State } from './state';

/** The Grafana team whose members may read payloads; mapped to the role `reader`. */
export const readersTeam = { id: 1, name: 'Readers' } as const;

/** Who can sign in at the page: org role as Grafana has it, and the console's role that comes of it. */
export const people = [
  { login: 'admin', orgRole: 'Admin', role: 'admin', name: 'Ada Admin', team: false },
  { login: 'editor', orgRole: 'Editor', role: 'editor', name: 'Edgar Editor', team: false },
  { login: 'reader', orgRole: 'Viewer', role: 'reader', name: 'Rita Reader', team: true },
  { login: 'viewer', orgRole: 'Viewer', role: 'viewer', name: 'Victor Viewer', team: false },
] as const;

export interface Login {
  readonly login: string;
  readonly password: string;
  readonly role: string;
}
const passwordOf = (state: State, login: string) => state.userPasswords[login] ?? '';

export const logins = (state: State): Login[] =>
  people.map(({ login, role }) => ({ login, role, password: passwordOf(state, login) }));

export const hostUsers = (state: State): HostUser[] =>
  people.map(({ login, orgRole, name, team }) => ({
    login,
    name,
    role: orgRole,
    password: passwordOf(state, login),
    identifier: `host-${login}`,
    teams: team ? [readersTeam.id] : [],
    serverAdmin: orgRole === 'Admin',
  }));
