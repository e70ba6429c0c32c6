import type { BodyOf, Purge, ResponseOf, Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Link, Links } from '../../clusters/link';
import type { Ctx } from '../../platform/handler';
import { parseReply } from '../api';
import { streamInfo } from '../streams';
import { countFrom, countSubject, type Counted, type Info } from './counts';
import { changeRequest } from './exactApi';
import { assertConfirmed, requireStream } from './guarded';
import type { At } from './streams';

async function count(link: Link, info: Info, purge: Purge, signal: AbortSignal): Promise<Counted> {
  const { subject, seq, keep } = purge;
  const all = subject === undefined;
  const total = all ? info.state.messages : await countSubject(link, info.config.name, subject, signal);
  if (seq !== undefined) {
    const { messages, countedBy } = await countFrom(link, info, { subject, seq }, total, signal);
    return { messages: messages === null ? null : total - messages, countedBy };
  }
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
