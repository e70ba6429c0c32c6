import { builtInRoleNames, builtInRoles, decide, type Permission, type Scope } from '@jetstream-console/contract';
import { sql } from 'kysely';
import { ApiError, forbidden, invalid, notFound } from '../platform/errors';
import type { Ctx, Principal } from '../platform/handler';
import type { Tx } from '../platform/pg';

/** Ends every cached decision of the organization, in the transaction that changed what they rest on. */
export async function bumpAccess(tx: Tx): Promise<void> {
  await tx
    .updateTable('organizations')
    .set({ access_version: sql`access_version + 1` })
    .execute();
}

/** Another organization's id reads as unknown. */
export function ownOrganization(principal: Principal, organizationId: string): string {
  if (principal.organizationId !== organizationId) throw notFound('This organization');
  return organizationId;
}

/** SQLSTATE 23505 on a name. */
export async function uniquely<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '23505')
      throw new ApiError(409, 'name_taken', `${what} of this name is there already.`, { cause: error });
    throw error;
  }
}

/** @throws ApiError 400 for a role that is neither built in nor one of the organization's own */
export async function permissionsOfRole(tx: Tx, role: string): Promise<readonly Permission[]> {
  const builtIn = builtInRoleNames.find((name) => name === role);
  if (builtIn !== undefined) return builtInRoles[builtIn].permissions;
  const row = await tx.selectFrom('roles').where('name', '=', role).select('permissions').executeTakeFirst();
  if (!row) throw invalid('body.role', `there is no role ${role}`);
  return row.permissions;
}

/** A scope may name only what this organization has. */
export async function checkScope(tx: Tx, scope: Scope, field = 'body.scope'): Promise<void> {
  if (
    scope.kind === 'cluster' &&
    !(await tx.selectFrom('clusters').where('id', '=', scope.clusterId).select('id').executeTakeFirst())
  )
    throw invalid(`${field}.clusterId`, 'there is no such cluster');
  if (
    scope.kind === 'team' &&
    !(await tx.selectFrom('teams').where('id', '=', scope.teamId).select('id').executeTakeFirst())
  )
    throw invalid(`${field}.teamId`, 'there is no such team');
}

/** Nobody hands out what they do not hold: whoever may manage roles but is no admin could otherwise become one. */
export function mayGive(ctx: Ctx, permissions: readonly Permission[]): void {
  const missing = permissions.find(
    (permission) => !decide(ctx.principal.grants, { ...permission, target: {} }, ctx.principal.subject.id).allowed,
  );
  if (missing)
    throw forbidden(
      `You cannot give ${missing.resource}:${missing.action}, since you do not hold it everywhere in the organization yourself.`,
    );
}

export const iso = (date: Date) => date.toISOString();
export const isoOrNull = (date: Date | null) => date?.toISOString() ?? null;
