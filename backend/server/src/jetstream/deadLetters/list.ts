import {
  deadLetterStates,
  type DeadLetterGroup,
  type DeadLetterSummary,
  type QueryOf,
  type ResponseOf,
  type Routes,
} from '@jetstream-console/contract';
import { sql } from 'kysely';
import { notFound } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { Pg, Tx } from '../../platform/pg';
import { decodeCursor, pageOf } from '../../tenants/cursor';
import { coverageOf } from './coverage';
import { countRows, narrowed, toLetter, visibleStreams, type LetterRow } from './letterStore';
import { letterBounds } from './workerStore';

type Query = QueryOf<Routes['listDeadLetters']>;
const mostGroups = 500;
/** Gaps of this long are told; spans are kept as long as letters are. */
const gapsDays = 30;

/** @throws ApiError 404 for an unknown cluster and for another organization's alike */
export async function assertCluster(tx: Tx, clusterId: string): Promise<void> {
  const row = await tx.selectFrom('clusters').where('id', '=', clusterId).select('id').executeTakeFirst();
  if (!row) throw notFound('This cluster');
}

export async function listDeadLetters(
  pg: Pg,
  ctx: Ctx,
  clusterId: string,
  { order, cursor, limit, ...filter }: Query,
): Promise<ResponseOf<Routes['listDeadLetters']>> {
  const [at, id] = decodeCursor(cursor, ['time', 'uuid']) ?? [];
  return pg.inOrg(ctx.principal.organizationId, async (tx) => {
    await assertCluster(tx, clusterId);
    const streams = await visibleStreams(tx, ctx, clusterId);
    const found = tx.selectFrom('dead_letters').where((eb) => narrowed(eb, clusterId, streams, filter));
    const past = sql<boolean>`(at, id) ${sql.raw(order === 'asc' ? '>' : '<')} (${at ?? ''}::timestamptz, ${id ?? ''}::uuid)`;
    const rows = await found
      .selectAll()
      .select(sql<string>`at::text`.as('sorted'))
      .$if(at !== undefined, (query) => query.where(past))
      .orderBy('at', order)
      .orderBy('id', order)
      .limit(limit + 1)
      .execute();
    const { n } = await found.select(countRows.as('n')).executeTakeFirstOrThrow();
    const { items, nextCursor } = pageOf(rows, limit, (row) => [row.sorted, row.id]);
    return { items: items.map(toLetter), nextCursor, total: Number(n) };
  });
}

/** @throws ApiError 404, also where the asker may not see the consumers of its stream */
export async function letterOf(tx: Tx, ctx: Ctx, clusterId: string, id: string): Promise<LetterRow> {
  const row = await tx
    .selectFrom('dead_letters')
    .selectAll()
    .where('cluster_id', '=', clusterId)
    .where('id', '=', id)
    .executeTakeFirst();
  const may = (name: string) =>
    ctx.decide({ resource: 'consumers', action: 'read' }, { cluster: clusterId, name }).allowed;
  if (!row || !may(row.stream)) throw notFound('This dead letter');
  return row;
}

async function groupsOf(tx: Tx, clusterId: string, streams: readonly string[] | null): Promise<DeadLetterGroup[]> {
  const rows = await tx
    .selectFrom('dead_letters')
    .where((eb) => narrowed(eb, clusterId, streams, {}))
    .groupBy(['stream', 'consumer', 'reason'])
    .select(['stream', 'consumer', 'reason'])
    .select((eb) => [
      eb.fn.min('at').as('oldest'),
      eb.fn.max('at').as('newest'),
      ...deadLetterStates.map((state) => eb.fn.countAll<string>().filterWhere('state', '=', state).as(state)),
    ])
    .execute();
  return rows
    .map(({ stream, consumer, reason, oldest, newest, open, retrying, retried, dropped }) => ({
      stream,
      consumer,
      reason,
      counts: {
        open: Number(open),
        retrying: Number(retrying),
        retried: Number(retried),
        dropped: Number(dropped),
      },
      oldest: oldest.toISOString(),
      newest: newest.toISOString(),
    }))
    .sort(
      (a, b) => b.counts.open - a.counts.open || b.newest.localeCompare(a.newest) || a.stream.localeCompare(b.stream),
    );
}

export const noKeeping = { streams: [], days: 30, megabytes: 64 };

export async function deadLetterSummary(
  pg: Pg,
  ctx: Ctx,
  clusterId: string,
  nowMs: number,
): Promise<DeadLetterSummary> {
  return pg.inOrg(ctx.principal.organizationId, async (tx) => {
    await assertCluster(tx, clusterId);
    const groups = await groupsOf(tx, clusterId, await visibleStreams(tx, ctx, clusterId));
    const spans = await tx
      .selectFrom('dead_letter_spans')
      .select(['since', 'until'])
      .where('cluster_id', '=', clusterId)
      .where('until', '>=', new Date(nowMs - gapsDays * 86_400_000))
      .execute();
    const settings = await tx
      .selectFrom('dead_letter_settings')
      .selectAll()
      .where('cluster_id', '=', clusterId)
      .executeTakeFirst();
    const kept = await tx
      .selectFrom('dead_letter_copies')
      .where('cluster_id', '=', clusterId)
      .select([countRows.as('n'), sql<string>`coalesce(sum(bytes), 0)`.as('bytes')])
      .executeTakeFirstOrThrow();
    const covered = coverageOf(spans, nowMs);
    const totals = { open: 0, retrying: 0, retried: 0, dropped: 0 };
    for (const { counts } of groups) for (const state of deadLetterStates) totals[state] += counts[state];
    return {
      groups: groups.slice(0, mostGroups),
      truncated: groups.length > mostGroups,
      totals,
      collecting: {
        since: covered.since?.toISOString() ?? null,
        until: covered.until?.toISOString() ?? null,
        now: covered.now,
        problem: settings?.problem ?? null,
        gaps: covered.gaps.map(({ from, to }) => ({ from: from.toISOString(), to: to?.toISOString() ?? null })),
        captured: settings?.captured ?? false,
      },
      keep: {
        ...(settings
          ? { streams: settings.keep_streams, days: settings.keep_days, megabytes: settings.keep_megabytes }
          : noKeeping),
        usedBytes: Number(kept.bytes),
        copies: Number(kept.n),
      },
      bounds: letterBounds,
    };
  });
}
