import { sql, type Kysely } from 'kysely';
import { tenantTable } from './tenantTable';

const statements = [
  sql`create table organizations (
    id uuid primary key default gen_random_uuid(), name text not null, access_version bigint not null default 1,
    created_at timestamptz not null default now())`,
  sql`create unique index organizations_name on organizations (lower(name))`,
  sql`create table grafana_connections (
    id uuid primary key, org_id uuid not null references organizations on delete cascade, name text not null, grafana_url text not null,
    issuer text not null, jwks_url text not null, grafana_org_id integer not null, proxy_secret_hash bytea not null,
    gateway_secret_sealed text not null, created_at timestamptz not null default now(), rotated_at timestamptz not null default now(),
    last_seen_at timestamptz, unique (org_id, name))`,
  sql`create table users (
    id uuid primary key default gen_random_uuid(), org_id uuid not null references organizations on delete cascade,
    source text not null check (source in ('local', 'grafana')), connection_id uuid references grafana_connections on delete cascade,
    identifier text, kind text not null default 'user' check (kind in ('user', 'service_account')),
    login text not null, name text not null, email text, password_hash text, active boolean not null default true,
    installation_admin boolean not null default false, created_at timestamptz not null default now(), last_seen_at timestamptz,
    check ((source = 'grafana') = (connection_id is not null and identifier is not null)),
    unique (connection_id, identifier))`,
  sql`create index users_org on users (org_id, lower(login))`,
  // A local login is one account in the whole installation, so that a log-in needs no organization.
  sql`create unique index users_local_login on users (lower(login)) where source = 'local'`,
  sql`create table role_mappings (
    id uuid primary key default gen_random_uuid(), org_id uuid not null references organizations on delete cascade,
    connection_id uuid not null references grafana_connections on delete cascade, position integer not null,
    subject jsonb not null, role text not null, scope jsonb not null)`,
  sql`create index role_mappings_connection on role_mappings (org_id, connection_id, position)`,
  sql`create table teams (
    id uuid primary key default gen_random_uuid(), org_id uuid not null references organizations on delete cascade, name text not null,
    created_at timestamptz not null default now())`,
  sql`create unique index teams_name on teams (org_id, lower(name))`,
  sql`create table team_members (
    org_id uuid not null references organizations on delete cascade, team_id uuid not null references teams on delete cascade,
    user_id uuid not null references users on delete cascade, primary key (team_id, user_id))`,
  sql`create index team_members_user on team_members (org_id, user_id)`,
  sql`create table roles (
    org_id uuid not null references organizations on delete cascade, name text not null, description text not null default '',
    permissions jsonb not null, created_at timestamptz not null default now(), primary key (org_id, name))`,
  sql`create table role_bindings (
    id uuid primary key default gen_random_uuid(), org_id uuid not null references organizations on delete cascade,
    subject_kind text not null check (subject_kind in ('user', 'team')), subject_id uuid not null, role text not null, scope jsonb not null,
    created_at timestamptz not null default now())`,
  sql`create index role_bindings_subject on role_bindings (org_id, subject_kind, subject_id)`,
  sql`create table sessions (
    id uuid primary key default gen_random_uuid(), org_id uuid not null references organizations on delete cascade,
    user_id uuid not null references users on delete cascade, token_hash bytea not null unique, created_at timestamptz not null default now(),
    expires_at timestamptz not null, revoked_at timestamptz, ip text not null, user_agent text not null)`,
  sql`create index sessions_user on sessions (org_id, user_id)`,
  sql`create index sessions_expiry on sessions (expires_at)`,
  sql`create table login_throttle (key text primary key, failures integer not null, since timestamptz not null, blocked_until timestamptz)`,
  sql`create table audit_outbox (
    id uuid primary key default gen_random_uuid(), org_id uuid not null references organizations on delete cascade,
    time timestamptz not null default now(), user_id uuid, login text, via text not null, action text not null, resource text, cluster_id uuid,
    status text not null check (status in ('pending', 'success', 'failure', 'denied')), error text, ip text not null, user_agent text not null,
    request_id text not null, changes jsonb, completed_at timestamptz, shipped_at timestamptz)`,
  sql`create index audit_outbox_time on audit_outbox (org_id, time desc, id desc)`,
  sql`create index audit_outbox_unshipped on audit_outbox (completed_at) where shipped_at is null`,
];
const tenantTables = [
  'grafana_connections',
  'users',
  'role_mappings',
  'teams',
  'team_members',
  'roles',
  'role_bindings',
  'sessions',
  'audit_outbox',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
  await tenantTable(db, 'organizations', 'id');
  for (const table of tenantTables) await tenantTable(db, table);
  // No tenant in it, and only log-in may touch it.
  const { rows } = await sql<{ system: string }>`select current_setting('console.system_role') as system`.execute(db);
  await sql`grant select, insert, update, delete on login_throttle to ${sql.id(rows[0]?.system ?? '')}`.execute(db);
}
