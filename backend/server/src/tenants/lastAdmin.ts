import { builtInRoles, type Mapping, type Permission } from '@jetstream-console/contract';
import { sql } from 'kysely';
import { rolesFromGrafana } from '../access/grants';
import { ApiError } from '../platform/errors';
import type { Tx } from '../platform/pg';
import { bumpAccess } from './shared';

const key = ({ resource, action }: Permission) => `${resource}:${action}`;

/** Whether a role gives all that it takes to make another administrator: nobody hands out what they do not hold. */
export function isFull(permissions: readonly Permission[]): boolean {
  const held = new Set(permissions.map(key));
  return builtInRoles.admin.permissions.every((permission) => held.has(key(permission)));
}

/**
 * Whether some org role of a Grafana is an administrator here. Teams and the server-admin flag are not signed, and a
 * service account that is mapped need not exist: nobody can count on those.
 */
export function letsAdminsIn(mappings: readonly Mapping[], full: readonly string[]): boolean {
  return (['Admin', 'Editor', 'Viewer'] as const).some((orgRole) =>
    rolesFromGrafana({ kind: 'user', identifier: '', orgRole, teamIds: [], serverAdmin: false }, mappings).some(
      ({ role, scope }) => full.includes(role) && scope.kind === 'organization',
    ),
  );
}

/** Somebody with an account that is on, who holds a full role everywhere, by name or by a team; and who can come in. */
async function hasNamedAdmin(tx: Tx, full: readonly string[]): Promise<boolean> {
  const { rows } = await sql`
    select 1 from users u left join grafana_connections c on c.id = u.connection_id
    where u.active and u.kind = 'user' and (u.connection_id is null or c.last_seen_at is not null) and exists (
      select 1 from role_bindings b where b.role = any(${full}) and b.scope->>'kind' = 'organization' and (
        (b.subject_kind = 'user' and b.subject_id = u.id) or
        (b.subject_kind = 'team' and b.subject_id in (select team_id from team_members m where m.user_id = u.id))))
    limit 1`.execute(tx);
  return rows.length > 0;
}

/** A Grafana that people have come through since its secrets and its identity are what they are. */
async function hasGrafana(tx: Tx, full: readonly string[]): Promise<boolean> {
  const connections = await tx
    .selectFrom('grafana_connections')
    .where('last_seen_at', 'is not', null)
    .select('id')
    .execute();
  const mappings = await tx.selectFrom('role_mappings').select(['connection_id', 'subject', 'role', 'scope']).execute();
  return connections.some(({ id }) =>
    letsAdminsIn(
      mappings.filter((mapping) => mapping.connection_id === id),
      full,
    ),
  );
}

async function isAdministered(tx: Tx): Promise<boolean> {
  const own = await tx.selectFrom('roles').select(['name', 'permissions']).execute();
  const full = ['admin', ...own.filter(({ permissions }) => isFull(permissions)).map(({ name }) => name)];
  return (await hasNamedAdmin(tx, full)) || hasGrafana(tx, full);
}

/**
 * Makes a change to who may do what, and takes it back where it would leave the organization to nobody. Two such changes
 * at once come one after the other: the new version holds the organization's row until the first is through.
 * @throws ApiError 422 `last_admin`
 */
export async function keepingAdmin<T>(tx: Tx, change: () => Promise<T>): Promise<T> {
  await bumpAccess(tx);
  const before = await isAdministered(tx);
  const result = await change();
  if (before && !(await isAdministered(tx)))
    throw new ApiError(
      422,
      'last_admin',
      'After this nobody could administer the organization any more. Make another administrator first: an account that is on, with the role admin everywhere.',
    );
  return result;
}
