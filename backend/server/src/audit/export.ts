import type { AuditEntry, AuditExportFormat, QueryOf, Routes } from '@jetstream-console/contract';
import { attachment } from '../platform/attachment';
import { csvEnd, csvLine } from '../platform/csv';
import { Raw, type Ctx } from '../platform/handler';
import type { Pg } from '../platform/pg';
import { listAudit } from './list';

const pageSize = 500;

const columns: Readonly<Record<string, (entry: AuditEntry) => string>> = {
  time: (entry) => entry.time,
  login: (entry) => entry.login ?? '',
  action: (entry) => entry.action,
  status: (entry) => entry.status,
  resource: (entry) => entry.resource ?? '',
  cluster: (entry) => entry.cluster ?? '',
  error: (entry) => entry.error ?? '',
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

/** The acts that match, newest first, a page at a time as fast as they are taken. */
export function exportAudit(pg: Pg, ctx: Ctx, { as, ...filters }: QueryOf<Routes['exportAudit']>): Raw {
  const { type, open, line } = formats[as];
  ctx.changed(null, { as, ...filters });
  let entries = 0;
  async function* parts() {
    if (open !== '') yield open;
    // What is done while it runs, this export too, is newer than where it began, and not in it.
    let cursor: string | undefined;
    do {
      const page = await listAudit(pg, ctx, { ...filters, cursor, limit: pageSize });
      if (page.items.length > 0) yield page.items.map(line).join('');
      entries += page.items.length;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }
  return new Raw(type, parts(), {
    headers: { 'content-disposition': attachment(`audit.${as}`), 'x-content-type-options': 'nosniff' },
    account: (sent) => ctx.changed(null, { as, ...filters, sent: { entries, ...sent } }),
  });
}
