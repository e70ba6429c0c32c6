import type { AuditEntry, AuditExportFormat, QueryOf, Routes } from '@jetstream-console/contract';
import { attachment } from '../platform/attachment';
import { csvEnd, csvLine } from '../platform/csv';
import { ApiError } from '../platform/errors';
import { Raw, type Ctx } from '../platform/handler';
import { readActs, type AuditDeps } from './list';
import type { Place } from './place';

const pageSize = 500;

const columns: Readonly<Record<string, (entry: AuditEntry) => string>> = {
  time: (entry) => entry.time,
  login: (entry) => entry.login ?? '',
  action: (entry) => entry.action,
  status: (entry) => entry.status,
  resource: (entry) => entry.resource ?? '',
  cluster: (entry) => entry.cluster ?? '',
  error: (entry) => entry.error ?? '',
  where: (entry) => entry.where,
  account: (entry) => entry.account ?? '',
  via: (entry) => entry.via,
  ip: (entry) => entry.ip,
  user_agent: (entry) => entry.userAgent,
  request_id: (entry) => entry.requestId,
  id: (entry) => entry.id,
  changes: (entry) => (entry.changes === null ? '' : JSON.stringify(entry.changes)),
};
const cellsOf = (entry: AuditEntry): Record<string, string> =>
  Object.fromEntries(Object.entries(columns).map(([name, read]) => [name, read(entry)]));

const formats: Readonly<
  Record<AuditExportFormat, { type: string; open: string; line: (entry: AuditEntry) => string }>
> = {
  csv: {
    type: 'text/csv; charset=utf-8; header=present',
    open: [...Object.keys(columns), 'escaped'].join(',') + csvEnd,
    line: (entry) => csvLine(cellsOf(entry)) + csvEnd,
  },
  ndjson: {
    type: 'application/x-ndjson; charset=utf-8',
    open: '',
    line: (entry) => `${JSON.stringify(entry)}\n`,
  },
};

/**
 * The acts that match, newest first, a page at a time as fast as they are taken. Where those around the console cannot
 * be read it does not begin, and it breaks off where they cannot any more: a file that ends well has all of them.
 */
export async function exportAudit(
  deps: AuditDeps,
  ctx: Ctx,
  { as, ...filters }: QueryOf<Routes['exportAudit']>,
): Promise<Raw> {
  const { type, open, line } = formats[as];
  ctx.changed(null, { as, ...filters });
  let entries = 0;
  // What is done while it runs, this export too, is newer than where it began, and not in it.
  const next = (after: Place | null) => readActs(deps, ctx, filters, after, pageSize);
  const first = await next(null).catch((error: unknown) => {
    if (filters.where !== undefined || !(error instanceof ApiError) || error.code !== 'clickhouse_unavailable')
      throw error;
    const say = `${error.message} Export again then, or what was done in the console alone (where=console).`;
    throw new ApiError(error.status, error.code, say, { cause: error, retryAfter: 5 });
  });
  async function* parts() {
    if (open !== '') yield open;
    let page = first;
    for (;;) {
      if (page.shown.length > 0) yield page.shown.map(({ entry }) => line(entry)).join('');
      entries += page.shown.length;
      if (page.next === null) return;
      page = await next(page.next);
    }
  }
  return new Raw(type, parts(), {
    headers: { 'content-disposition': attachment(`audit.${as}`), 'x-content-type-options': 'nosniff' },
    account: (sent) => ctx.changed(null, { as, ...filters, sent: { entries, ...sent } }),
  });
}
