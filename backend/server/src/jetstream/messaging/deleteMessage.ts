import type { BodyOf, ResponseOf, Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Links } from '../../clusters/link';
import { ApiError, notFound } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { parseReply } from '../api';
import { changeRequest, readCurrent } from '../manage/exactApi';
import { assertConfirmed } from '../manage/guarded';
import type { At } from '../manage/streams';
import { streamFacts } from '../messages';
import { makeReader } from '../reader';
import { messageGate, requireMessage } from './rights';

const done = z.object({ success: z.literal(true) });

/** Deletes one message by its sequence. The audit names where it stood, never what it held. */
export async function deleteMessage(
  links: Links,
  ctx: Ctx,
  { clusterId, stream, seq }: At & { seq: number },
  { erase, confirm }: BodyOf<Routes['deleteMessage']>,
): Promise<ResponseOf<Routes['deleteMessage']>> {
  assertConfirmed(confirm, stream);
  const link = await links.open(ctx, clusterId);
  const stored = await makeReader(link, await streamFacts(link, stream, true), ctx.signal).exact(seq);
  const may = messageGate(ctx, ['delete'], clusterId, stream);
  // Who may neither read nor delete a subject does not learn here whether a message of it is there.
  if (!stored || (!may(stored) && !messageGate(ctx, ['read'], clusterId, stream)(stored)))
    throw notFound(`Message ${seq} of ${stream}`);
  requireMessage(ctx, 'delete', clusterId, stream, stored.subject);
  const { config } = await readCurrent(link, 'stream', stream, ctx.signal);
  const reason =
    config['sealed'] === true ? 'it is sealed' : config['deny_delete'] === true ? 'deny_delete is set' : null;
  if (reason !== null)
    throw new ApiError(
      422,
      'delete_refused',
      `Nothing was deleted: the stream ${stream} lets no single message be deleted, since ${reason}.`,
    );
  const before = { seq, subject: stored.subject, time: stored.time, bytes: stored.data.length };
  ctx.changed(before, { erase });
  const name = `STREAM.MSG.DELETE.${stream}`;
  parseReply(done, await changeRequest(link, name, { seq, no_erase: !erase }), name);
  ctx.changed(before, null);
  return { deleted: true, seq, subject: stored.subject, erased: erase };
}
