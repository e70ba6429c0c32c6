import { matchesName, type BodyOf, type Permission, type ResponseOf, type Routes } from '@jetstream-console/contract';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Links } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { Pg, Tx } from '../../platform/pg';
import { parseReply } from '../api';
import { changeRequest } from '../manage/exactApi';
import { assertConfirmed } from '../manage/guarded';
import { requireMessage } from '../messaging/rights';
import { assertCluster, noKeeping } from './list';
import { actedBy, changeAll, narrowed, placeOf, streamNames, visibleStreams, type LetterRow } from './letterStore';
import { readOriginal } from './original';

type Mark = BodyOf<Routes['markDeadLetters']>;

/** Who may drop a letter could as well send it again. */
const publish: Permission = { resource: 'messages', action: 'publish' };

/** A publish is answered or given up long before. */
const sendingMs = 60_000;

/** Drops, or opens again; no message is touched. Those of streams that the asker may not publish to stay as they are. */
export async function markLetters(
  pg: Pg,
  ctx: Ctx,
  clusterId: string,
  { as, ...selection }: Mark,
): Promise<ResponseOf<Routes['markDeadLetters']>> {
  const inOrg = <T>(work: (tx: Tx) => Promise<T>) => pg.inOrg(ctx.principal.organizationId, work);
  const streams = await inOrg(async (tx) => {
    await assertCluster(tx, clusterId);
    return visibleStreams(tx, ctx, clusterId, [publish]);
  });
  // One whose last try came out unknown is settled by dropping it too.
  const from = as === 'dropped' ? (['open', 'retrying'] as const) : (['dropped'] as const);
  const now = Date.now();
  const marked = await changeAll(
    inOrg,
    { state: as, ...actedBy(ctx) },
    (eb) =>
      eb.and([
        narrowed(eb, clusterId, streams, selection),
        eb('state', 'in', from),
        // One that is being sent at this moment is written down by whoever sends it.
        eb.or([eb('state', '<>', 'retrying'), eb('acted_at', '<', new Date(now - sendingMs))]),
      ]),
    (letters) => ctx.changed({ ...selection, states: from }, { as, letters }),
  );
  return { marked };
}

const done = z.object({ success: z.literal(true) });

/** Deletes what was given up from its stream, for good. */
export async function deleteOriginals(
  { pg, links }: { pg: Pg; links: Links },
  ctx: Ctx,
  clusterId: string,
  { ids, confirm }: BodyOf<Routes['deleteDeadLetterOriginals']>,
): Promise<ResponseOf<Routes['deleteDeadLetterOriginals']>> {
  const inOrg = <T>(work: Parameters<typeof pg.inOrg<T>>[1]) => pg.inOrg(ctx.principal.organizationId, work);
  const rows = await inOrg(async (tx) => {
    await assertCluster(tx, clusterId);
    const streams = await visibleStreams(tx, ctx, clusterId);
    return tx
      .selectFrom('dead_letters')
      .selectAll()
      .where((eb) => narrowed(eb, clusterId, streams, { ids }))
      .orderBy('seq')
      .execute();
  });
  const [first] = rows;
  if (!first) throw new ApiError(404, 'not_found', 'None of these dead letters exists, or none is yours to see.');
  assertConfirmed(confirm, first.stream);
  if (rows.some(({ stream }) => stream !== first.stream))
    throw new ApiError(
      422,
      'several_streams',
      'Nothing was deleted: these are of several streams. Take one stream at a time.',
    );
  const link = await links.open(ctx, clusterId);
  const answer: ResponseOf<Routes['deleteDeadLetterOriginals']> = { deleted: 0, gone: 0, refused: [] };
  const told = () => ctx.changed({ stream: first.stream, seqs: rows.map(({ seq }) => Number(seq)) }, { ...answer });
  const one = async (row: LetterRow) => {
    const seq = Number(row.seq);
    const { message } = await readOriginal(link, placeOf(row), ctx.signal);
    if (message) {
      requireMessage(ctx, 'delete', clusterId, row.stream, message.subject);
      const name = `STREAM.MSG.DELETE.${row.stream}`;
      parseReply(done, await changeRequest(link, name, { seq, no_erase: true }), name);
    }
    await inOrg(async (tx) => {
      const letter = tx.updateTable('dead_letters').where('id', '=', row.id);
      await letter.set({ original_deleted: true }).execute();
      await letter
        .set({ state: 'dropped', ...actedBy(ctx) })
        .where('state', '=', 'open')
        .execute();
    });
    if (message) answer.deleted++;
    else answer.gone++;
  };
  for (const row of rows) {
    try {
      await one(row);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      answer.refused.push({ id: row.id, reason: error.message });
    }
    told();
  }
  if (answer.refused.length === rows.length)
    throw new ApiError(422, 'delete_refused', `Nothing was deleted: ${answer.refused[0]?.reason ?? ''}`);
  return answer;
}

type Keeping = BodyOf<Routes['putDeadLetterKeeping']>;

/** From which streams copies are taken from now on; what is kept already stays until its time is over. */
export async function putKeeping(pg: Pg, ctx: Ctx, clusterId: string, keeping: Keeping): Promise<Keeping> {
  const inOrg = <T>(work: (tx: Tx) => Promise<T>) => pg.inOrg(ctx.principal.organizationId, work);
  const streams = await inOrg(async (tx) => {
    await assertCluster(tx, clusterId);
    const before = await tx
      .selectFrom('dead_letter_settings')
      .select(['keep_streams', 'keep_days', 'keep_megabytes'])
      .where('cluster_id', '=', clusterId)
      .executeTakeFirst();
    const values = {
      keep_streams: JSON.stringify(keeping.streams),
      keep_days: keeping.days,
      keep_megabytes: keeping.megabytes,
    };
    await tx
      .insertInto('dead_letter_settings')
      .values({ cluster_id: clusterId, org_id: ctx.principal.organizationId, ...values })
      .onConflict((oc) => oc.column('cluster_id').doUpdateSet(values))
      .execute();
    ctx.changed(
      before ? { streams: before.keep_streams, days: before.keep_days, megabytes: before.keep_megabytes } : noKeeping,
      keeping,
    );
    return streamNames(tx, clusterId);
  });
  // Open ones that are still in their streams are worth a copy as well.
  const wanted = streams.filter((stream) => keeping.streams.some((pattern) => matchesName(pattern, stream)));
  if (wanted.length > 0)
    await changeAll(
      inOrg,
      { copy: 'wanted' },
      (eb) =>
        eb.and([
          eb('cluster_id', '=', clusterId),
          sql<boolean>`stream = any(${wanted}::text[])`,
          eb('state', '=', 'open'),
          eb('copy', 'in', ['none', 'full']),
        ]),
      () => undefined,
    );
  return keeping;
}
