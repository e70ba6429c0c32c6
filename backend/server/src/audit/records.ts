import type { AuditEntry, QueryOf, Routes } from '@jetstream-console/contract';
import { sql, type Selectable } from 'kysely';
import { likeSafe } from '../platform/like';
import type { Pg, Tx } from '../platform/pg';
import type { Database } from '../platform/schema';
import { timestampOf, type Place } from './place';

/** Records that one page looks through for what no index leads to: a tenth of a second, and what the rest waits for. */
const lookThrough = 100_000;

export type Filters = Omit<QueryOf<Routes['listAudit']>, 'cursor' | 'limit'>;
type Row = Selectable<Database['audit_outbox']>;

/** Acts of one side in their order, each with its place. */
export interface Found {
  /** at most one more than was asked for: it says that there are more */
  readonly acts: readonly (Place & { readonly entry: AuditEntry })[];
  /** how far was looked, where that ended before the past did and before enough were found */
  readonly stop: Place | null;
}

/** What an act made had no place before it: it is called after the act's kind and by the name that it has since. */
const placeOf = ({ resource, action, made }: Row): string | null =>
  resource ?? (made === null ? null : `${action.split('.')[0]}=${made}`);

export const entryOf = (row: Row): AuditEntry => ({
  where: 'console',
  id: row.id,
  time: row.time.toISOString(),
  userId: row.user_id,
  login: row.login,
  action: row.action,
  resource: placeOf(row),
  cluster: row.cluster_id,
  account: null,
  status: row.status,
  error: row.error,
  ip: row.ip,
  userAgent: row.user_agent,
  requestId: row.request_id,
  via: row.via,
  changes: row.changes ?? null,
});

/** PostgreSQL keeps microseconds and a JS Date milliseconds: a place has to carry the whole. */
const micros = sql<string>`(extract(epoch from time) * 1000000)::bigint::text`;

/** The newest `most` records that indexes lead to: by time, a whole login, whole names of things. */
function reached(tx: Tx, { from, to, whole, login, resource }: Filters, after: Place | null, most: number) {
  const plain = () => {
    let select = tx.selectFrom('audit_outbox').selectAll().orderBy('time', 'desc').orderBy('id', 'desc').limit(most);
    if (from) select = select.where('time', '>=', new Date(from));
    if (to) select = select.where('time', '<', new Date(to));
    if (whole && login !== undefined) select = select.where('login', '=', login);
    if (after?.side === 'console')
      select = select.where(sql<boolean>`(time, id) < (${timestampOf(after.micros)}::timestamptz, ${after.id}::uuid)`);
    else if (after) select = select.where('time', '<', sql<Date>`${timestampOf(after.micros)}::timestamptz`);
    return select;
  };
  if (!whole || resource === undefined) return plain().as('looked');
  // One look into each index, and each record once.
  const one = (select: ReturnType<typeof plain>) => tx.selectFrom(select.as('one')).selectAll();
  const things = plain().where('thing', '=', resource);
  const parts = plain().where('part', '=', resource).where('thing', 'is distinct from', resource);
  const mades = plain()
    .where('made', '=', resource)
    .where('thing', 'is distinct from', resource)
    .where('part', 'is distinct from', resource);
  return tx
    .selectFrom(one(things).unionAll(one(parts)).unionAll(one(mades)).as('named'))
    .selectAll()
    .orderBy('time', 'desc')
    .orderBy('id', 'desc')
    .limit(most)
    .as('looked');
}

/** Among what was reached those that everything else fits. */
export function recordsOf(tx: Tx, filters: Filters, after: Place | null, limit: number, most = lookThrough) {
  const { action, login, resource, user, cluster, status, whole } = filters;
  let select = tx
    .selectFrom(reached(tx, filters, after, most))
    .selectAll()
    .select(micros.as('micros'))
    .orderBy('time', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (action?.endsWith('.*')) select = select.where('action', 'like', `${likeSafe(action.slice(0, -1))}%`);
  else if (action) select = select.where('action', '=', action);
  if (!whole && login) select = select.where('login', 'ilike', `%${likeSafe(login)}%`);
  if (!whole && resource) {
    const part = `%${likeSafe(resource)}%`;
    // What is made has no place yet, and its name in what is there after.
    select = select.where((where) => where.or([where('resource', 'ilike', part), where('made', 'ilike', part)]));
  }
  if (user) select = select.where('user_id', '=', user);
  if (cluster) select = select.where('cluster_id', '=', cluster);
  if (status) select = select.where(sql<string>`status`, '=', status);
  return select;
}

/**
 * The console's own acts of one organization that come after a place.
 * @param most records that are looked through at most
 */
export function readRecords(
  pg: Pg,
  organizationId: string,
  filters: Filters,
  after: Place | null,
  limit: number,
  most = lookThrough,
): Promise<Found> {
  return pg.inOrg(organizationId, async (tx) => {
    const rows = await recordsOf(tx, filters, after, limit, most).execute();
    const acts = rows.map((row) => ({ micros: row.micros, side: 'console' as const, id: row.id, entry: entryOf(row) }));
    if (rows.length > limit) return { acts, stop: null };
    const last = await tx
      .selectFrom(reached(tx, filters, after, most))
      .select(['id', micros.as('micros')])
      .orderBy('time', 'desc')
      .orderBy('id', 'desc')
      .offset(most - 1)
      .limit(1)
      .executeTakeFirst();
    return { acts, stop: last ? { ...last, side: 'console' } : null };
  });
}
