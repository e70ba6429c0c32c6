import { z } from 'zod';
import { id, instant, page, pageQuery } from './common';
import { may, route, table } from './route';

export const auditRoutes = table({
  listAudit: route({
    method: 'GET',
    path: '/audit/logs',
    summary: 'Who did what, newest first',
    access: may('audit_logs', 'read'),
    query: z.strictObject({
      ...pageQuery,
      action: z.string().max(64).optional(),
      user: id.optional(),
      cluster: id.optional(),
      status: z.enum(['pending', 'success', 'failure', 'denied']).optional(),
      from: instant.optional(),
      to: instant.optional(),
    }),
    response: page(
      z.object({
        id,
        time: instant,
        userId: id.nullable(),
        login: z.string().nullable(),
        action: z.string(),
        resource: z.string().nullable(),
        cluster: id.nullable(),
        status: z.enum(['pending', 'success', 'failure', 'denied']),
        error: z.string().nullable(),
        ip: z.string(),
        userAgent: z.string(),
        requestId: z.string(),
        via: z.string(),
        changes: z.unknown().nullable(),
      }),
    ),
  }),
});
