import {
  mostRetried,
  type BodyOf,
  type DeadLetter,
  type RetryAccount,
  type RetryEvent,
  type RetryPlan,
  type Routes,
} from '@jetstream-console/contract';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { Tx } from '../../platform/pg';
import { makePace } from '../messaging/pace';
import { whileTelling } from '../messaging/telling';
import { atMost } from '../api';
import { keepsForAcks } from './original';
import { assertCluster } from './list';
import { claim, countRows, narrowed, settle, visibleStreams, type LetterRow } from './letterStore';
import { prepare, type Sending } from './prepare';
import { isRefusal, type Outgoing } from './send';
import { sendClaimed, type RetryDeps } from './retry';
import { targetsOf, type Target, type TargetOf } from './target';

type Selection = BodyOf<Routes['planDeadLetterRetry']>;
type Body = BodyOf<Routes['retryDeadLetters']>;

const examples = 5;
const readAtOnce = 8;

/** Open letters that the selection finds, in the order in which their streams had them. */
async function openOnes(tx: Tx, ctx: Ctx, clusterId: string, selection: Selection) {
  await assertCluster(tx, clusterId);
  const streams = await visibleStreams(tx, ctx, clusterId);
  // Whatever the filter says of states: only what is open is sent in bulk.
  const found = tx
    .selectFrom('dead_letters')
    .where((eb) => narrowed(eb, clusterId, streams, { ...selection, state: 'open' }));
  const rows = await found.selectAll().orderBy('stream').orderBy('seq').orderBy('id').limit(mostRetried).execute();
  const { n } = await found.select(countRows.as('n')).executeTakeFirstOrThrow();
  return { rows, beyond: Number(n) - rows.length };
}

type Looked =
  | {
      readonly ok: true;
      readonly from: 'stream' | 'copy';
      readonly subject: string;
      readonly bytes: number;
      readonly target: Target;
    }
  | { readonly ok: false; readonly reason: string };

/** What would come of one; nothing is sent. */
async function lookAt(on: Sending, clusterId: string, row: LetterRow, targets: TargetOf): Promise<Looked> {
  try {
    const prepared = await prepare(on, clusterId, row, targets);
    if (prepared.from === null) return { ok: false, reason: 'the message is gone, and there is no copy of it' };
    const { from, outgoing, target } = prepared;
    return { ok: true, from, subject: outgoing.subject, bytes: outgoing.data.length, target };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status >= 500 || error.status === 499) throw error;
    return { ok: false, reason: error.message.replace(/^Nothing was sent: /, '') };
  }
}

/** Counts what a run would send, by reading each. */
export async function planRetry(
  { pg, links }: RetryDeps,
  ctx: Ctx,
  clusterId: string,
  selection: Selection,
): Promise<RetryPlan> {
  const link = await links.open(ctx, clusterId);
  const { rows, beyond } = await pg.inOrg(ctx.principal.organizationId, (tx) =>
    openOnes(tx, ctx, clusterId, selection),
  );
  const targets = targetsOf(link, ctx.signal);
  const on = { pg, link, ctx };
  const looked = await atMost(readAtOnce, rows, async (row) => ({
    row,
    look: await lookAt(on, clusterId, row, targets),
  }));
  const left = new Map<string, number>();
  const sendable = looked.flatMap(({ row, look }) => {
    if (look.ok) return [{ row, ...look }];
    left.set(look.reason, (left.get(look.reason) ?? 0) + 1);
    return [];
  });
  const distinct = [...new Map(sendable.map((one) => [messageOf(one.row), one])).values()];
  const kept = sendable.some(({ from, target }) => from === 'stream' && keepsForAcks(target.config));
  return {
    messages: distinct.length,
    fromCopies: distinct.filter(({ from }) => from === 'copy').length,
    bytes: distinct.reduce((sum, { bytes }) => sum + bytes, 0),
    left: [...left].map(([reason, letters]) => ({ reason, letters })).sort((a, b) => b.letters - a.letters),
    beyond,
    examples: distinct
      .slice(0, examples)
      .map(({ row, subject }) => ({ id: row.id, seq: Number(row.seq), stream: row.stream, subject })),
    notes: [
      ...(distinct.length < sendable.length
        ? [
            `${sendable.length} dead letters are of these: several consumers gave up the same message, and it is sent once.`,
          ]
        : []),
      ...(kept
        ? [
            'Originals in work queues and interest streams stay where they are, delivered to nobody. Delete them once their retries are acknowledged.',
          ]
        : []),
    ],
  };
}

/** Several consumers may give the same message up: it is sent once for all of them. */
const messageOf = ({ stream, stream_created, seq }: LetterRow) => JSON.stringify([stream, stream_created, seq]);

