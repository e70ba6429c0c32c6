import { sql, type Kysely } from 'kysely';

/** When a retention was wished for, and when the rows that were there already were told of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table organizations add column retention_changed_at timestamptz, add column retention_applied_at timestamptz`.execute(
    db,
  );
}
