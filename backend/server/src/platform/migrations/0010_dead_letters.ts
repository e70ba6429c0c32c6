import { sql, type Kysely } from 'kysely';
import { tenantTable } from './tenantTable';

/** What consumers gave up, when somebody listened for it, and copies of the messages where they are wanted. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const owned = sql.raw(
    'org_id uuid not null references organizations on delete cascade, cluster_id uuid not null references clusters on delete cascade',
  );
  await sql`create table dead_letters (
    id uuid primary key default gen_random_uuid(), ${owned}, advisory_id text not null,
    reason text not null, why text, stream text not null, stream_created text, consumer text not null, seq bigint not null, deliveries bigint,
    at timestamptz not null, heard_at timestamptz not null default now(), state text not null default 'open',
    acted_by uuid references users on delete set null, acted_name text, acted_at timestamptz,
    retried jsonb, failure text, run uuid, copy text not null default 'none', copy_at timestamptz not null default now(),
    original_deleted boolean not null default false)`.execute(db);
  // Two who listen, and a reader of the captured ones, tell of the same advisory: it is one dead letter.
  await sql`create unique index dead_letters_advisory on dead_letters (cluster_id, advisory_id)`.execute(db);
  await sql`create index dead_letters_newest on dead_letters (cluster_id, at, id)`.execute(db);
  await sql`create index dead_letters_newest_of_state on dead_letters (cluster_id, state, at, id)`.execute(db);
  await sql`create index dead_letters_groups on dead_letters (cluster_id, stream, consumer, reason, state)`.execute(db);
  await sql`create index dead_letters_message on dead_letters (cluster_id, stream, consumer, seq)`.execute(db);
  await sql`create index dead_letters_run on dead_letters (run) where run is not null`.execute(db);
  await sql`create index dead_letters_wanted on dead_letters (cluster_id, copy_at) where copy = 'wanted'`.execute(db);
  await sql`create table dead_letter_spans (
    id uuid primary key default gen_random_uuid(), ${owned}, kind text not null,
    since timestamptz not null, until timestamptz not null)`.execute(db);
  await sql`create index dead_letter_spans_time on dead_letter_spans (cluster_id, until)`.execute(db);
  await sql`create table dead_letter_settings (
    cluster_id uuid primary key references clusters on delete cascade,
    org_id uuid not null references organizations on delete cascade,
    keep_streams jsonb not null default '[]', keep_days integer not null default 30, keep_megabytes integer not null default 64,
    captured boolean not null default false,
    captured_seq bigint not null default 0, captured_created text, problem text)`.execute(db);
  await sql`create table dead_letter_copies (
    dead_letter_id uuid primary key references dead_letters on delete cascade, ${owned},
    subject text not null, stored_at text not null, headers text not null, data bytea not null, bytes integer not null,
    kept_at timestamptz not null default now())`.execute(db);
  await sql`create index dead_letter_copies_age on dead_letter_copies (cluster_id, kept_at)`.execute(db);
  for (const table of ['dead_letters', 'dead_letter_spans', 'dead_letter_settings', 'dead_letter_copies']) {
    await sql`create index ${sql.ref(`${table}_org`)} on ${sql.table(table)} (org_id)`.execute(db);
    await tenantTable(db, table);
  }
}
