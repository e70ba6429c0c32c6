import { sql, type Kysely } from 'kysely';

/** Finds what ClickHouse has had for long enough, without a walk over the whole outbox. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index audit_outbox_shipped on audit_outbox (shipped_at) where shipped_at is not null`.execute(db);
}
