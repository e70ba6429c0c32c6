import type { BodyOf, ResetTarget, ResponseOf, Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Link, Links } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { parseReply } from '../api';
import { streamFacts } from '../messages';
import { makeReader } from '../reader';
import { streamInfo } from '../streams';
import { pathOf, type At } from './consumers';
import { countFrom, countSubject, type Info } from './counts';
import { apiLevel, changeRequest, readCurrent } from './exactApi';
import { assertConfirmed } from './guarded';

/** CONSUMER.RESET came with NATS 2.14. */
const resetLevel = 4;
const at = z.object({ stream_seq: z.coerce.number() });
const consumerReply = z.object({
  num_pending: z.coerce.number(),
  delivered: at,
  ack_floor: at,
  config: z.object({
    deliver_policy: z.string(),
    opt_start_seq: z.coerce.number().default(0),
    opt_start_time: z.string().optional(),
    filter_subject: z.string().optional(),
    filter_subjects: z.array(z.string()).nullish(),
  }),
});
type Consumer = z.infer<typeof consumerReply>;

/** The first message at or after a time; one past the last where there is none. */
async function seqAt(link: Link, { config, state }: Info, time: string, signal: AbortSignal): Promise<number> {
  const reader = makeReader(link, await streamFacts(link, config.name, true), signal);
  return (await reader.atOrAfterTime(time))?.seq ?? state.last_seq + 1;
}

const seqOf = async (link: Link, info: Info, consumer: Consumer, target: ResetTarget, signal: AbortSignal) =>
  target.to === 'sequence'
    ? target.seq
    : target.to === 'ack_floor'
      ? consumer.ack_floor.stream_seq + 1
      : seqAt(link, info, target.time, signal);

/** Why a server would not set this consumer there (nats-server resetStartingSeq). */
async function refusalsOf(
  link: Link,
  info: Info,
  { config }: Consumer,
  target: ResetTarget,
  seq: number,
  signal: AbortSignal,
): Promise<string[]> {
  const { deliver_policy, opt_start_seq, opt_start_time } = config;
  if ((await apiLevel(link)) < resetLevel)
    return ['resetting takes NATS 2.14 or newer; on this server make another consumer that starts there'];
  if (target.to === 'ack_floor') return [];
  if (deliver_policy === 'all') return [];
  if (deliver_policy === 'by_start_sequence')
    return seq < opt_start_seq ? [`the consumer starts at sequence ${opt_start_seq}, and not before`] : [];
  if (deliver_policy === 'by_start_time' && opt_start_time !== undefined)
    return seq < (await seqAt(link, info, opt_start_time, signal))
      ? [`the consumer starts at ${opt_start_time}, and not before`]
      : [];
  return [`a consumer with deliver policy ${deliver_policy} can be reset to its ack floor only`];
}

/** What the consumer would find from a sequence on, its filters regarded; null where nothing can count it. */
async function waitingFrom(link: Link, info: Info, { config }: Consumer, seq: number, signal: AbortSignal) {
  const filters = config.filter_subjects ?? (config.filter_subject ? [config.filter_subject] : []);
  const counts = await Promise.all(
    filters.length === 0
      ? [countFrom(link, info, { seq }, info.state.messages, signal)]
      : filters.map(async (subject) => {
          const total = await countSubject(link, info.config.name, subject, signal);
          return countFrom(link, info, { subject, seq }, total, signal);
        }),
  );
  const known = counts.flatMap(({ messages }) => (messages === null ? [] : [messages]));
  return {
    waiting: known.length === counts.length ? known.reduce((sum, messages) => sum + messages, 0) : null,
    countedBy: [...new Set(counts.map(({ countedBy }) => countedBy))].join(', '),
  };
}

/** The consumer and its stream as they stand, and the sequence that the target means on them. */
async function aim(links: Links, ctx: Ctx, place: At, target: ResetTarget) {
  const link = await links.open(ctx, place.clusterId);
  const [{ info }, { reply }] = await Promise.all([
    streamInfo(link, place.stream, ctx.signal),
    readCurrent(link, 'consumer', pathOf(place), ctx.signal),
  ]);
  const consumer = parseReply(consumerReply, reply, 'CONSUMER.INFO');
  const seq = await seqOf(link, info, consumer, target, ctx.signal);
  return { link, info, consumer, seq };
}

export async function planReset(
  links: Links,
  ctx: Ctx,
  place: At,
  target: ResetTarget,
): Promise<ResponseOf<Routes['planReset']>> {
  const { link, info, consumer, seq } = await aim(links, ctx, place, target);
  const { waiting, countedBy } = await waitingFrom(link, info, consumer, seq, ctx.signal);
  const more = waiting === null ? null : waiting - consumer.num_pending;
  return {
    seq,
    waiting,
    countedBy,
    redelivers: more && Math.max(0, more),
    skips: more === null ? null : Math.max(0, -more),
    refusals: await refusalsOf(link, info, consumer, target, seq, ctx.signal),
  };
}

const resetReply = z.object({ reset_seq: z.coerce.number() });

export async function resetConsumer(
  links: Links,
  ctx: Ctx,
  place: At,
  { target, confirm }: BodyOf<Routes['resetConsumer']>,
) {
  assertConfirmed(confirm, place.consumer);
  const { link, info, consumer, seq } = await aim(links, ctx, place, target);
  const before = { delivered: consumer.delivered.stream_seq, ack_floor: consumer.ack_floor.stream_seq };
  ctx.changed(before, { target, seq });
  const [refusal] = await refusalsOf(link, info, consumer, target, seq, ctx.signal);
  if (refusal !== undefined)
    throw new ApiError(422, 'reset_refused', `Nothing was changed: ${refusal}.`, {
      errors: [{ field: 'body.target', message: refusal }],
    });
  const name = `CONSUMER.RESET.${pathOf(place)}`;
  const body = target.to === 'ack_floor' ? undefined : { seq };
  const { reset_seq } = parseReply(resetReply, await changeRequest(link, name, body), name);
  ctx.changed(before, { target, seq: reset_seq });
  return { seq: reset_seq };
}
