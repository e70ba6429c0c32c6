import type { DeadLetter, DeadLetterSelection, DeadLetterState, Permission, Target } from '@jetstream-console/contract';
import { sql, type Expression, type ExpressionBuilder, type Selectable, type SqlBool, type Updateable } from 'kysely';
import type { Ctx } from '../../platform/handler';
import type { Tx } from '../../platform/pg';
import type { Database } from '../../platform/schema';
import type { Place } from './original';
import type { DeadLetterTables } from './schema';

export type LetterRow = Selectable<DeadLetterTables['dead_letters']>;
type Eb = ExpressionBuilder<Database, 'dead_letters'>;

export const toLetter = (row: LetterRow): DeadLetter => ({
  id: row.id,
  stream: row.stream,
  consumer: row.consumer,
  seq: Number(row.seq),
  deliveries: row.deliveries === null ? null : Number(row.deliveries),
  reason: row.reason,
  why: row.why,
  at: row.at.toISOString(),
  state: row.state,
  by: row.acted_at === null ? null : { name: row.acted_name ?? 'somebody', at: row.acted_at.toISOString() },
  retried: row.retried,
  failure: row.failure,
  run: row.run,
  copy: row.copy,
  originalDeleted: row.original_deleted,
});

const see: Permission = { resource: 'consumers', action: 'read' };

export async function streamNames(tx: Tx, clusterId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('dead_letters')
    .where('cluster_id', '=', clusterId)
    .select('stream')
    .groupBy('stream')
    .execute();
  return rows.map(({ stream }) => stream);
}

/**
 * Streams of the cluster whose dead letters the asker may see, and do with what else is asked for: lists, counts and
 * acts are of those. null: all of them.
 */
export async function visibleStreams(
  tx: Tx,
  ctx: Pick<Ctx, 'each'>,
  clusterId: string,
  also: readonly Permission[] = [],
): Promise<string[] | null> {
  const asked = [see, ...also].map((permission) => ctx.each(permission, { cluster: clusterId }));
  const allowed = (member: Target) => asked.every((may) => may(member));
  if (allowed({})) return null;
  return (await streamNames(tx, clusterId)).filter((name) => allowed({ name }));
}

/** What a filter says, as conditions. */
export function narrowed(eb: Eb, clusterId: string, streams: readonly string[] | null, filter: DeadLetterSelection) {
  const { stream, consumer, reason, state, from, to, run, ids } = filter;
  return eb.and([
    eb('cluster_id', '=', clusterId),
    // One parameter, however many they are: a statement takes 65,535 of them.
    ...(streams === null ? [] : [sql<boolean>`stream = any(${streams}::text[])`]),
    ...(stream === undefined ? [] : [eb('stream', '=', stream)]),
    ...(consumer === undefined ? [] : [eb('consumer', '=', consumer)]),
    ...(reason === undefined ? [] : [eb('reason', '=', reason)]),
    ...(state === undefined ? [] : [eb('state', '=', state)]),
    ...(from === undefined ? [] : [eb('at', '>=', new Date(from))]),
    ...(to === undefined ? [] : [eb('at', '<', new Date(to))]),
    ...(run === undefined ? [] : [eb('run', '=', run)]),
    ...(ids === undefined ? [] : [eb('id', 'in', ids)]),
  ]);
}

/** Where the message of a letter was. */
export const placeOf = (row: LetterRow): Place => ({
  stream: row.stream,
  seq: Number(row.seq),
  at: row.at,
  created: row.stream_created,
});

/** Who did the last thing to a letter. */
export const actedBy = ({ principal }: Pick<Ctx, 'principal'>) => ({
  acted_by: principal.subject.id,
  acted_name: principal.subject.name || principal.subject.login,
  acted_at: new Date(),
});

/**
 * Takes a letter for one try: of two who click at once one gets it.
 * @returns false where it is in another state by now
 */
export async function claim(
  tx: Tx,
  ctx: Pick<Ctx, 'principal'>,
  id: string,
  from: readonly DeadLetterState[],
  run: string | null,
): Promise<boolean> {
  const taken = await tx
    .updateTable('dead_letters')
    .set({ state: 'retrying', failure: null, run, ...actedBy(ctx) })
    .where('id', '=', id)
    .where('state', 'in', from)
    .executeTakeFirst();
  return taken.numUpdatedRows > 0n;
}

export const settle = (
  tx: Tx,
  id: string,
  outcome: { state: DeadLetterState; retried?: DeadLetter['retried']; failure: string | null },
) =>
  tx
    .updateTable('dead_letters')
    .set({
      state: outcome.state,
      failure: outcome.failure,
      ...(outcome.retried && { retried: JSON.stringify(outcome.retried) }),
    })
    .where('id', '=', id)
    .execute();

export const copyOf = (tx: Tx, id: string) =>
  tx.selectFrom('dead_letter_copies').selectAll().where('dead_letter_id', '=', id).executeTakeFirst();

/** Rows that one statement changes: with all of a million it would run into the time that a statement may take. */
const changedAtOnce = 10_000;

/**
 * Changes all letters that are so, some at a time, each time in a transaction of its own: what was changed stays so
 * where a later part fails.
 * @param which must no longer find a letter once `set` is done to it
 * @returns how many
 */
export async function changeAll(
  inOrg: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  set: Updateable<DeadLetterTables['dead_letters']>,
  which: (eb: Eb) => Expression<SqlBool>,
  told: (changed: number) => void,
): Promise<number> {
  let changed = 0;
  for (;;) {
    const { found, done } = await inOrg(async (tx) => {
      const rows = await tx.selectFrom('dead_letters').select('id').where(which).limit(changedAtOnce).execute();
      const ids = rows.map(({ id }) => id);
      const { numUpdatedRows } = await tx
        .updateTable('dead_letters')
        .set(set)
        .where(sql<boolean>`id = any(${ids}::uuid[])`)
        // Somebody else may have been at one since it was found.
        .where(which)
        .executeTakeFirstOrThrow();
      return { found: ids.length, done: Number(numUpdatedRows) };
    });
    changed += done;
    told(changed);
    if (found < changedAtOnce) return changed;
  }
}

export const countRows = sql<string>`count(*)`;
