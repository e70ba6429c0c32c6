import type { auditRoutes } from '@jetstream-console/contract';
import type { Handlers } from '../platform/handler';
import { getActAround } from './around';
import { exportAudit } from './export';
import { getAudit, listAudit, type AuditDeps } from './list';

export function auditHandlers(deps: AuditDeps): Handlers<typeof auditRoutes> {
  return {
    listAudit: ({ query }, ctx) => listAudit(deps, ctx, query),
    exportAudit: ({ query }, ctx) => exportAudit(deps, ctx, query),
    getAudit: ({ params }, ctx) => getAudit(deps.pg, ctx, params.auditId),
    getActAround: ({ params, query }, ctx) => getActAround(deps, ctx, params, query),
  };
}
