import {
  advisorySeverities,
  type Advisory,
  type ParamsOf,
  type QueryOf,
  type Routes,
} from '@jetstream-console/contract';
import { z } from 'zod';
import { invalid, notFound } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { Ask, Statement } from '../../query/engine/ask';
import { namedClusters, visibleClusters } from '../../query/engine/clusters';
import { allOf, Params } from '../../query/engine/params';
import { accountCondition } from '../../query/engine/scope';
import { advisoryRights, instant } from '../../query/events/read';
import { decodeCursor, pageOf } from '../../tenants/cursor';
import type { ClusterStore } from '../store';
import { tame, tameOr } from './told';

type Query = QueryOf<Routes['listAdvisories']>;
type Who = Pick<Ctx['principal'], 'organizationId' | 'grants'>;

const dayMs = 86_400_000;
/** A sentence with names in it, and sometimes with what a client gave as its reason. */
const longestTitle = 1000;

const columns = `toUnixTimestamp64Milli(time) AS q_t, id, type, severity, title, account, stream, consumer, server,
  JSONExtractString(data, 'client', 'user') AS q_user, JSONExtractString(data, 'client', 'name') AS q_name, JSONExtractString(data, 'client', 'host') AS q_host, JSONHas(data, 'client') AS q_client`;

/** What may be seen of one cluster at all. */
const seen = ({ organizationId, grants }: Who, clusterId: string, params: Params) => [
  `org_id = ${params.add('UUID', organizationId)}`,
  `cluster_id = ${params.add('UUID', clusterId)}`,
  advisoryRights(grants).condition(params),
  accountCondition(grants, params),
];

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const chosen = ({ stream, consumer, server, account, severity }: Query, { fromMs, toMs }: Span, params: Params) => [
  `time >= ${instant(fromMs, params)}`,
  `time < ${instant(toMs, params)}`,
  ...Object.entries({ stream, consumer, server, account }).map(([name, value]) =>
    value === undefined ? null : `${name} = ${params.add('String', value)}`,
  ),
  severity === undefined
    ? null
    : `severity IN ${params.add('Array(String)', advisorySeverities.slice(advisorySeverities.indexOf(severity)))}`,
];

function pageStatement(who: Who, clusterId: string, query: Query, span: Span): Statement {
  const params = new Params();
  const after = decodeCursor(query.cursor, ['millis', 'text']);
  const where = [
    ...seen(who, clusterId, params),
    ...chosen(query, span, params),
    query.type === undefined ? null : `type = ${params.add('String', query.type)}`,
    after === null ? null : `(time, id) < (${instant(Number(after[0]), params)}, ${params.add('String', after[1])})`,
  ];
  const sql = `SELECT ${columns}
FROM events FINAL
WHERE ${allOf(where)}
ORDER BY time DESC, id DESC
LIMIT ${params.add('UInt32', query.limit + 1)}`;
  return { sql, params: params.values };
}

function typesStatement(who: Who, clusterId: string, query: Query, span: Span): Statement {
  const params = new Params();
  const where = [...seen(who, clusterId, params), ...chosen(query, span, params)];
  const sql = `SELECT type, uniqExact(id) AS q_count
FROM events
WHERE ${allOf(where)}
GROUP BY type
ORDER BY q_count DESC, type`;
  return { sql, params: params.values };
}

const cells = z.tuple([
  z.coerce.number(),
  z.string(),
  z.string(),
  z.enum(advisorySeverities),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.coerce.number(),
]);

/** @param own names of the console's connections to the cluster */
function toAdvisory(row: readonly unknown[], clients: boolean, own: readonly string[]): Advisory {
  const [ms, id, type, severity, title, account, stream, consumer, server, user, name, ip, client] = cells.parse(row);
  return {
    id,
    time: new Date(ms).toISOString(),
    type,
    severity,
    title: tame(title, longestTitle),
    account: account || null,
    stream: stream || null,
    consumer: consumer || null,
    server: server || null,
    by:
      clients && client === 1
        ? { user: tameOr(user), name: tameOr(name), ip: ip || null, console: own.includes(name) }
        : null,
  };
}

/** Names and addresses of clients are for who may see those. */
export const seesClients = (ctx: Ctx, cluster: string) =>
  ctx.decide({ resource: 'connections', action: 'read' }, { cluster }).allowed;

interface Deps {
  readonly ask: Ask;
  readonly store: Pick<ClusterStore, 'known' | 'connectionNames'>;
  readonly now: () => number;
}

export async function listAdvisories({ ask, store, now }: Deps, ctx: Ctx, clusterId: string, query: Query) {
  namedClusters(await visibleClusters(store, ctx), [clusterId]);
  const toMs = query.to === undefined ? now() : Date.parse(query.to);
  const span = { fromMs: query.from === undefined ? toMs - dayMs : Date.parse(query.from), toMs };
  if (span.fromMs >= span.toMs) throw invalid('query.from', 'is not before the end of the time that was asked for');
  const [found, types] = await Promise.all([
    ask(pageStatement(ctx.principal, clusterId, query, span), ctx.signal),
    ask(typesStatement(ctx.principal, clusterId, query, span), ctx.signal),
  ]);
  const clients = seesClients(ctx, clusterId);
  const rights = advisoryRights(ctx.principal.grants);
  const page = pageOf(
    found.rows.map((row) => toAdvisory(row, clients, store.connectionNames(clusterId))),
    query.limit,
    ({ time, id }) => [String(Date.parse(time)), id],
  );
  return {
    items: page.items.filter(({ stream }) => rights.covers(clusterId, stream ?? '')),
    nextCursor: page.nextCursor,
    total: null,
    types: types.rows.map(([type, count]) => ({ type: String(type), count: Number(count) })),
  };
}

/** Parsed where all of it was kept. A token that a client came with is nobody's to read, and a client's name not everybody's. */
function dataOf(text: string, clients: boolean): unknown {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return clients ? text : null;
  }
  const parsed = z.looseObject({ client: z.record(z.string(), z.unknown()).optional() }).safeParse(data);
  if (!parsed.success) return data;
  const { client, ...rest } = parsed.data;
  if (!client || !clients) return rest;
  const { jwt: _jwt, nonce: _nonce, ...known } = client;
  return { ...rest, client: known };
}

export async function getAdvisory(
  { ask, store }: Omit<Deps, 'now'>,
  ctx: Ctx,
  { clusterId, advisoryId }: ParamsOf<Routes['getAdvisory']>,
  { time }: QueryOf<Routes['getAdvisory']>,
) {
  const params = new Params();
  const where = [
    ...seen(ctx.principal, clusterId, params),
    `time = ${instant(Date.parse(time), params)}`,
    `id = ${params.add('String', advisoryId)}`,
  ];
  const sql = `SELECT ${columns}, data
FROM events FINAL
WHERE ${allOf(where)}
LIMIT 1`;
  const { rows } = await ask({ sql, params: params.values }, ctx.signal);
  const row = rows[0];
  if (!row) throw notFound('This advisory');
  const clients = seesClients(ctx, clusterId);
  const advisory = toAdvisory(row.slice(0, -1), clients, store.connectionNames(clusterId));
  if (!advisoryRights(ctx.principal.grants).covers(clusterId, advisory.stream ?? '')) throw notFound('This advisory');
  return { ...advisory, data: dataOf(String(row.at(-1)), clients) };
}
