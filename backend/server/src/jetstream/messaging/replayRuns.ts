import { replayAccount, routes, type ResponseOf, type Routes } from '@jetstream-console/contract';
import { sql } from 'kysely';
import { z } from 'zod';
import { notFound } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { Pg } from '../../platform/pg';
import type { At } from '../manage/streams';

const changes = z.object({ after: z.object({ account: replayAccount }) });

/**
 * The account of a copy as its audit record holds it: that is written whether or not somebody still listens. Only those
 * that the asker started are told.
 */
export async function getReplay(
  pg: Pg,
  ctx: Ctx,
  { clusterId, stream, run }: At & { run: string },
): Promise<ResponseOf<Routes['getReplay']>> {
  const row = await pg.inOrg(ctx.principal.organizationId, (tx) =>
    tx
      .selectFrom('audit_outbox')
      .select(['status', 'changes'])
      .where('action', '=', routes.replayMessages.audit ?? '')
      .where('cluster_id', '=', clusterId)
      .where('resource', '=', `stream=${stream}`)
      .where('user_id', '=', ctx.principal.subject.id)
      .where('request_id', '=', run)
      // The records of an organization lie in the order of time: older ones are not worth walking through.
      .where('time', '>', sql<Date>`now() - interval '7 days'`)
      .executeTakeFirst(),
  );
  if (!row) throw notFound(`The copy ${run}`);
  const told = changes.safeParse(row.changes);
  if (told.success) return { status: 'ended', account: told.data.after.account };
  return { status: row.status === 'pending' ? 'running' : 'unknown', account: null };
}
