import { sql, type Kysely } from 'kysely';
import { tenantTable } from './tenantTable';

export async function up(db: Kysely<unknown>): Promise<void> {
  // As the newest token of a person said it: what runs on without a token is held to it.
  await sql`alter table users add column org_role text`.execute(db);
  await sql`create table live_tickets (
    path_hash bytea primary key, org_id uuid not null references organizations on delete cascade,
    user_id uuid not null references users on delete cascade, query jsonb not null,
    created_at timestamptz not null default now(), expires_at timestamptz not null)`.execute(db);
  await sql`create index live_tickets_expiry on live_tickets (expires_at)`.execute(db);
  await sql`create index live_tickets_user on live_tickets (org_id, user_id)`.execute(db);
  await tenantTable(db, 'live_tickets');
}
