import type { Request } from 'express';
import type { Audit } from '../audit/audit';
import { ApiError } from '../platform/errors';

interface Deps {
  readonly audit: Audit;
  readonly addressOf: (req: Request) => string;
}

/** Runs the part of an identification after which it is known whose organization was asked, and audits a refusal there. */
export async function auditRefusal<T>(
  deps: Deps,
  req: Request,
  who: Parameters<Audit['denied']>[0],
  action: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) {
      await deps.audit.denied(
        who,
        {
          action,
          resource: null,
          clusterId: null,
          ip: deps.addressOf(req),
          userAgent: req.get('user-agent') ?? '',
          requestId: req.res?.get('x-request-id') ?? '',
        },
        error.message,
      );
    }
    throw error;
  }
}
