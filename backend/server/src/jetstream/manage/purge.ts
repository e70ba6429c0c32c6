import type { BodyOf, Purge, ResponseOf, Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Link, Links } from '../../clusters/link';
import type { Ctx } from '../../platform/handler';
import { parseReply } from '../api';
import { directPending, knowsBatches } from '../direct';
import { streamInfo, subjectCounts } from '../streams';
import { changeRequest, exactRequest } from './exactApi';
import { assertConfirmed, requireStream } from './guarded';
import type { At } from './streams';

type Info = Awaited<ReturnType<typeof streamInfo>>['info'];
interface Counted {
  readonly messages: number | null;
  readonly countedBy: string;
}

/** Messages under a subject, over as many answers as it takes. */
async function countSubject(link: Link, stream: string, subject: string, signal: AbortSignal): Promise<number> {
  let total = 0;
  for (let offset = 0; ;) {
    const { subjects, complete } = await subjectCounts(link, stream, subject, signal, offset);
    total += subjects.reduce((sum, [, messages]) => sum + messages, 0);
    offset += subjects.length;
    if (complete || subjects.length === 0) return total;
  }
}

const deletedReply = z.object({ state: z.looseObject({ deleted: z.array(z.number()).nullish() }) });
/** What a server may list of deleted sequences in one answer without growing past its largest payload. */
const mostDeleted = 50_000;

/** How many of the stream, under the subject if there is one, stand before a sequence. */
async function countBefore(
  link: Link,
  { config, state }: Info,
  total: number,
  { subject, seq }: { subject?: string; seq: number },
  signal: AbortSignal,
): Promise<Counted> {
  if (seq <= state.first_seq) return { messages: 0, countedBy: 'STREAM.INFO' };
  if (seq > state.last_seq) return { messages: total, countedBy: 'STREAM.INFO' };
  if (config.allow_direct === true && knowsBatches(link)) {
    const from = await directPending(link, config.name, seq, subject, signal);
    return { messages: total - from, countedBy: 'STREAM.INFO and DIRECT.GET' };
  }
  if (subject !== undefined || (state.num_deleted ?? 0) > mostDeleted)
    return {
      messages: null,
      countedBy: 'not at all: that takes direct reads (allow_direct) and NATS 2.11 or newer',
    };
  const reply = await exactRequest(link, `STREAM.INFO.${config.name}`, { deleted_details: true }, signal);
  const deleted = parseReply(deletedReply, reply, 'STREAM.INFO').state.deleted ?? [];
  return {
    messages: seq - state.first_seq - deleted.filter((hole) => hole < seq).length,
    countedBy: 'STREAM.INFO with deleted_details',
  };
}

async function count(link: Link, info: Info, purge: Purge, signal: AbortSignal): Promise<Counted> {
  const { subject, seq, keep } = purge;
  const all = subject === undefined;
  const total = all ? info.state.messages : await countSubject(link, info.config.name, subject, signal);
  if (seq !== undefined) return countBefore(link, info, total, { subject, seq }, signal);
  return {
    messages: Math.max(0, total - (keep ?? 0)),
    countedBy: all ? 'STREAM.INFO' : 'STREAM.INFO with subjects_filter',
  };
}

const refusals = z.object({ config: z.object({ deny_purge: z.boolean().optional(), sealed: z.boolean().optional() }) });

export async function planPurge(
  links: Links,
  ctx: Ctx,
  { clusterId, stream }: At,
  purge: BodyOf<Routes['planPurge']>,
): Promise<ResponseOf<Routes['planPurge']>> {
  requireStream(ctx, clusterId, stream, 'purge');
  const link = await links.open(ctx, clusterId);
  const { info, raw } = await streamInfo(link, stream, ctx.signal);
  const { config } = parseReply(refusals, raw, 'STREAM.INFO');
  return {
    ...(await count(link, info, purge, ctx.signal)),
    of: info.state.messages,
    firstSeq: info.state.first_seq,
    lastSeq: info.state.last_seq,
    refusals: [
      ...(config.sealed ? ['the stream is sealed'] : []),
      ...(config.deny_purge && !config.sealed ? ['the stream was set to refuse purges (deny_purge)'] : []),
    ],
  };
}

const purgeReply = z.object({ purged: z.number() });

export async function purgeStream(
  links: Links,
  ctx: Ctx,
  { clusterId, stream }: At,
  { confirm, subject, seq, keep }: BodyOf<Routes['purgeStream']>,
) {
  requireStream(ctx, clusterId, stream, 'purge');
  assertConfirmed(confirm, stream);
  const link = await links.open(ctx, clusterId);
  const { messages, first_seq, last_seq } = (await streamInfo(link, stream, ctx.signal)).info.state;
  const before = { messages, first_seq, last_seq };
  const body = {
    ...(subject !== undefined && { filter: subject }),
    ...(seq !== undefined && { seq }),
    ...(keep !== undefined && { keep }),
  };
  ctx.changed(before, { purge: body });
  if (seq !== undefined && seq <= first_seq) return { purged: 0 };
  const { purged } = parseReply(purgeReply, await changeRequest(link, `STREAM.PURGE.${stream}`, body), 'STREAM.PURGE');
  ctx.changed(before, { purge: body, purged });
  return { purged };
}
