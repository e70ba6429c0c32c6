import type { Retention, retentionRoutes } from '@jetstream-console/contract';
import type { Selectable } from 'kysely';
import { notFound } from '../../platform/errors';
import type { Handlers } from '../../platform/handler';
import type { Pg } from '../../platform/pg';
import type { Database } from '../../platform/schema';
import { isoOrNull, ownOrganization } from '../../tenants/shared';
import { keptFor } from './kept';

const columns = ['retention_days', 'retention_changed_at', 'retention_applied_at'] as const;
type Row = Pick<Selectable<Database['organizations']>, (typeof columns)[number]>;

const show = (row: Row): Retention => ({
  days: row.retention_days,
  changedAt: isoOrNull(row.retention_changed_at),
  appliedAt:
    row.retention_applied_at && row.retention_changed_at && row.retention_applied_at >= row.retention_changed_at
      ? isoOrNull(row.retention_applied_at)
      : null,
  tables: keptFor(row.retention_days),
});

export function retentionHandlers({
  pg,
  now,
}: {
  readonly pg: Pg;
  readonly now: () => number;
}): Handlers<typeof retentionRoutes> {
  return {
    getRetention: async ({ params }, ctx) => {
      const row = await pg.inOrg(ownOrganization(ctx.principal, params.organizationId), (tx) =>
        tx.selectFrom('organizations').select(columns).executeTakeFirst(),
      );
      if (!row) throw notFound('This organization');
      return show(row);
    },
    putRetention: ({ params, body }, ctx) =>
      pg.inOrg(ownOrganization(ctx.principal, params.organizationId), async (tx) => {
        const before = await tx.selectFrom('organizations').select(columns).forUpdate().executeTakeFirst();
        if (!before) throw notFound('This organization');
        // The same wish again is no change, and puts nothing off.
        if (before.retention_days === body.days) return show(before);
        const after = await tx
          .updateTable('organizations')
          .set({ retention_days: body.days, retention_changed_at: new Date(now()) })
          .returning(columns)
          .executeTakeFirstOrThrow();
        ctx.changed({ days: before.retention_days }, { days: after.retention_days });
        return show(after);
      }),
  };
}
