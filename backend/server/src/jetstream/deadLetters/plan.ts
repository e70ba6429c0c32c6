import {
  mostRetried,
  type BodyOf,
  type RetryPlan,
  type RetryPlanEvent,
  type Routes,
} from '@jetstream-console/contract';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { Tx } from '../../platform/pg';
import { atMost } from '../api';
import { whileTelling } from '../messaging/telling';
import { assertCluster } from './list';
import { countRows, narrowed, visibleStreams, type LetterRow } from './letterStore';
import { keepsForAcks } from './original';
import { prepare, type Sending } from './prepare';
import type { RetryDeps } from './retry';
import { targetsOf, type Target, type TargetOf } from './target';

type Selection = BodyOf<Routes['planDeadLetterRetry']>;
const examples = 5;
const readAtOnce = 8;

/** Open letters that the selection finds, in the order in which their streams had them. */
export async function openOnes(tx: Tx, ctx: Ctx, clusterId: string, selection: Selection) {
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

/** Counts what a run would send, by reading each, and tells how far it is. */
export async function planRetry(
  { pg, links }: RetryDeps,
  ctx: Ctx,
  clusterId: string,
  selection: Selection,
  emit: (event: RetryPlanEvent) => Promise<void>,
): Promise<void> {
  const link = await links.open(ctx, clusterId);
  const { rows, beyond } = await pg.inOrg(ctx.principal.organizationId, (tx) =>
    openOnes(tx, ctx, clusterId, selection),
  );
  const targets = targetsOf(link, ctx.signal);
  const on = { pg, link, ctx };
  let done = 0;
  const tell = () => emit({ type: 'progress', looked: done, of: rows.length });
  await tell();
  try {
    const looked = await whileTelling(tell, () =>
      atMost(readAtOnce, rows, async (row) => {
        const look = await lookAt(on, clusterId, row, targets);
        done++;
        return { row, look };
      }),
    );
    await emit({ type: 'end', plan: planOf(looked, beyond) });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    await emit({ type: 'error', code: error.code, detail: error.message });
  }
}

function planOf(looked: readonly { readonly row: LetterRow; readonly look: Looked }[], beyond: number): RetryPlan {
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
export const messageOf = ({ stream, stream_created, seq }: LetterRow) => JSON.stringify([stream, stream_created, seq]);
