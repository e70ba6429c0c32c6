import type { ClickHouseClient } from '@clickhouse/client';
import { z } from 'zod';
import type { Pg } from '../../platform/pg';
import { keptTables, noWish } from './kept';

/**
 * How long a change waits before it reaches the rows that are there: until then it can be taken back, and by then every
 * collector writes the new figure.
 */
export const settleMs = 10 * 60_000;

const checked = z.object({ id: z.uuid(), days: z.int().min(1).max(noWish) });

/** Rows carry their retention: those that were written under another one get the new, and the TTL does the rest. */
export function applyStatements(organizationId: string, retentionDays: number | null): string[] {
  // A mutation is stored as text and takes no parameters, so both are held to their form.
  const { id, days } = checked.parse({ id: organizationId, days: retentionDays ?? noWish });
  return keptTables.map(
    ({ table }) =>
      `ALTER TABLE ${table} UPDATE retention_days = ${days} WHERE org_id = toUUID('${id}') AND retention_days != ${days}`,
  );
}

/**
 * Tells the rows of every organization whose retention has changed. ClickHouse rewrites them in the background; a worker
 * that dies on the way does it again, which then finds nothing to do.
 * @returns the organizations
 */
export async function applyRetention(pg: Pg, clickhouse: ClickHouseClient, nowMs: number): Promise<string[]> {
  const changed = await pg.asSystem((db) =>
    db
      .selectFrom('organizations')
      .select(['id', 'retention_days', 'retention_changed_at'])
      .where('retention_changed_at', '<=', new Date(nowMs - settleMs))
      .where((eb) =>
        eb.or([
          eb('retention_applied_at', 'is', null),
          eb('retention_applied_at', '<', eb.ref('retention_changed_at')),
        ]),
      )
      .execute(),
  );
  for (const { id, retention_days, retention_changed_at } of changed) {
    for (const query of applyStatements(id, retention_days)) await clickhouse.command({ query });
    await pg.asSystem((db) =>
      db
        .updateTable('organizations')
        .set({ retention_applied_at: new Date(nowMs) })
        .where('id', '=', id)
        // Changed again meanwhile: then it is not this one that was applied last.
        .where('retention_changed_at', '=', retention_changed_at)
        .execute(),
    );
  }
  return changed.map(({ id }) => id);
}
