import type { ClickHouseClient } from '@clickhouse/client';
import { sql } from 'kysely';
import type { Pg } from '../platform/pg';

const batch = 500;

/**
 * Moves completed records to ClickHouse: read under a lock that other workers skip, inserted, then marked. A crash
 * between the last two repeats the insert, and the table keeps one of both.
 * @returns how many were moved
 */
export async function shipAudit(pg: Pg, clickhouse: ClickHouseClient): Promise<number> {
  return pg.asSystem((db) =>
    db.transaction().execute(async (tx) => {
      const rows = await tx
        .selectFrom('audit_outbox')
        .where('completed_at', 'is not', null)
        .where('shipped_at', 'is', null)
        .orderBy('completed_at')
        .limit(batch)
        .selectAll()
        .select(sql<string>`to_char(time at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`.as('exact'))
        .forUpdate()
        .skipLocked()
        .execute();
      if (rows.length === 0) return 0;
      await clickhouse.insert({
        table: 'audit_logs',
        format: 'JSONEachRow',
        values: rows.map((row) => ({
          org_id: row.org_id,
          time: row.exact,
          id: row.id,
          user_id: row.user_id,
          login: row.login,
          via: row.via,
          action: row.action,
          resource: row.resource,
          cluster_id: row.cluster_id,
          status: row.status,
          error: row.error,
          ip: row.ip,
          user_agent: row.user_agent,
          request_id: row.request_id,
          changes: row.changes === null ? '' : JSON.stringify(row.changes),
        })),
      });
      await tx
        .updateTable('audit_outbox')
        .where(
          'id',
          'in',
          rows.map((row) => row.id),
        )
        .set({ shipped_at: new Date() })
        .execute();
      return rows.length;
    }),
  );
}

/** Few enough that a deletion holds up nobody's act. */
const expiryBatch = 5000;

/**
 * Deletes what ClickHouse has had for this many days, so that the outbox does not grow for ever. What has not been
 * shipped stays, however old it is.
 * @returns how many went, at most a batch
 */
export async function expireShipped(pg: Pg, days: number): Promise<number> {
  const before = new Date(Date.now() - days * 86_400_000);
  const { numDeletedRows } = await pg.asSystem((db) =>
    db
      .deleteFrom('audit_outbox')
      .where('id', 'in', (old) =>
        old
          .selectFrom('audit_outbox')
          .where('shipped_at', '<', before)
          .orderBy('shipped_at')
          .limit(expiryBatch)
          .select('id'),
      )
      .executeTakeFirstOrThrow(),
  );
  return Number(numDeletedRows);
}

/** An act whose server died before it could say how it ended: after an hour it is closed as a failure of unknown outcome. */
export const closeAbandoned = (pg: Pg) =>
  pg.asSystem((db) =>
    db
      .updateTable('audit_outbox')
      .where('status', '=', 'pending')
      .where('time', '<', new Date(Date.now() - 3_600_000))
      .set({ status: 'failure', error: 'The server stopped before the outcome was known.', completed_at: new Date() })
      .execute(),
  );
