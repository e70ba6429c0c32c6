import { z } from 'zod';
import type { Link } from '../../clusters/link';
import { parseReply } from '../api';
import { directPending, knowsBatches } from '../direct';
import { subjectCounts, type streamInfo } from '../streams';
import { exactRequest } from './exactApi';

export type Info = Awaited<ReturnType<typeof streamInfo>>['info'];
export interface Counted {
  readonly messages: number | null;
  readonly countedBy: string;
}

/** Messages under a subject, over as many answers as it takes. */
export async function countSubject(link: Link, stream: string, subject: string, signal: AbortSignal): Promise<number> {
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

/**
 * How many of a stream, under a subject if there is one, stand at or after a sequence.
 * @param total how many there are in all
 */
export async function countFrom(
  link: Link,
  { config, state }: Info,
  { subject, seq }: { subject?: string; seq: number },
  total: number,
  signal: AbortSignal,
): Promise<Counted> {
  if (seq <= state.first_seq) return { messages: total, countedBy: 'STREAM.INFO' };
  if (seq > state.last_seq) return { messages: 0, countedBy: 'STREAM.INFO' };
  if (config.allow_direct === true && knowsBatches(link))
    return { messages: await directPending(link, config.name, seq, subject, signal), countedBy: 'DIRECT.GET' };
  if (subject !== undefined || (state.num_deleted ?? 0) > mostDeleted)
    return {
      messages: null,
      countedBy: 'not at all: that takes direct reads (allow_direct) and NATS 2.11 or newer',
    };
  const reply = await exactRequest(link, `STREAM.INFO.${config.name}`, { deleted_details: true }, signal);
  const deleted = parseReply(deletedReply, reply, 'STREAM.INFO').state.deleted ?? [];
  const before = seq - state.first_seq - deleted.filter((hole) => hole < seq).length;
  return { messages: total - before, countedBy: 'STREAM.INFO with deleted_details' };
}
