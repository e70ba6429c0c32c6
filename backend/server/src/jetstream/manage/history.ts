import {
  changeBetween,
  diffConfigs,
  type BodyOf,
  type ChangeResult,
  type ConfigVersion,
  type NatsConfig,
  type QueryOf,
  type Routes,
} from '@jetstream-console/contract';
import { sql } from 'kysely';
import { z } from 'zod';
import { ApiError, notFound } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { Pg, Tx } from '../../platform/pg';
import { decodeCursor, pageOf } from '../../tenants/cursor';
import { readIfThere } from './exactApi';
import { requireStream } from './guarded';
import { shown } from './plan';
import type { ManageDeps } from './routes';
import { createStream, updateStream, type At } from './streams';

/** Acts that leave a stream's whole configuration in the audit. */
const onIt = ['stream.update', 'stream.delete', 'stream.seal', 'stream.restore_config'];
/** The name of what they make is in the configuration, not in the path. */
const making = ['stream.create', 'stream.clone'];

const config = z.record(z.string(), z.unknown()).nullable();
const changes = z.object({ before: config, after: config });

interface Row {
  readonly id: string;
  readonly time: Date;
  readonly exact: string;
  readonly action: string;
  readonly login: string | null;
  readonly changes: unknown;
}

/** Those of one stream, the newest first; indexes on its name lead to them. */
export function versionsOf(
  tx: Tx,
  { clusterId, stream }: At,
  { id, after, limit }: { id?: string; after?: readonly string[] | null; limit: number },
) {
  const named = (by: 'thing' | 'made', actions: readonly string[]) => {
    let select = tx
      .selectFrom('audit_outbox')
      .select(['id', 'time', 'action', 'login', 'changes'])
      .select(sql<string>`time::text`.as('exact'))
      .where(by, '=', stream)
      .where('action', 'in', actions)
      .where('cluster_id', '=', clusterId)
      .where('status', '=', 'success')
      .where('changes', 'is not', null)
      .orderBy('time', 'desc')
      .orderBy('id', 'desc')
      .limit(limit);
    if (id !== undefined) select = select.where('id', '=', id);
    if (after) select = select.where(sql<boolean>`(time, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`);
    return tx.selectFrom(select.as('one')).selectAll();
  };
  return tx
    .selectFrom(named('thing', onIt).unionAll(named('made', making)).as('both'))
    .selectAll()
    .orderBy('time', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
}

const rowsOf = (pg: Pg, ctx: Ctx, at: At, which: Parameters<typeof versionsOf>[2]): Promise<Row[]> =>
  pg.inOrg(ctx.principal.organizationId, (tx) => versionsOf(tx, at, which).execute());

function versionOf(row: Row): ConfigVersion {
  const { before, after } = changes.parse(row.changes);
  return {
    id: row.id,
    time: row.time.toISOString(),
    action: row.action,
    login: row.login,
    before,
    after,
    diff: diffConfigs(before ?? {}, after ?? {}),
  };
}

/** What the console did to a stream's configuration. What was changed elsewhere shows as a difference between two of them. */
export async function listVersions(
  { pg, store }: Omit<ManageDeps, 'links'>,
  ctx: Ctx,
  at: At,
  query: QueryOf<Routes['listStreamVersions']>,
) {
  // Out of the console's own memory, so that it is there while the cluster is not.
  await store.get(ctx.principal.organizationId, at.clusterId);
  const rows = await rowsOf(pg, ctx, at, {
    after: decodeCursor(query.cursor, ['time', 'uuid']),
    limit: query.limit + 1,
  });
  const page = pageOf(rows, query.limit, (row) => [row.exact, row.id]);
  return { items: page.items.map(versionOf), nextCursor: page.nextCursor, total: null };
}

export async function restoreVersion(
  { links, pg }: Omit<ManageDeps, 'store'>,
  ctx: Ctx,
  at: At,
  { version, side, basedOn, pedantic }: BodyOf<Routes['restoreStreamVersion']>,
): Promise<ChangeResult> {
  requireStream(ctx, at.clusterId, at.stream, 'update');
  const [row] = await rowsOf(pg, ctx, at, { id: version, limit: 1 });
  if (!row) throw notFound('This version');
  const recorded: NatsConfig | null = versionOf(row)[side];
  if (recorded === null)
    throw new ApiError(422, 'no_version', `There was no configuration ${side} that act. Take the other side of it.`);
  const current = await readIfThere(await links.open(ctx, at.clusterId), 'stream', at.stream, ctx.signal);
  if (current === null) return createStream(links, ctx, at.clusterId, { config: recorded, pedantic });
  if (basedOn === null)
    throw new ApiError(409, 'stream_exists', 'The stream is there. Say which configuration of it you mean to replace.');
  // What was recorded went through JSON: compared in that form, a long number is not a change.
  return updateStream(links, ctx, at, { basedOn, change: changeBetween(shown(current.config), recorded), pedantic });
}
