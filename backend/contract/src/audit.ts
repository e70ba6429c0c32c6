import { z } from 'zod';
import { clusterParams, flagQuery, id, instant, page, pageQuery } from './common';
import { may, route, table } from './route';

export const auditStatuses = ['success', 'failure', 'denied', 'pending', 'unknown'] as const;
/** Acts in the console are its own records; those around it are what servers tell of other clients. */
export const auditSides = ['console', 'around'] as const;
export type AuditSide = (typeof auditSides)[number];

export const auditEntry = z.object({
  where: z.enum(auditSides),
  /** of a record in the console a UUID; of an act around it the server's own */
  id: z.string(),
  time: instant,
  userId: id.nullable(),
  /** who it was; around the console the user of the NATS client, where the asker may see connections */
  login: z.string().nullable(),
  action: z.string(),
  resource: z.string().nullable(),
  cluster: id.nullable(),
  /** the account of NATS in which it was, where it is not the cluster's own; null in the console */
  account: z.string().nullable(),
  /**
   * `pending`: it is under way, or the api ended before its outcome was known. `unknown`: around the console, and the
   * server's answer was not kept
   */
  status: z.enum(auditStatuses),
  error: z.string().nullable(),
  /** '' where the asker may not see it */
  ip: z.string(),
  /** around the console the name that the client gave itself, its language and version */
  userAgent: z.string(),
  requestId: z.string(),
  /** `nats` around the console */
  via: z.string(),
  /** what was there before and what is there after, as the act wrote it; around the console what was asked for */
  changes: z.unknown().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

const filters = {
  where: z
    .enum(auditSides)
    .describe('acts in the console, or around it (over the JetStream API by another client); both where it is left out')
    .optional(),
  action: z
    .string()
    .regex(/^[a-z_]+(\.[a-z_]+)*(\.\*)?$/, 'is an action such as stream.update, or stream.* for all of a kind')
    .max(64)
    .optional(),
  login: z.string().max(254).describe('part of who did it: a person, a user of NATS, the name of a client').optional(),
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
    summary: 'Who did what, in the console and around it, newest first',
    access: may('audit_logs', 'read'),
    query: z.strictObject({ ...pageQuery, ...filters }),
    response: page(auditEntry).extend({
      /** no further back than this was looked for what matches; the next page goes on there. Null: as far as it goes */
      lookedUntil: instant.nullable(),
      /** why acts around the console are not in it though they were asked for; null where they are */
      missing: z.string().nullable(),
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
    summary: 'One act in the console',
    params: z.strictObject({ auditId: id }),
    access: may('audit_logs', 'read'),
    response: auditEntry,
  }),
  getActAround: route({
    method: 'GET',
    path: '/clusters/:clusterId/acts/:actId',
    summary: 'One act around the console',
    params: clusterParams.extend({ actId: z.string().min(1).max(255) }),
    access: [...may('audit_logs', 'read'), { resource: 'clusters', action: 'read', cluster: 'clusterId' }],
    query: z.strictObject({ time: instant.describe('when it was, as the list tells') }),
    response: auditEntry,
  }),
});
