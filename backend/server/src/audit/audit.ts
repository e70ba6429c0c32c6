import { sql } from 'kysely';
import type { Principal } from '../platform/handler';
import type { Logger } from '../platform/log';
import type { Pg } from '../platform/pg';
import { statement, type Argument } from '../platform/statement';

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

type Written = Who & Act & { readonly status: 'pending' | 'denied'; readonly error: string | null };

const record = statement('audit_record', (db, arg: Argument<Written>) =>
  sql<{
    id: string;
  }>`select audit_record(${arg('organizationId')}, ${arg('userId')}, ${arg('login')}, ${arg('via')}, ${arg('action')}, ${arg('resource')}, ${arg('clusterId')}, ${arg('ip')}, ${arg('userAgent')}, ${arg('requestId')}, ${arg('status')}, ${arg('error')}) as id`.compile(
    db,
  ),
);

interface Ended extends Omit<Outcome, 'changes'> {
  readonly organizationId: string;
  readonly id: string;
  readonly changes: string | null;
}
const finish = statement('audit_finish', (db, arg: Argument<Ended>) =>
  sql<
    Record<string, never>
  >`select audit_finish(${arg('organizationId')}, ${arg('id')}, ${arg('status')}, ${arg('error')}, ${arg('changes')}) as done`.compile(
    db,
  ),
);

const written = (who: Who, act: Act, status: Written['status'], error: string | null): Written => ({
  ...who,
  ...act,
  resource: act.resource && bounded(act.resource, 512),
  userAgent: bounded(act.userAgent, 256),
  status,
  error,
});

/**
 * The outbox in PostgreSQL: intent before the act, outcome before the answer, each in one round trip and one commit. A
 * worker moves completed records to ClickHouse.
 */
export function makeAudit(pg: Pg, log: Logger): Audit {
  return {
    begin: async (who, act) => {
      const [row] = await pg.appRows(record, written(who, act, 'pending', null));
      if (!row) throw new Error('the audit gave no record');
      return row.id;
    },
    finish: async ({ organizationId }, id, { status, error, changes }) => {
      await pg.appRows(finish, {
        organizationId,
        id,
        status,
        error: error && bounded(error, 1024),
        changes: changes === undefined ? null : JSON.stringify(changes),
      });
    },
    denied: async (who, act, reason) => {
      try {
        await pg.appRows(record, written(who, act, 'denied', bounded(reason, 1024)));
      } catch (error) {
        log.error(
          { err: error, requestId: act.requestId, action: act.action },
          'a denied act could not be written to the audit',
        );
      }
    },
  };
}
