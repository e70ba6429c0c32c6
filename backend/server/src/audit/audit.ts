import type { Pg } from '../platform/pg';
import type { Principal } from '../platform/handler';
import type { Logger } from '../platform/log';

export interface Act {
  readonly action: string;
  readonly resource: string | null;
  readonly clusterId: string | null;
  readonly ip: string;
  readonly userAgent: string;
  readonly requestId: string;
}
type Who = Pick<Principal, 'organizationId' | 'via'> & {
  readonly userId: string | null;
  readonly login: string | null;
};
export type Outcome = {
  readonly status: 'success' | 'failure' | 'denied';
  readonly error: string | null;
  readonly changes: unknown;
};

export interface Audit {
  /** Writes the intent. Where this fails the act does not happen. @returns the record's id */
  begin(who: Who, act: Act): Promise<string>;
  finish(who: Who, id: string, outcome: Outcome): Promise<void>;
  /** One record for an act that was refused. Its failure is logged and does not turn a 403 into a 500. */
  denied(who: Who, act: Act, reason: string): Promise<void>;
}

export const whoOf = (principal: Principal): Who => ({
  organizationId: principal.organizationId,
  via: principal.via,
  userId: principal.subject.id,
  login: principal.subject.login,
});

const bounded = (text: string, max: number) => (text.length > max ? `${text.slice(0, max)}…` : text);

function row(who: Who, act: Act) {
  return {
    org_id: who.organizationId,
    user_id: who.userId,
    login: who.login,
    via: who.via,
    action: act.action,
    resource: act.resource && bounded(act.resource, 512),
    cluster_id: act.clusterId,
    ip: act.ip,
    user_agent: bounded(act.userAgent, 256),
    request_id: act.requestId,
  };
}

/** The outbox in PostgreSQL: intent before the act, outcome before the answer. A worker moves completed records to ClickHouse. */
export function makeAudit(pg: Pg, log: Logger): Audit {
  return {
    begin: async (who, act) => {
      const { id } = await pg.inOrg(who.organizationId, (tx) =>
        tx
          .insertInto('audit_outbox')
          .values({ ...row(who, act), status: 'pending' })
          .returning('id')
          .executeTakeFirstOrThrow(),
      );
      return id;
    },
    finish: async (who, id, outcome) => {
      await pg.inOrg(who.organizationId, (tx) =>
        tx
          .updateTable('audit_outbox')
          .where('id', '=', id)
          .set({
            status: outcome.status,
            error: outcome.error && bounded(outcome.error, 1024),
            changes: outcome.changes === undefined ? null : JSON.stringify(outcome.changes),
            completed_at: new Date(),
          })
          .execute(),
      );
    },
    denied: async (who, act, reason) => {
      try {
        await pg.inOrg(who.organizationId, (tx) =>
          tx
            .insertInto('audit_outbox')
            .values({ ...row(who, act), status: 'denied', error: bounded(reason, 1024), completed_at: new Date() })
            .execute(),
        );
      } catch (error) {
        log.error(
          { err: error, requestId: act.requestId, action: act.action },
          'a denied act could not be written to the audit',
        );
      }
    },
  };
}
