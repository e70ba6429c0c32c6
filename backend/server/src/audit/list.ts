import type { AuditEntry, QueryOf, Routes } from '@jetstream-console/contract';
import { ApiError, notFound } from '../platform/errors';
import type { Ctx } from '../platform/handler';
import type { Logger } from '../platform/log';
import type { Pg } from '../platform/pg';
import { readAround, type AroundDeps } from './around';
import { compare, cursorOf, placeFrom, timestampOf, type Place } from './place';
import { entryOf, readRecords, type Filters, type Found } from './records';

export interface AuditDeps extends AroundDeps {
  readonly pg: Pg;
  readonly log: Logger;
}

const nothing: Found = { acts: [], stop: null };
/** How long acts in the console wait for those around it, in milliseconds. */
const patienceMs = 8000;

/** One order out of both sides, as far as both were looked through; `next` is where it goes on. */
export function merged(own: Found, around: Found, limit: number) {
  const [stop] = [own.stop, around.stop].filter((place): place is Place => place !== null).sort(compare);
  // What lies beyond the stop of one side waits until the other has come as far.
  const acts = [...own.acts, ...around.acts].sort(compare).filter((act) => !stop || compare(act, stop) <= 0);
  const shown = acts.slice(0, limit);
  const full = acts.length > limit;
  return { shown, next: (full ? shown.at(-1) : stop) ?? null, lookedUntil: full ? null : (stop ?? null) };
}

const records = ({ pg }: AuditDeps, ctx: Ctx, filters: Filters, after: Place | null, limit: number) =>
  filters.where === 'around' ? nothing : readRecords(pg, ctx.principal.organizationId, filters, after, limit);

/** Acts of both sides that come after a place. @throws ApiError where one of them cannot be read */
export async function readActs(deps: AuditDeps, ctx: Ctx, filters: Filters, after: Place | null, limit: number) {
  const [own, around] = await Promise.all([
    records(deps, ctx, filters, after, limit),
    filters.where === 'console' ? nothing : readAround(deps, ctx, filters, after, limit, ctx.signal),
  ]);
  return merged(own, around, limit);
}

/** Why those around the console are missing; thrown on where the question is at fault, or nobody waits any more. */
function missingOf({ log }: AuditDeps, error: unknown, ctx: Ctx, late: boolean): string {
  const said = 'What was done around the console is missing here.';
  if (ctx.signal.aborted) throw error;
  if (late) return `${said} ClickHouse, which keeps it, did not answer in time.`;
  if (error instanceof ApiError && error.status < 500 && error.status !== 422) throw error;
  if (error instanceof ApiError && error.code !== 'internal') return `${said} ${error.message}`;
  log.error({ err: error }, 'acts around the console cannot be read');
  return `${said} ClickHouse, which keeps it, could not be asked; the log of the console says why.`;
}

/** Those around the console, or a sentence why they are missing: the console's own acts do not need ClickHouse. */
async function aroundOrWhy(deps: AuditDeps, ctx: Ctx, filters: Filters, after: Place | null, limit: number) {
  const late = AbortSignal.timeout(patienceMs);
  try {
    const signal = AbortSignal.any([ctx.signal, late]);
    return { around: await readAround(deps, ctx, filters, after, limit, signal), missing: null };
  } catch (error) {
    return { around: nothing, missing: missingOf(deps, error, ctx, late.aborted) };
  }
}

export async function listAudit(
  deps: AuditDeps,
  ctx: Ctx,
  { cursor, limit, ...filters }: QueryOf<Routes['listAudit']>,
) {
  const after = placeFrom(cursor);
  const both = filters.where === undefined;
  const [own, { around, missing }] = await Promise.all([
    both ? records(deps, ctx, filters, after, limit) : nothing,
    both ? aroundOrWhy(deps, ctx, filters, after, limit) : { around: nothing, missing: null },
  ]);
  const { shown, next, lookedUntil } = both
    ? merged(own, around, limit)
    : await readActs(deps, ctx, filters, after, limit);
  return {
    items: shown.map(({ entry }) => entry),
    nextCursor: next && cursorOf(next),
    total: null,
    lookedUntil: lookedUntil && timestampOf(lookedUntil.micros),
    missing,
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
