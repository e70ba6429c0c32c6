import { sql, type Kysely } from 'kysely';

/** Nobody is disconnected from the console unless an administrator has said so for that cluster. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table clusters add column allow_kick boolean not null default false`.execute(db);
}
