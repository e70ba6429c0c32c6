import { sql, type Kysely } from 'kysely';
import { tenantTable } from './tenantTable';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table clusters (
    id uuid primary key default gen_random_uuid(), org_id uuid not null references organizations on delete cascade, name text not null,
    urls jsonb not null, tls jsonb not null, inbox_prefix text, domain text, read_only boolean not null default false, labels jsonb not null default '{}',
    version integer not null default 1, created_at timestamptz not null default now(), updated_at timestamptz not null default now())`.execute(
    db,
  );
  await sql`create unique index clusters_name on clusters (org_id, lower(name))`.execute(db);
  await sql`create table cluster_credentials (
    org_id uuid not null references organizations on delete cascade, cluster_id uuid not null references clusters on delete cascade,
    slot text not null check (slot in ('read', 'operate', 'admin', 'system')), kind text not null, hint text not null, sealed text not null,
    updated_at timestamptz not null default now(), primary key (cluster_id, slot))`.execute(db);
  await sql`create index cluster_credentials_org on cluster_credentials (org_id)`.execute(db);
  await tenantTable(db, 'clusters');
  await tenantTable(db, 'cluster_credentials');
}