/** Sends letter after letter; each has its outcome written down, and the account is found again by the run's id. */
export async function retryAll(
  { pg, links }: RetryDeps,
  ctx: Ctx,
  clusterId: string,
  { run, perSecond, ...selection }: Body,
  emit: (event: RetryEvent) => Promise<void>,
): Promise<void> {
  const inOrg = <T>(work: (tx: Tx) => Promise<T>) => pg.inOrg(ctx.principal.organizationId, work);
  const link = await links.open(ctx, clusterId);
  const { rows, beyond } = await inOrg(async (tx) => {
    const used = await tx.selectFrom('dead_letters').where('run', '=', run).select('id').limit(1).executeTakeFirst();
    if (used)
      throw new ApiError(
        409,
        'run_exists',
        'There was a run of this id already. Ask for its account, or give a new id.',
      );
    return openOnes(tx, ctx, clusterId, selection);
  });
  const account: RetryAccount = {
    run,
    letters: rows.length,
    retried: 0,
    duplicates: 0,
    refused: 0,
    unknown: 0,
    untouched: rows.length,
    why: null,
    failure: null,
  };
  // A copy of it, since audit and events are written later than it changes.
  const shown = () => ({ ...account });
  ctx.changed(null, { asked: { ...selection, perSecond }, beyond, account });
  const pace = makePace(perSecond, ctx.signal);
  const targets = targetsOf(link, ctx.signal);
  const on = { pg, link, ctx };
  const sent = new Map<string, NonNullable<DeadLetter['retried']>>();
  const one = async (row: LetterRow): Promise<void> => {
    await pace();
    if (!(await inOrg((tx) => claim(tx, ctx, row.id, ['open'], run)))) return;
    account.untouched--;
    const before = sent.get(messageOf(row));
    if (before) {
      await inOrg((tx) =>
        settle(tx, row.id, { state: 'retried', retried: { ...before, duplicate: true }, failure: null }),
      );
      account.retried++;
      account.duplicates++;
      return;
    }
    let outgoing: Outgoing;
    try {
      const prepared = await prepare(on, clusterId, row, targets);
      if (prepared.from === null) throw new ApiError(409, 'message_gone', prepared.gone ?? 'The message is gone.');
      outgoing = prepared.outgoing;
    } catch (error) {
      // Refused, or not to be reached, before anything was sent.
      const failure = error instanceof ApiError ? error.message : 'The console failed at it.';
      await inOrg((tx) => settle(tx, row.id, { state: 'open', failure }));
      account.refused++;
      if (!(error instanceof ApiError) || error.status >= 500) throw error;
      return;
    }
    try {
      const retried = await sendClaimed(on, row, outgoing);
      sent.set(messageOf(row), retried);
      account.retried++;
      if (retried.duplicate) account.duplicates++;
    } catch (error) {
      if (isRefusal(error)) account.refused++;
      else account.unknown++;
      if (!(error instanceof ApiError) || error.status >= 500) throw error;
    }
  };
  await emit({ type: 'progress', account: shown() });
  await whileTelling(
    () => emit({ type: 'progress', account: shown() }),
    async () => {
      try {
        for (const row of rows) {
          if (ctx.signal.aborted) break;
          await one(row);
        }
        account.why = ctx.signal.aborted ? 'stopped' : 'end';
      } catch (error) {
        account.why = ctx.signal.aborted ? 'stopped' : 'failed';
        if (!ctx.signal.aborted)
          account.failure = error instanceof ApiError ? error.message : 'The console failed at it.';
        if (!ctx.signal.aborted && !(error instanceof ApiError)) throw error;
      }
    },
  );
  ctx.changed(null, { asked: { ...selection, perSecond }, beyond, account });
  await emit({ type: 'end', account: shown() });
}

/** The account of a run by what its letters are now, for whoever was cut off. */
export async function runAccount(
  { pg }: Pick<RetryDeps, 'pg'>,
  ctx: Ctx,
  clusterId: string,
  run: string,
): Promise<RetryAccount> {
  return pg.inOrg(ctx.principal.organizationId, async (tx) => {
    await assertCluster(tx, clusterId);
    const streams = await visibleStreams(tx, ctx, clusterId);
    const rows = await tx
      .selectFrom('dead_letters')
      .where((eb) => narrowed(eb, clusterId, streams, { run }))
      .select(['state', 'retried'])
      .execute();
    const count = (state: LetterRow['state']) => rows.filter((row) => row.state === state).length;
    return {
      run,
      letters: rows.length,
      retried: count('retried'),
      duplicates: rows.filter(({ retried }) => retried?.duplicate === true).length,
      refused: count('open'),
      unknown: count('retrying'),
      untouched: 0,
      why: null,
      failure: null,
    };
  });
}
