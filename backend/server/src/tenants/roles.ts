import { builtInRoles, type BodyOf, type Routes } from '@jetstream-console/contract';
import { ApiError, invalid, notFound } from '../platform/errors';
import type { Ctx } from '../platform/handler';
import type { Pg, Tx } from '../platform/pg';
import { keepingAdmin } from './lastAdmin';
import { bumpAccess, checkScope, iso, mayGive, permissionsOfRole, uniquely } from './shared';

const isBuiltIn = (name: string) => Object.hasOwn(builtInRoles, name);
const readOnly = (name: string) =>
  new ApiError(
    422,
    'built_in_role',
    `${name} is a built-in role and stays as it is. Make a role of your own with the permissions you want.`,
  );

export async function listRoles(pg: Pg, ctx: Ctx) {
  const own = await pg.inOrg(ctx.principal.organizationId, (tx) =>
    tx.selectFrom('roles').select(['name', 'description', 'permissions']).orderBy('name').execute(),
  );
  const builtIn = Object.entries(builtInRoles).map(([name, role]) => ({
    name,
    description: role.description,
    builtIn: true,
    permissions: [...role.permissions],
  }));
  return { items: [...builtIn, ...own.map((role) => ({ ...role, builtIn: false }))] };
}

export async function createRole(pg: Pg, ctx: Ctx, body: BodyOf<Routes['createRole']>) {
  if (isBuiltIn(body.name)) throw readOnly(body.name);
  mayGive(ctx, body.permissions);
  await uniquely('A role', () =>
    pg.inOrg(ctx.principal.organizationId, (tx) =>
      tx
        .insertInto('roles')
        .values({
          org_id: ctx.principal.organizationId,
          name: body.name,
          description: body.description,
          permissions: JSON.stringify(body.permissions),
        })
        .execute(),
    ),
  );
  ctx.changed(null, body);
  return { ...body, builtIn: false };
}

export async function updateRole(pg: Pg, ctx: Ctx, name: string, body: BodyOf<Routes['updateRole']>) {
  if (isBuiltIn(name)) throw readOnly(name);
  if (body.permissions) mayGive(ctx, body.permissions);
  return pg.inOrg(ctx.principal.organizationId, (tx) =>
    keepingAdmin(tx, async () => {
      const before = await tx
        .selectFrom('roles')
        .where('name', '=', name)
        .select(['name', 'description', 'permissions'])
        .executeTakeFirst();
      if (!before) throw notFound('This role');
      const after = {
        name,
        description: body.description ?? before.description,
        permissions: body.permissions ?? before.permissions,
      };
      await tx
        .updateTable('roles')
        .where('name', '=', name)
        .set({ description: after.description, permissions: JSON.stringify(after.permissions) })
        .execute();
      ctx.changed(before, after);
      return { ...after, builtIn: false };
    }),
  );
}

async function removeRole(tx: Tx, name: string) {
  const before = await tx
    .deleteFrom('roles')
    .where('name', '=', name)
    .returning(['name', 'description', 'permissions'])
    .executeTakeFirst();
  if (!before) throw notFound('This role');
  const mapped = await tx
    .selectFrom('role_mappings')
    .where('role', '=', name)
    .select('connection_id')
    .limit(1)
    .execute();
  // Without its mapping an org role falls back to its default, which may be more than this role gave.
  if (mapped.length > 0)
    throw new ApiError(
      422,
      'role_mapped',
      `A Grafana connection maps people to ${name}. Change its role mappings first.`,
    );
  await tx.deleteFrom('role_bindings').where('role', '=', name).execute();
  return before;
}

export async function deleteRole(pg: Pg, ctx: Ctx, name: string) {
  if (isBuiltIn(name)) throw readOnly(name);
  const before = await pg.inOrg(ctx.principal.organizationId, (tx) => keepingAdmin(tx, () => removeRole(tx, name)));
  ctx.changed(before, null);
}

export async function listBindings(pg: Pg, ctx: Ctx) {
  const rows = await pg.inOrg(ctx.principal.organizationId, (tx) =>
    tx
      .selectFrom('role_bindings as b')
      .leftJoin('users as u', (join) => join.onRef('u.id', '=', 'b.subject_id').on('b.subject_kind', '=', 'user'))
      .leftJoin('teams as t', (join) => join.onRef('t.id', '=', 'b.subject_id').on('b.subject_kind', '=', 'team'))
      .select([
        'b.id',
        'b.subject_kind',
        'b.subject_id',
        'b.role',
        'b.scope',
        'b.created_at',
        'u.login',
        't.name as team',
      ])
      .orderBy('b.created_at')
      .execute(),
  );
  return {
    items: rows.map((row) => ({
      id: row.id,
      subject: { kind: row.subject_kind, id: row.subject_id, name: row.login ?? row.team ?? '' },
      role: row.role,
      scope: row.scope,
      createdAt: iso(row.created_at),
    })),
  };
}

export async function createBinding(pg: Pg, ctx: Ctx, body: BodyOf<Routes['createBinding']>) {
  const org_id = ctx.principal.organizationId;
  return pg.inOrg(org_id, async (tx) => {
    mayGive(ctx, await permissionsOfRole(tx, body.role));
    await checkScope(tx, body.scope);
    const named =
      body.subject.kind === 'user'
        ? await tx.selectFrom('users').where('id', '=', body.subject.id).select('login as name').executeTakeFirst()
        : await tx.selectFrom('teams').where('id', '=', body.subject.id).select('name').executeTakeFirst();
    if (!named) throw invalid('body.subject.id', `there is no such ${body.subject.kind}`);
    const row = await tx
      .insertInto('role_bindings')
      .values({
        org_id,
        subject_kind: body.subject.kind,
        subject_id: body.subject.id,
        role: body.role,
        scope: JSON.stringify(body.scope),
      })
      .returning(['id', 'created_at'])
      .executeTakeFirstOrThrow();
    await bumpAccess(tx);
    ctx.changed(null, body);
    return {
      id: row.id,
      subject: { ...body.subject, name: named.name },
      role: body.role,
      scope: body.scope,
      createdAt: iso(row.created_at),
    };
  });
}

export async function deleteBinding(pg: Pg, ctx: Ctx, bindingId: string) {
  const before = await pg.inOrg(ctx.principal.organizationId, (tx) =>
    keepingAdmin(tx, () =>
      tx
        .deleteFrom('role_bindings')
        .where('id', '=', bindingId)
        .returning(['subject_kind', 'subject_id', 'role', 'scope'])
        .executeTakeFirst(),
    ),
  );
  if (!before) throw notFound('This binding');
  ctx.changed(before, null);
}
