import type { DeadLetter, DeadLetterState, RetryBody } from '@jetstream-console/contract';
import type { Links } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { Pg } from '../../platform/pg';
import { letterOf } from './list';
import { claim, settle, toLetter, type LetterRow } from './letterStore';
import { nothingToSend } from './message';
import { prepare, type Sending } from './prepare';
import { asEdited, assertSendable, isRefusal, send, type Outgoing } from './send';
import { targetFor, type TargetOf } from './target';

export interface RetryDeps {
  readonly pg: Pg;
  readonly links: Links;
}

const words: Readonly<Record<Exclude<DeadLetterState, 'open'>, string>> = {
  retrying: 'somebody is sending it at this moment, or it is not known whether the last try was stored',
  retried: 'it was sent again already',
  dropped: 'it was dropped. Open it again first',
};
const notOpen = (row: LetterRow) =>
  new ApiError(
    409,
    'not_open',
    `Nothing was sent: ${row.state === 'open' ? 'somebody else was at it at the same moment' : words[row.state]}.`,
  );

/** States from which it may be sent. Once more is for who says so: something may be stored twice then. */
export const sendableFrom = (again: boolean): readonly DeadLetterState[] =>
  again ? ['open', 'retrying', 'retried'] : ['open'];

/** A try whose outcome nobody knows keeps its id, since it may have arrived; one after a stored one is another. */
const storedAs = (row: LetterRow) => row.retried?.seq ?? null;

const storedBefore = (seq: number) =>
  new ApiError(
    409,
    'stored_before',
    `Nothing new was stored: an earlier try of this dead letter did arrive, as message ${seq}, and the stream takes its id once. Send it once more if this one has to be stored as well.`,
  );

/** Sends one that is claimed, and writes down how it came out, whatever happens. @throws ApiError where it is not stored */
export async function sendClaimed(
  { pg, link, ctx }: Sending,
  row: LetterRow,
  message: Outgoing,
): Promise<NonNullable<DeadLetter['retried']>> {
  const write = (outcome: Parameters<typeof settle>[2]) =>
    pg.inOrg(ctx.principal.organizationId, (tx) => settle(tx, row.id, outcome));
  try {
    const retried = await send(link, row.id, storedAs(row), message);
    // The stream had the id: what it holds is what an earlier try sent, and not what was written since.
    const stored = retried.duplicate ? { ...retried, edited: row.retried?.edited ?? false } : retried;
    await write({ state: 'retried', retried: stored, failure: null });
    if (retried.duplicate && message.edited) throw storedBefore(retried.seq);
    return stored;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code === 'stored_before') throw error;
    // What was stored once stays so where another try of it is refused.
    const back = row.retried === null ? 'open' : 'retried';
    await write({ state: isRefusal(error) ? back : 'retrying', failure: error.message });
    throw error;
  }
}

async function outgoingOf(on: Sending, clusterId: string, row: LetterRow, { edit }: RetryBody): Promise<Outgoing> {
  const { link, ctx } = on;
  const targets: TargetOf = (stream, subject) => targetFor(link, stream, subject, ctx.signal);
  if (edit) {
    const target = await targets(row.stream, edit.subject);
    const outgoing = await asEdited(edit, target);
    assertSendable(link, ctx, clusterId, target, outgoing);
    return outgoing;
  }
  const prepared = await prepare(on, clusterId, row, targets);
  if (prepared.from === null) throw nothingToSend(prepared.gone);
  return prepared.outgoing;
}

/** Publishes one letter again. Its state changes first, so that of two clicks one sends. */
export async function retryDeadLetter(
  { pg, links }: RetryDeps,
  ctx: Ctx,
  { clusterId, letter }: { clusterId: string; letter: string },
  body: RetryBody,
): Promise<DeadLetter> {
  const inOrg = <T>(work: Parameters<typeof pg.inOrg<T>>[1]) => pg.inOrg(ctx.principal.organizationId, work);
  const row = await inOrg((tx) => letterOf(tx, ctx, clusterId, letter));
  const from = sendableFrom(body.again);
  if (!from.includes(row.state)) throw notOpen(row);
  const link = await links.open(ctx, clusterId);
  const on = { pg, link, ctx };
  const message = await outgoingOf(on, clusterId, row, body);
  const before = { state: row.state, stream: row.stream, seq: Number(row.seq), consumer: row.consumer };
  ctx.changed(before, { state: 'retrying', subject: message.subject, edited: message.edited });
  if (!(await inOrg((tx) => claim(tx, ctx, row.id, [row.state], null)))) throw notOpen(row);
  const retried = await sendClaimed(on, row, message);
  ctx.changed(before, { state: 'retried', ...retried });
  return toLetter(await inOrg((tx) => letterOf(tx, ctx, clusterId, letter)));
}
