import type { BodyOf, QueryOf, Routes } from '@jetstream-console/contract';
import { sql, type Selectable } from 'kysely';
import { hashPassword } from '../identity/password';
import { ApiError, notFound } from '../platform/errors';
import type { Ctx } from '../platform/handler';
import { likeSafe } from '../platform/like';
import type { Pg, Tx } from '../platform/pg';
import type { Database } from '../platform/schema';
import { decodeCursor, pageOf } from './cursor';
import { keepingAdmin } from './lastAdmin';
import { addLocalAccount, userColumns as columns } from './localAccount';
import { bumpAccess, iso, isoOrNull, mayGive, permissionsOfRole, uniquely } from './shared';

type Row = Omit<
  Selectable<Database['users']>,
  'password_hash' | 'org_id' | 'identifier' | 'kind' | 'installation_admin' | 'org_role'
>;
const showUser = (row: Row) => ({
  id: row.id,
  login: row.login,
  name: row.name,
  email: row.email,
  source: row.source,
  connectionId: row.connection_id,
  active: row.active,
  createdAt: iso(row.created_at),
  lastSeenAt: isoOrNull(row.last_seen_at),
});

export async function listUsers(pg: Pg, ctx: Ctx, query: QueryOf<Routes['listUsers']>) {
  const after = decodeCursor(query.cursor, ['text', 'uuid']);
  const rows = await pg.inOrg(ctx.principal.organizationId, async (tx) => {
    let select = tx
      .selectFrom('users')
      .select(columns)
      // The database's own idea of lower case: another one in the cursor would lose or repeat people.
      .select(sql<string>`lower(login)`.as('sorted'))
      .orderBy(sql`lower(login)`)
      .orderBy('id')
      .limit(query.limit + 1);
    if (query.search) {
      const pattern = `%${likeSafe(query.search)}%`;
      select = select.where((eb) =>
        eb.or([eb('login', 'ilike', pattern), eb('name', 'ilike', pattern), eb('email', 'ilike', pattern)]),
      );
    }
    if (after) select = select.where(sql<boolean>`(lower(login), id) > (${after[0]}, ${after[1]}::uuid)`);
    return select.execute();
  });
  const page = pageOf(rows, query.limit, (row) => [row.sorted, row.id]);
  return { items: page.items.map(showUser), nextCursor: page.nextCursor, total: null };
}

async function find(tx: Tx, userId: string): Promise<Row> {
  const row = await tx.selectFrom('users').where('id', '=', userId).select(columns).executeTakeFirst();
  if (!row) throw notFound('This user');
  return row;
}

export const getUser = (pg: Pg, ctx: Ctx, userId: string) =>
  pg.inOrg(ctx.principal.organizationId, async (tx) => showUser(await find(tx, userId)));

export async function createUser(pg: Pg, ctx: Ctx, body: BodyOf<Routes['createUser']>) {
  const org_id = ctx.principal.organizationId;
  const passwordHash = await hashPassword(body.password);
  const row = await uniquely('An account', () =>
    pg.inOrg(org_id, async (tx) => {
      mayGive(ctx, await permissionsOfRole(tx, body.role));
      const user = await addLocalAccount(tx, {
        organizationId: org_id,
        login: body.login,
        name: body.name,
        passwordHash,
        role: body.role,
      });
      await bumpAccess(tx);
      return user;
    }),
  );
  ctx.changed(null, { id: row.id, login: row.login, role: body.role });
  return showUser(row);
}

export async function setActive(pg: Pg, ctx: Ctx, userId: string, active: boolean) {
  if (!active && userId === ctx.principal.subject.id)
    throw new ApiError(422, 'own_account', 'You cannot switch your own account off; another administrator can.');
  return pg.inOrg(ctx.principal.organizationId, (tx) =>
    keepingAdmin(tx, async () => {
      const before = await find(tx, userId);
      const row = await tx
        .updateTable('users')
        .where('id', '=', userId)
        .set({ active })
        .returning(columns)
        .executeTakeFirstOrThrow();
      if (!active)
        await tx
          .updateTable('sessions')
          .where('user_id', '=', userId)
          .where('revoked_at', 'is', null)
          .set({ revoked_at: new Date() })
          .execute();
      ctx.changed({ active: before.active }, { active });
      return showUser(row);
    }),
  );
}

async function findTeam(tx: Tx, teamId: string) {
  const team = await tx.selectFrom('teams').where('id', '=', teamId).selectAll().executeTakeFirst();
  if (!team) throw notFound('This team');
  return team;
}
const showTeam = (row: { id: string; name: string; created_at: Date }, memberCount: number) => ({
  id: row.id,
  name: row.name,
  memberCount,
  createdAt: iso(row.created_at),
});

