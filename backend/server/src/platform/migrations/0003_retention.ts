import { sql, type Kysely } from 'kysely';

/** How long an organization wants its samples kept, where that is shorter than the tables do. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table organizations add column retention_days integer check (retention_days between 1 and 1825)`.execute(
    db,
  );
}
