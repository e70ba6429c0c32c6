import type { BodyOf, ReplayEvent, Routes } from '@jetstream-console/contract';
import type { Link } from '../../clusters/link';
import type { Types } from '../../decoders/types';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { At } from '../manage/streams';
import type { Readers } from '../messages';
import type { Stored } from '../reader';
import { countAck, emptyAccount, makeLately, resumeOf, type Running } from './account';
import { makeAckedWriter, type AckedWriter } from './ackedWriter';
import { makePace } from './pace';
import { replayedHeaders, replayedSubject } from './replayMessage';
import { readTarget, type ReplayTarget } from './replayTarget';
import { messageGate } from './rights';
import { select, selectionTold, type Selection } from './selection';
import { whileTelling } from './telling';

type Body = BodyOf<Routes['replayMessages']>;
type Emit = (event: ReplayEvent) => Promise<void>;

/** Twice what can be on its way: what was stored after the first that was not is among the last so many. */
const lately = 1024;

interface Run {
  readonly at: At;
  readonly body: Body;
  readonly selection: Selection;
  readonly target: ReplayTarget;
  readonly account: Running;
  readonly writer: AckedWriter;
  readonly ctx: Ctx;
}

/** The first message that may not go where it would go. @throws ApiError 403 or 422 */
function assertGoes(
  { at, target, ctx }: Run,
  allowed: (message: { subject: string }) => boolean,
  subject: string,
): void {
  if (!target.takes(subject))
    throw new ApiError(
      422,
      'replay_refused',
      `${target.stream} does not take ${subject}: give another subject, or a prefix.`,
    );
  if (!allowed({ subject }))
    ctx.require({ resource: 'messages', action: 'publish' }, { cluster: at.clusterId, name: target.stream, subject });
}

/** @returns the next sequence that was not sent */
async function copyAll(run: Run): Promise<number> {
  const { body, selection, target, account, writer, ctx } = run;
  const skip = new Set(body.skip);
  const pace = makePace(body.perSecond, ctx.signal);
  const rules = { messageIds: body.messageIds, ttl: target.config['allow_msg_ttl'] === true };
  const allowed = messageGate(ctx, ['publish'], run.at.clusterId, target.stream);
  const copyOne = async (message: Stored): Promise<boolean> => {
    const subject = replayedSubject(body.to.subject, message.subject);
    assertGoes(run, allowed, subject);
    const { headers, leftOut } = replayedHeaders(message, target.stream, rules);
    await pace();
    if (!(await writer.send({ seq: message.seq, subject, data: message.data, headers }))) return false;
    for (const name of leftOut) account.leftOut[name] = (account.leftOut[name] ?? 0) + 1;
    return true;
  };
  for await (const window of selection.windows()) {
    for (const message of window) {
      account.atSeq = message.seq;
      if (ctx.signal.aborted) return message.seq;
      if (skip.has(message.seq)) continue;
      try {
        if (!(await copyOne(message))) return message.seq;
      } catch (error) {
        if (!ctx.signal.aborted) account.failure = failureOf(error, message.seq);
        return message.seq;
      }
    }
  }
  return selection.progress.atSeq;
}

const failureOf = (error: unknown, seq: number | null): NonNullable<Running['failure']> => {
  if (!(error instanceof ApiError)) throw error;
  return { seq, code: error.code, detail: error.message };
};

/** Everything is answered or will not be: what is known of each is written down. */
function close(
  { body, selection, account, writer, ctx }: Run,
  next: number,
  stored: ReturnType<typeof makeLately>,
): void {
  const unanswered = writer.unanswered();
  const open = [...writer.refused(), ...unanswered].sort((a, b) => a - b);
  const first = writer.failure();
  account.scanned = selection.progress.scanned;
  account.unknown = unanswered;
  if (first) account.failure = failureOf(first.error, first.seq);
  else if (unanswered.length > 0)
    account.failure = {
      seq: unanswered[0] ?? null,
      code: 'outcome_unknown',
      detail: `The stream did not answer in time to ${unanswered.length} of them: they may be stored. Look before you go on.`,
    };
  account.why = account.failure ? 'failed' : ctx.signal.aborted ? 'stopped' : 'end';
  const from = Math.min(open[0] ?? next, next);
  const there = [...new Set([...stored.after(from), ...body.skip])].sort((a, b) => a - b);
  account.resume = account.why === 'end' ? null : resumeOf(account, open, next, there);
}

async function prepare(link: Link, types: Types, ctx: Ctx, at: At, body: Body) {
  const target = await readTarget(link, at, body, ctx.signal);
  if (target.refusals.length > 0)
    throw new ApiError(422, 'replay_refused', `Nothing was copied: ${target.refusals.join('; ')}.`);
  const visible = messageGate(ctx, ['read'], at.clusterId, at.stream);
  const typeOf = await types.ofStream(ctx, at.clusterId, at.stream);
  return { target, selection: await select(link, at.stream, body, visible, typeOf, ctx.signal) };
}

/** Copies messages into another stream, each acknowledged, and accounts for every one of them however it ends. */
export async function replayMessages(
  { links, types }: Readers,
  ctx: Ctx,
  at: At,
  body: Body,
  emit: Emit,
): Promise<void> {
  const link = await links.open(ctx, at.clusterId);
  const { target, selection } = await prepare(link, types, ctx, at, body);
  const account = emptyAccount(selection.from, selection.to);
  const asked = { ...selectionTold(body), to: body.to, perSecond: body.perSecond };
  ctx.changed(null, { asked, account });
  const stored = makeLately(lately);
  const writer = makeAckedWriter(link, target.stream, (acked) => {
    countAck(account, acked);
    stored.add(acked.seq);
  });
  const run: Run = { at, body, selection, target, account, writer, ctx };
  const shown = () => ({ ...account, scanned: selection.progress.scanned });
  try {
    await emit({ type: 'started', run: ctx.requestId, account: shown() });
    const next = await whileTelling(
      () => emit({ type: 'progress', account: shown() }),
      async () => {
        const reached = await copyAll(run).catch((error: unknown) => {
          // A read that failed or was stopped: what was sent before it is still accounted for.
          if (!ctx.signal.aborted) account.failure = failureOf(error, null);
          return selection.progress.atSeq;
        });
        await writer.settle();
        return reached;
      },
    );
    close(run, next, stored);
  } finally {
    writer.close();
    ctx.changed(null, { asked, account });
  }
  await emit({ type: 'end', account });
}
