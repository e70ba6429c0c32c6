import { createHash } from 'node:crypto';
import type { Finding } from '@jetstream-console/contract';
import type { Selectable } from 'kysely';
import type { Principal } from '../../platform/handler';
import type { Pg } from '../../platform/pg';
import type { Database } from '../../platform/schema';

export type SilenceRow = Selectable<Database['finding_silences']>;
/** What is kept of a finding, for when it is gone and its silence is not. */
export type Silenced = Pick<Finding, 'id' | 'rule' | 'title' | 'subject'> & { readonly clusterId: string };

export interface SilenceStore {
  /** The organization's that hold at this time, the next to end first. */
  active(organizationId: string, nowMs: number): Promise<SilenceRow[]>;
  /** Silences a finding, or gives its silence the new time, reason and person. @returns it, and what was before */
  put(
    principal: Principal,
    finding: Silenced,
    given: { readonly untilMs: number; readonly reason: string; readonly nowMs: number },
  ): Promise<{ before: SilenceRow | undefined; after: SilenceRow }>;
  /** @returns what was there; undefined where nothing was */
  remove(organizationId: string, clusterId: string, silenceId: string): Promise<SilenceRow | undefined>;
  /** Deletes what ended: of everybody, for workers. */
  sweep(nowMs: number): Promise<void>;
}

const hashOf = (finding: string): Buffer => createHash('sha256').update(finding).digest();

export function makeSilences(pg: Pg): SilenceStore {
  return {
    active: (organizationId, nowMs) =>
      pg.inOrg(organizationId, (tx) =>
        tx
          .selectFrom('finding_silences')
          .selectAll()
          .where('expires_at', '>', new Date(nowMs))
          .orderBy('expires_at')
          .orderBy('id')
          .execute(),
      ),
    put: (principal, finding, { untilMs, reason, nowMs }) =>
      pg.inOrg(principal.organizationId, async (tx) => {
        const finding_hash = hashOf(finding.id);
        const before = await tx
          .selectFrom('finding_silences')
          .selectAll()
          .where('finding_hash', '=', finding_hash)
          .where('expires_at', '>', new Date(nowMs))
          .forUpdate()
          .executeTakeFirst();
        const said = {
          rule: finding.rule,
          title: finding.title,
          subject: JSON.stringify(finding.subject),
          reason,
          by_user: principal.subject.id,
          by_name: principal.subject.name || principal.subject.login,
          silenced_at: new Date(nowMs),
          expires_at: new Date(untilMs),
        };
        const after = await tx
          .insertInto('finding_silences')
          .values({
            ...said,
            org_id: principal.organizationId,
            cluster_id: finding.clusterId,
            finding_hash,
            finding: finding.id,
          })
          .onConflict((conflict) => conflict.columns(['org_id', 'finding_hash']).doUpdateSet(said))
          .returningAll()
          .executeTakeFirstOrThrow();
        return { before, after };
      }),
    remove: (organizationId, clusterId, silenceId) =>
      pg.inOrg(organizationId, (tx) =>
        tx
          .deleteFrom('finding_silences')
          .where('id', '=', silenceId)
          .where('cluster_id', '=', clusterId)
          .returningAll()
          .executeTakeFirst(),
      ),
    sweep: (nowMs) =>
      pg.asSystem(async (db) => {
        await db.deleteFrom('finding_silences').where('expires_at', '<=', new Date(nowMs)).execute();
      }),
  };
}
