import { sql, type Kysely } from 'kysely';

/** A stream's dead letters by time, and the counts of all groups, without a walk over those of the whole cluster. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index dead_letters_newest_of_stream on dead_letters (cluster_id, stream, at, id)`.execute(db);
  // With the time its oldest and newest come out of the index as well.
  await sql`create index dead_letters_counts on dead_letters (cluster_id, stream, consumer, reason, state, at)`.execute(
    db,
  );
  await sql`drop index dead_letters_groups`.execute(db);
}
