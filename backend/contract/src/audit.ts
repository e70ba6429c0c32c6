import { z } from 'zod';
import { flagQuery, id, instant, page, pageQuery } from './common';
import { may, route, table } from './route';

export const auditStatuses = ['success', 'failure', 'denied', 'pending'] as const;

export const auditEntry = z.object({
  id,
  time: instant,
  userId: id.nullable(),
  login: z.string().nullable(),
  action: z.string(),
  resource: z.string().nullable(),
  cluster: id.nullable(),
  /** `pending`: it is under way, or the api ended before its outcome was known */
  status: z.enum(auditStatuses),
  error: z.string().nullable(),
  ip: z.string(),
  userAgent: z.string(),
  requestId: z.string(),
  via: z.string(),
  /** what was there before and what is there after, as the act wrote it */
  changes: z.unknown().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

const filters = {
  action: z
    .string()
    .regex(/^[a-z_]+(\.[a-z_]+)*(\.\*)?$/, 'is an action such as stream.update, or stream.* for all of a kind')
    .max(64)
    .optional(),
  login: z.string().max(254).describe('part of who did it').optional(),
  resource: z.string().max(512).describe('part of what it was done to').optional(),
  whole: flagQuery
    .describe('login and resource are whole names, as they are written: an index leads to them, however long the audit')
    .optional(),
  user: id.optional(),
  cluster: id.optional(),
  status: z.enum(auditStatuses).optional(),
  from: instant.optional(),
  to: instant.describe('acts before it').optional(),
};
export const auditExportFormats = ['csv', 'ndjson'] as const;
export type AuditExportFormat = (typeof auditExportFormats)[number];

export const auditRoutes = table({
  listAudit: route({
    method: 'GET',
    path: '/audit/logs',
    summary: 'Who did what, newest first',
    access: may('audit_logs', 'read'),
    query: z.strictObject({ ...pageQuery, ...filters }),
    response: page(auditEntry).extend({
      /** no further back than this was looked for what matches; the next page goes on there. Null: as far as it goes */
      lookedUntil: instant.nullable(),
    }),
  }),
  exportAudit: route({
    method: 'GET',
    path: '/audit/logs/export',
    summary: 'The same as CSV or NDJSON, all of it, while it is read; closing the connection stops it',
    access: may('audit_logs', 'read'),
    audit: 'audit.export',
    sends: 'bytes',
    query: z.strictObject({ ...filters, as: z.enum(auditExportFormats).default('csv') }),
    response: z.string(),
  }),
  getAudit: route({
    method: 'GET',
    path: '/audit/logs/:auditId',
    summary: 'One act',
    params: z.strictObject({ auditId: id }),
    access: may('audit_logs', 'read'),
    response: auditEntry,
  }),
});
