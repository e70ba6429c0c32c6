import {
  type BodyOf,
  type DeadLetter,
  type RetryAccount,
  type RetryEvent,
  type Routes,
} from '@jetstream-console/contract';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { Tx } from '../../platform/pg';
import { makePace } from '../messaging/pace';
import { whileTelling } from '../messaging/telling';
import { assertCluster } from './list';
import { claim, narrowed, settle, visibleStreams, type LetterRow } from './letterStore';
import { messageOf, openOnes } from './plan';
import { prepare } from './prepare';
import { isRefusal, type Outgoing } from './send';
import { sendClaimed, type RetryDeps } from './retry';
import { targetsOf } from './target';

type Body = BodyOf<Routes['retryDeadLetters']>;

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
