import { sql, type Kysely } from 'kysely';

/**
 * Puts a table behind row-level security: the app role sees the rows of `app.org` alone and nothing while that is
 * unset; the system role, which log-in look-ups and workers use, sees all. FORCE holds the owner to it too.
 */
export async function tenantTable(db: Kysely<unknown>, table: string, orgColumn = 'org_id'): Promise<void> {
  const name = sql.table(table);
  const org = sql.ref(orgColumn);
  await sql`alter table ${name} enable row level security`.execute(db);
  await sql`alter table ${name} force row level security`.execute(db);
  const { rows } = await sql<{
    app: string;
    system: string;
  }>`select current_setting('console.app_role') as app, current_setting('console.system_role') as system`.execute(db);
  const roles = rows[0];
  if (!roles) throw new Error('console.app_role is not set for this migration');
  await sql`create policy tenant on ${name} to ${sql.id(roles.app)} using (${org} = nullif(current_setting('app.org', true), '')::uuid) with check (${org} = nullif(current_setting('app.org', true), '')::uuid)`.execute(
    db,
  );
  await sql`create policy everything on ${name} to ${sql.id(roles.system)} using (true) with check (true)`.execute(db);
  await sql`grant select, insert, update, delete on ${name} to ${sql.id(roles.app)}, ${sql.id(roles.system)}`.execute(
    db,
  );
}
