import type { BodyOf, Routes } from '@jetstream-console/contract';
import { hashPassword } from '../identity/password';
import { notFound } from '../platform/errors';
import type { Ctx } from '../platform/handler';
import type { Pg, Tx } from '../platform/pg';
import { addLocalAccount } from './localAccount';
import { iso, ownOrganization, uniquely } from './shared';

const columns = ['id', 'name', 'created_at'] as const;
const show = (row: { id: string; name: string; created_at: Date }) => ({
  id: row.id,
  name: row.name,
  createdAt: iso(row.created_at),
});

export async function listOrganizations(pg: Pg, ctx: Ctx) {
  const { principal } = ctx;
  const rows = principal.installationAdmin
    ? await pg.asSystem((db) => db.selectFrom('organizations').select(columns).orderBy('name').execute())
    : await pg.inOrg(principal.organizationId, (tx) => tx.selectFrom('organizations').select(columns).execute());
  return { items: rows.map(show) };
}

/** A new organization and its first administrator; both or neither. */
export async function createOrganization(pg: Pg, ctx: Ctx, { name, admin }: BodyOf<Routes['createOrganization']>) {
  const passwordHash = await hashPassword(admin.password);
  const row = await uniquely('An organization or account', () =>
    pg.asSystem((db) =>
      db.transaction().execute(async (tx) => {
        const org = await tx.insertInto('organizations').values({ name }).returning(columns).executeTakeFirstOrThrow();
        await addLocalAccount(tx, {
          organizationId: org.id,
          login: admin.login,
          name: admin.login,
          passwordHash,
          role: 'admin',
        });
        return org;
      }),
    ),
  );
  ctx.changed(null, { id: row.id, name, admin: admin.login });
  return show(row);
}

async function find(tx: Tx) {
  const row = await tx.selectFrom('organizations').select(columns).executeTakeFirst();
  if (!row) throw notFound('This organization');
  return row;
}

export const getOrganization = async (pg: Pg, ctx: Ctx, organizationId: string) =>
  show(await pg.inOrg(ownOrganization(ctx.principal, organizationId), find));

export async function renameOrganization(pg: Pg, ctx: Ctx, organizationId: string, name: string) {
  const [before, after] = await uniquely('An organization', () =>
    pg.inOrg(
      ownOrganization(ctx.principal, organizationId),
      async (tx) =>
        [
          await find(tx),
          await tx.updateTable('organizations').set({ name }).returning(columns).executeTakeFirstOrThrow(),
        ] as const,
    ),
  );
  ctx.changed({ name: before.name }, { name });
  return show(after);
}
