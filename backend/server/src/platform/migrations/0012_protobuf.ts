import { sql, type Kysely } from 'kysely';
import { tenantTable } from './tenantTable';

/** Descriptor sets of Protobuf, and which subjects hold messages of which of their types. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table protobuf_descriptors (
    id uuid primary key default gen_random_uuid(), org_id uuid not null references organizations on delete cascade,
    name text not null, revision integer not null default 1, content bytea not null, files integer not null,
    types text[] not null, by_user uuid references users on delete set null, by_name text not null,
    uploaded_at timestamptz not null default now())`.execute(db);
  await sql`create unique index protobuf_descriptors_name on protobuf_descriptors (org_id, name)`.execute(db);
  await tenantTable(db, 'protobuf_descriptors');
  await sql`create table protobuf_bindings (
    id uuid primary key default gen_random_uuid(), org_id uuid not null references organizations on delete cascade,
    cluster_id uuid not null references clusters on delete cascade, stream text, subject text not null,
    descriptor_id uuid not null references protobuf_descriptors, type text not null,
    by_user uuid references users on delete set null, by_name text not null,
    changed_at timestamptz not null default now())`.execute(db);
  await sql`create unique index protobuf_bindings_subject on protobuf_bindings (org_id, cluster_id, subject, coalesce(stream, ''))`.execute(
    db,
  );
  await tenantTable(db, 'protobuf_bindings');
}
