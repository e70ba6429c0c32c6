import { sql, type Kysely } from 'kysely';

/**
 * A record in one round trip and one commit, where a transaction of statements takes four round trips. They run with
 * the rights of their caller, and set the organization as every other transaction does: row-level security holds them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ app: string }>`select current_setting('console.app_role') as app`.execute(db);
  const app = sql.id(rows[0]?.app ?? '');
  const who = sql.raw(
    'p_org uuid, p_user uuid, p_login text, p_via text, p_action text, p_resource text, p_cluster uuid, p_ip text, p_user_agent text, p_request text',
  );
  const record = sql.raw('uuid, uuid, text, text, text, text, uuid, text, text, text, text, text');
  const finish = sql.raw('uuid, uuid, text, text, jsonb');
  // `pending` is an intent: its outcome is still to come.
  await sql`create function audit_record(${who}, p_status text, p_error text) returns uuid
    language plpgsql security invoker as $$
    declare v_id uuid;
    begin
      perform set_config('app.org', p_org::text, true);
      insert into audit_outbox (org_id, user_id, login, via, action, resource, cluster_id, ip, user_agent, request_id, status, error, completed_at)
      values (p_org, p_user, p_login, p_via, p_action, p_resource, p_cluster, p_ip, p_user_agent, p_request, p_status, p_error,
        case when p_status = 'pending' then null else now() end)
      returning id into v_id;
      return v_id;
    end $$`.execute(db);
  // What was closed as abandoned and moved on meanwhile is moved once more, since this is how it really ended.
  await sql`create function audit_finish(p_org uuid, p_id uuid, p_status text, p_error text, p_changes jsonb) returns void
    language plpgsql security invoker as $$
    begin
      perform set_config('app.org', p_org::text, true);
      update audit_outbox set status = p_status, error = p_error, changes = p_changes, completed_at = now(), shipped_at = null
      where id = p_id;
    end $$`.execute(db);
  for (const call of [sql`audit_record(${record})`, sql`audit_finish(${finish})`]) {
    await sql`revoke all on function ${call} from public`.execute(db);
    await sql`grant execute on function ${call} to ${app}`.execute(db);
  }
}
