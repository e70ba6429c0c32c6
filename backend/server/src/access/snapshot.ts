import type { Grant, Me } from '@jetstream-console/contract';
import { memo, versioned } from '../platform/memo';
import type { Pg } from '../platform/pg';
import { grantsFrom, rolesFromGrafana, showRoles, type GrafanaSubject, type Held } from './grants';

/** What somebody holds by a connection's mappings; `key` names it among all of its snapshot. */
export interface Mapped {
  readonly key: string;
  readonly held: readonly Held[];
}

/** What a principal may do, ready for use: worked out once a person and version, and shared by their requests. */
export interface Access {
  readonly roles: Me['roles'];
  readonly teams: Me['teams'];
  readonly grants: readonly Grant[];
}

/** What an organization's access rests on, at one version of it. */
export interface Snapshot {
  fromGrafana(connectionId: string, who: GrafanaSubject): Mapped;
  /**
   * By the bindings of a user and of the teams they are in, on top of what is mapped to them.
   * @param userId null: somebody without an account, who holds what is mapped and nothing else
   */
  access(userId: string | null, mapped?: Mapped): Promise<Access>;
}

const maxKept = 10_000;
const nothing: Mapped = { key: '', held: [] };

const readUser = (pg: Pg, organizationId: string, userId: string) =>
  pg.inOrg(organizationId, async (tx) => {
    const teams = await tx
      .selectFrom('team_members')
      .innerJoin('teams', 'teams.id', 'team_members.team_id')
      .where('team_members.user_id', '=', userId)
      .select(['teams.id', 'teams.name'])
      .execute();
    const subjects = [userId, ...teams.map((team) => team.id)];
    const bindings = await tx
      .selectFrom('role_bindings')
      .where('subject_id', 'in', subjects)
      .select(['subject_kind', 'subject_id', 'role', 'scope'])
      .execute();
    const held = bindings.map((b): Held => ({
      role: b.role,
      scope: b.scope,
      from:
        b.subject_kind === 'user'
          ? 'given to you'
          : `team ${teams.find((team) => team.id === b.subject_id)?.name ?? ''}`,
    }));
    return { held, teams };
  });

async function load(pg: Pg, organizationId: string): Promise<Snapshot> {
  const { custom, mappings } = await pg.inOrg(organizationId, async (tx) => ({
    custom: await tx.selectFrom('roles').select(['name', 'permissions']).execute(),
    mappings: await tx
      .selectFrom('role_mappings')
      .select(['connection_id', 'subject', 'role', 'scope'])
      .orderBy('position')
      .execute(),
  }));
  const roles = { custom: new Map(custom.map((role) => [role.name, role.permissions])) };
  const mapped = memo<Mapped>(maxKept);
  const accesses = memo<Promise<Access>>(maxKept);
  const users = memo<ReturnType<typeof readUser>>(maxKept);
  return {
    fromGrafana: (connectionId, who) => {
      const key = JSON.stringify([connectionId, who]);
      return mapped(key, () => {
        const own = mappings.filter(({ connection_id }) => connection_id === connectionId);
        return { key, held: rolesFromGrafana(who, own) };
      });
    },
    access: (userId, { key, held: given } = nothing) =>
      accesses(`${userId} ${key}`, async () => {
        const own =
          userId === null ? { held: [], teams: [] } : await users(userId, () => readUser(pg, organizationId, userId));
        const held = [...given, ...own.held];
        return { roles: showRoles(held), teams: own.teams, grants: grantsFrom(held, roles) };
      }),
  };
}

/**
 * Snapshots kept in this process, one an organization. The caller hands in the version it has just read with the
 * identity, so a change anywhere holds from the next request everywhere.
 */
export function makeSnapshots(pg: Pg, maxOrganizations = 1000) {
  const cache = versioned<Snapshot>(maxOrganizations);
  return (organizationId: string, version: string): Promise<Snapshot> =>
    cache(organizationId, version, () => load(pg, organizationId));
}
export type Snapshots = ReturnType<typeof makeSnapshots>;
