import { sql, type Kysely } from 'kysely';
import { tenantTable } from './tenantTable';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table scrape_tokens (
    id uuid primary key default gen_random_uuid(), org_id uuid not null references organizations on delete cascade, name text not null,
    token_hash bytea not null unique, prefix text not null, all_accounts boolean not null,
    created_at timestamptz not null default now(), last_used_at timestamptz)`.execute(db);
  await sql`create unique index scrape_tokens_name on scrape_tokens (org_id, lower(name))`.execute(db);
  await tenantTable(db, 'scrape_tokens');
}
