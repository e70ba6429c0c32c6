import { sql, type Kysely } from 'kysely';
import { tenantTable } from './tenantTable';

/** Findings that nobody wants to be told of for a time. What they were is kept beside, since they may be gone by then. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table finding_silences (
    id uuid primary key default gen_random_uuid(), org_id uuid not null references organizations on delete cascade,
    cluster_id uuid not null references clusters on delete cascade, finding_hash bytea not null, finding text not null,
    rule text not null, title text not null, subject jsonb not null, reason text not null,
    by_user uuid references users on delete set null, by_name text not null,
    silenced_at timestamptz not null default now(), expires_at timestamptz not null)`.execute(db);
  await sql`create unique index finding_silences_finding on finding_silences (org_id, finding_hash)`.execute(db);
  await tenantTable(db, 'finding_silences');
}
