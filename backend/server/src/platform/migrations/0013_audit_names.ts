import { sql, type Kysely } from 'kysely';

/**
 * Names of what an act was done to, in columns of their own: under row-level security an index serves comparisons that
 * can leak nothing alone, which `=` of text is, and `like` and what reads JSON are not. Cut so that every row fits into
 * an index. `thing` and `part` are the first and the second name of `resource` (stream and consumer, bucket and key),
 * `made` is the name of what has none in there yet, because the act made it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table audit_outbox
    add column thing text generated always as (left(substring(resource from '^[^ =]*=([^ ]*)'), 512)) stored,
    add column part text generated always as (left(substring(resource from '^[^ ]* [^ =]*=([^ ]*)'), 512)) stored,
    add column made text generated always as (left(changes #>> '{after,name}', 512)) stored`.execute(db);
  for (const name of ['thing', 'part', 'made', 'login'])
    await sql`create index ${sql.ref(`audit_outbox_${name}`)} on audit_outbox (org_id, ${sql.ref(name)}, time desc, id desc) where ${sql.ref(name)} is not null`.execute(
      db,
    );
}
