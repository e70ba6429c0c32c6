import type { Mapping } from '@jetstream-console/contract';
import type { Pg } from '../platform/pg';
import type { Held, Roles } from './grants';

/** What an organization's access rests on, at one version of it. */
export interface Snapshot {
  readonly version: string;
  readonly roles: Roles;
  mappings(connectionId: string): readonly Mapping[];
  /** bindings of the user and of the teams they are in, and those teams */
  ofUser(userId: string): Promise<{ held: readonly Held[]; teams: readonly { id: string; name: string }[] }>;
}

const maxUsers = 10_000;

async function load(pg: Pg, organizationId: string, version: string): Promise<Snapshot> {
  const { roles, mappings } = await pg.inOrg(organizationId, async (tx) => ({
    roles: await tx.selectFrom('roles').select(['name', 'permissions']).execute(),
    mappings: await tx
      .selectFrom('role_mappings')
      .select(['connection_id', 'subject', 'role', 'scope'])
      .orderBy('position')
      .execute(),
  }));
  const byConnection = groupBy(mappings);
  const users = new Map<string, ReturnType<Snapshot['ofUser']>>();
  const readUser = (userId: string) =>
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
  return {
    version,
    roles: { custom: new Map(roles.map((role) => [role.name, role.permissions])) },
    mappings: (connectionId) =>
      byConnection.get(connectionId)?.map(({ subject, role, scope }) => ({ subject, role, scope })) ?? [],
    ofUser: (userId) => {
      const known = users.get(userId);
      if (known) return known;
      if (users.size >= maxUsers) users.clear();
      const reading = readUser(userId);
      users.set(userId, reading);
      reading.catch(() => users.delete(userId));
      return reading;
    },
  };
}

function groupBy<T extends { connection_id: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(row.connection_id, [...(groups.get(row.connection_id) ?? []), row]);
  return groups;
}

/**
 * Snapshots kept in this process, one an organization. The caller hands in the version it has just read with the
 * identity, so a change anywhere holds from the next request everywhere.
 */
export function makeSnapshots(pg: Pg, maxOrganizations = 1000) {
  const cache = new Map<string, { version: string; snapshot: Promise<Snapshot> }>();
  return (organizationId: string, version: string): Promise<Snapshot> => {
    const known = cache.get(organizationId);
    if (known?.version === version) return known.snapshot;
    if (cache.size >= maxOrganizations) cache.clear();
    const snapshot = load(pg, organizationId, version);
    cache.set(organizationId, { version, snapshot });
    snapshot.catch(() => cache.delete(organizationId));
    return snapshot;
  };
}
export type Snapshots = ReturnType<typeof makeSnapshots>;