export async function listTeams(pg: Pg, ctx: Ctx) {
  const rows = await pg.inOrg(ctx.principal.organizationId, (tx) =>
    tx
      .selectFrom('teams')
      .leftJoin('team_members', 'team_members.team_id', 'teams.id')
      .groupBy('teams.id')
      .orderBy('teams.name')
      .select(['teams.id', 'teams.name', 'teams.created_at', sql<string>`count(team_members.user_id)`.as('members')])
      .execute(),
  );
  return { items: rows.map((row) => showTeam(row, Number(row.members))) };
}

export async function createTeam(pg: Pg, ctx: Ctx, name: string) {
  const org_id = ctx.principal.organizationId;
  const row = await uniquely('A team', () =>
    pg.inOrg(org_id, (tx) => tx.insertInto('teams').values({ org_id, name }).returningAll().executeTakeFirstOrThrow()),
  );
  ctx.changed(null, { id: row.id, name });
  return showTeam(row, 0);
}

export async function renameTeam(pg: Pg, ctx: Ctx, teamId: string, name: string) {
  return uniquely('A team', () =>
    pg.inOrg(ctx.principal.organizationId, async (tx) => {
      const before = await findTeam(tx, teamId);
      const row = await tx
        .updateTable('teams')
        .where('id', '=', teamId)
        .set({ name })
        .returningAll()
        .executeTakeFirstOrThrow();
      const { members } = await tx
        .selectFrom('team_members')
        .where('team_id', '=', teamId)
        .select(sql<string>`count(*)`.as('members'))
        .executeTakeFirstOrThrow();
      await bumpAccess(tx);
      ctx.changed({ name: before.name }, { name });
      return showTeam(row, Number(members));
    }),
  );
}

export async function deleteTeam(pg: Pg, ctx: Ctx, teamId: string) {
  const before = await pg.inOrg(ctx.principal.organizationId, (tx) =>
    keepingAdmin(tx, async () => {
      const team = await findTeam(tx, teamId);
      const bound = tx.deleteFrom('role_bindings').where('subject_kind', '=', 'team').where('subject_id', '=', teamId);
      await bound.execute();
      await tx.deleteFrom('teams').where('id', '=', teamId).execute();
      return team;
    }),
  );
  ctx.changed({ name: before.name }, null);
}

export async function listMembers(pg: Pg, ctx: Ctx, teamId: string) {
  return pg.inOrg(ctx.principal.organizationId, async (tx) => {
    await findTeam(tx, teamId);
    const rows = await tx
      .selectFrom('team_members')
      .innerJoin('users', 'users.id', 'team_members.user_id')
      .where('team_id', '=', teamId)
      .select(columns.map((column) => `users.${column}` as const))
      .orderBy('users.login')
      .execute();
    return { items: rows.map(showUser) };
  });
}

/** Whoever changes a team's members hands out the team's roles, and so has to hold them. */
async function mayGiveRolesOf(tx: Tx, ctx: Ctx, teamId: string): Promise<void> {
  const bindings = await tx
    .selectFrom('role_bindings')
    .where('subject_kind', '=', 'team')
    .where('subject_id', '=', teamId)
    .select('role')
    .execute();
  for (const { role } of bindings) mayGive(ctx, await permissionsOfRole(tx, role));
}

export async function addMember(pg: Pg, ctx: Ctx, teamId: string, userId: string) {
  const org_id = ctx.principal.organizationId;
  await pg.inOrg(org_id, async (tx) => {
    await findTeam(tx, teamId);
    await find(tx, userId);
    await mayGiveRolesOf(tx, ctx, teamId);
    await tx
      .insertInto('team_members')
      .values({ org_id, team_id: teamId, user_id: userId })
      .onConflict((oc) => oc.doNothing())
      .execute();
    await bumpAccess(tx);
  });
  ctx.changed(null, { userId });
}

export async function removeMember(pg: Pg, ctx: Ctx, teamId: string, userId: string) {
  await pg.inOrg(ctx.principal.organizationId, (tx) =>
    keepingAdmin(tx, async () => {
      const gone = await tx
        .deleteFrom('team_members')
        .where('team_id', '=', teamId)
        .where('user_id', '=', userId)
        .executeTakeFirst();
      if (gone.numDeletedRows === 0n) throw notFound('This member');
    }),
  );
  ctx.changed({ userId }, null);
}
