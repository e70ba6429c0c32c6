import type { AuditEntry, QueryOf, Routes } from '@jetstream-console/contract';
import { sql, type Selectable } from 'kysely';
import { notFound } from '../platform/errors';
import type { Ctx } from '../platform/handler';
import { likeSafe } from '../platform/like';
import type { Pg } from '../platform/pg';
import type { Database } from '../platform/schema';
import { decodeCursor, pageOf } from '../tenants/cursor';

type Row = Selectable<Database['audit_outbox']>;

const toEntry = (row: Row): AuditEntry => ({
  id: row.id,
  time: row.time.toISOString(),
  userId: row.user_id,
  login: row.login,
  action: row.action,
  resource: row.resource,
  cluster: row.cluster_id,
  status: row.status,
  error: row.error,
  ip: row.ip,
  userAgent: row.user_agent,
  requestId: row.request_id,
  via: row.via,
  changes: row.changes ?? null,
});

export async function listAudit(pg: Pg, ctx: Ctx, query: QueryOf<Routes['listAudit']>) {
  const after = decodeCursor(query.cursor, ['time', 'uuid']);
  const rows = await pg.inOrg(ctx.principal.organizationId, (tx) => {
    let select = tx
      .selectFrom('audit_outbox')
      .orderBy('time', 'desc')
      .orderBy('id', 'desc')
      .limit(query.limit + 1)
      .selectAll()
      // PostgreSQL keeps microseconds and a JS Date milliseconds: a cursor has to carry the whole.
      .select(sql<string>`time::text`.as('exact'));
    if (query.action?.endsWith('.*'))
      select = select.where('action', 'like', `${likeSafe(query.action.slice(0, -1))}%`);
    else if (query.action) select = select.where('action', '=', query.action);
    if (query.login) select = select.where('login', 'ilike', `%${likeSafe(query.login)}%`);
    if (query.resource) {
      const part = `%${likeSafe(query.resource)}%`;
      // What is made has no place yet, and its name in what is there after.
      select = select.where(sql<boolean>`(resource ilike ${part} or changes #>> '{after,name}' ilike ${part})`);
    }
    if (query.user) select = select.where('user_id', '=', query.user);
    if (query.cluster) select = select.where('cluster_id', '=', query.cluster);
    if (query.status) select = select.where('status', '=', query.status);
    if (query.from) select = select.where('time', '>=', new Date(query.from));
    if (query.to) select = select.where('time', '<', new Date(query.to));
    if (after) select = select.where(sql<boolean>`(time, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`);
    return select.execute();
  });
  const page = pageOf(rows, query.limit, (row) => [row.exact, row.id]);
  return { nextCursor: page.nextCursor, total: null, items: page.items.map(toEntry) };
}

/** @throws ApiError 404 for an act of another organization, too */
export async function getAudit(pg: Pg, ctx: Ctx, auditId: string): Promise<AuditEntry> {
  const row = await pg.inOrg(ctx.principal.organizationId, (tx) =>
    tx.selectFrom('audit_outbox').where('id', '=', auditId).selectAll().executeTakeFirst(),
  );
  if (!row) throw notFound('This act');
  return toEntry(row);
}
