import type { BalanceAccount, BalanceEvent, BodyOf, LeaderMove, Routes } from '@jetstream-console/contract';
import { setTimeout as delay } from 'node:timers/promises';
import { makeCurrent, type CurrentDeps } from '../../identity/current';
import { apiLevel } from '../../jetstream/manage/exactApi';
import { mayOnStream, requireStream } from '../../jetstream/manage/guarded';
import { stepDownStream } from '../../jetstream/manage/operate';
import { makePace } from '../../jetstream/messaging/pace';
import { whileTelling } from '../../jetstream/messaging/telling';
import { streamInfo } from '../../jetstream/streams';
import { toRow } from '../../jetstream/streamReply';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { Link, Links } from '../link';
import { ableOf } from './leaders';

export interface BalanceDeps extends CurrentDeps {
  readonly links: Links;
}
type Body = BodyOf<Routes['balanceLeaders']>;
interface Running extends Omit<BalanceAccount, 'skipped'> {
  skipped: BalanceAccount['skipped'][number][];
}

/** An election takes less than a second; one that takes longer than this is a fault, and no more are called. */
const settleMs = 20_000;
const lookEveryMs = 200;

/** The stream as its leader has it; null while there is none, or it does not answer. */
async function look(link: Link, stream: string) {
  try {
    return toRow((await streamInfo(link, stream, new AbortController().signal)).info);
  } catch (error) {
    if (error instanceof ApiError && (error.status === 503 || error.status === 504)) return null;
    throw error;
  }
}

/**
 * Waits until another one leads and every copy that is up is in sync: the next leader moves only then.
 * @returns who leads
 * @throws ApiError 504 where that takes too long
 */
async function untilSettled(link: Link, { stream, from }: LeaderMove): Promise<string> {
  const until = Date.now() + settleMs;
  for (;;) {
    const { leader, peers } = (await look(link, stream))?.replica ?? { leader: null, peers: [] };
    // A copy on a server that is down was not there before either: nobody waits for it.
    if (leader !== null && leader !== from && peers.every(({ current, offline }) => current || offline)) return leader;
    if (Date.now() > until)
      throw new ApiError(
        504,
        'not_settled',
        `${stream} did not come to rest within ${settleMs / 1000} seconds after its leader stepped down: look at its replicas before you go on.`,
      );
    await delay(lookEveryMs);
  }
}

/** Why a move of the plan is not made any more, or null. */
async function againstIt(link: Link, { stream, from, to }: LeaderMove): Promise<string | null> {
  const row = await look(link, stream).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === 'stream_not_found') return undefined;
    throw error;
  });
  if (row === undefined) return 'the stream is gone';
  if (row === null || row.replica.leader === null) return 'nobody leads it just now';
  if (row.replica.leader !== from) return `${row.replica.leader} leads it by now`;
  if (!ableOf(row).includes(to)) return `the copy on ${to} is not in sync, or not there`;
  return null;
}

const failureOf = (error: unknown, stream: string): NonNullable<BalanceAccount['failure']> => {
  if (!(error instanceof ApiError)) throw error;
  return { stream, code: error.code, detail: error.message };
};

/**
 * Has leaders hand over one after the other: each is looked at before, and has come to rest before the next. What is
 * under way when it is stopped is brought to its end, and accounted for.
 */
export async function balanceLeaders(
  { links, ...access }: BalanceDeps,
  ctx: Ctx,
  clusterId: string,
  { moves, perMinute }: Body,
  emit: (event: BalanceEvent) => Promise<void>,
): Promise<void> {
  for (const { stream } of moves)
    if (!mayOnStream(ctx, clusterId, stream, 'operate')) requireStream(ctx, clusterId, stream, 'operate');
  const link = await links.open(ctx, clusterId);
  const choosable = (await apiLevel(link)) >= 1;
  const account: Running = {
    ...{ moves: moves.length, moved: 0, elsewhere: 0, skipped: [] },
    ...{ at: null, why: null, failure: null },
  };
  const done: { stream: string; from: string; to: string }[] = [];
  const told = () => ctx.changed({ leaders: moves }, { perMinute, done, account });
  told();
  // A run may take hours: what its asker may do is asked anew for each move.
  const current = makeCurrent(access, ctx);
  const moveOne = async (move: LeaderMove) => {
    account.at = move.stream;
    const why = await againstIt(link, move);
    if (why !== null) {
      account.skipped.push({ stream: move.stream, why });
      return;
    }
    const at = { clusterId, stream: move.stream };
    // It is not broken off half way: whoever stops the run waits for the one that is under way.
    const whole = { ...(await current()), signal: new AbortController().signal, changed: () => undefined };
    await stepDownStream(links, whole, at, choosable ? { preferred: move.to } : {});
    const to = await untilSettled(link, move);
    done.push({ stream: move.stream, from: move.from, to });
    if (to === move.to) account.moved++;
    else account.elsewhere++;
  };
  const run = async () => {
    const pace = makePace(perMinute / 60, ctx.signal);
    for (const move of moves) {
      await pace().catch(() => undefined);
      if (ctx.signal.aborted) return;
      try {
        await moveOne(move);
      } catch (error) {
        account.failure = failureOf(error, move.stream);
        return;
      }
    }
  };
  try {
    await emit({ type: 'progress', account });
    await whileTelling(() => emit({ type: 'progress', account }), run);
    account.why = account.failure ? 'failed' : ctx.signal.aborted ? 'stopped' : 'end';
  } finally {
    told();
  }
  await emit({ type: 'end', account });
}
