import type { AuditEntry, QueryOf, Routes } from '@jetstream-console/contract';
import { notFound } from '../platform/errors';
import type { Ctx } from '../platform/handler';
import type { Pg } from '../platform/pg';
import { cursorOf, placeFrom, timestampOf } from './place';
import { entryOf, readRecords } from './records';

export async function listAudit(pg: Pg, ctx: Ctx, { cursor, limit, ...filters }: QueryOf<Routes['listAudit']>) {
  const { acts, stop } = await readRecords(pg, ctx.principal.organizationId, filters, placeFrom(cursor), limit);
  const shown = acts.slice(0, limit);
  const last = acts.length > limit ? shown.at(-1) : undefined;
  const next = last ?? stop;
  return {
    items: shown.map(({ entry }) => entry),
    nextCursor: next ? cursorOf(next) : null,
    total: null,
    lookedUntil: stop && new Date(timestampOf(stop.micros)).toISOString(),
  };
}

/** @throws ApiError 404 for an act of another organization, too */
export async function getAudit(pg: Pg, ctx: Ctx, auditId: string): Promise<AuditEntry> {
  const row = await pg.inOrg(ctx.principal.organizationId, (tx) =>
    tx.selectFrom('audit_outbox').where('id', '=', auditId).selectAll().executeTakeFirst(),
  );
  if (!row) throw notFound('This act');
  return entryOf(row);
}
