import { auditStatuses, type AuditEntry, type ParamsOf, type QueryOf, type Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import { seesClients } from '../clusters/operations/advisories';
import { tame } from '../clusters/operations/told';
import { namedClusters, visibleClusters } from '../query/engine/clusters';
import type { ClusterStore } from '../clusters/store';
import { notFound } from '../platform/errors';
import type { Ctx } from '../platform/handler';
import type { Ask } from '../query/engine/ask';
import { allOf, Params } from '../query/engine/params';
import { accountCondition } from '../query/engine/scope';
import { advisoryRights, instant } from '../query/events/read';
import { likeSafe } from '../platform/like';
import { actColumns } from './apiActs';
import type { Place } from './place';
import type { Filters, Found } from './records';

/** Acts that one page looks through: what they are lies in JSON, which is read for each. */
const lookThrough = 20_000;

export interface AroundDeps {
  readonly ask: Ask;
  readonly store: Pick<ClusterStore, 'known' | 'connectionNames'>;
}

const columns = (params: Params) => `toUnixTimestamp64Milli(time) AS q_t, id, cluster_id, account, own,
  ${actColumns((type, value) => params.add(type, value))},
  JSONExtractString(data, 'client', 'user') AS q_user, JSONExtractString(data, 'client', 'name') AS q_name,
  JSONExtractString(data, 'client', 'host') AS q_host,
  arrayStringConcat(arrayFilter(one -> one != '', [JSONExtractString(data, 'client', 'lang'), JSONExtractString(data, 'client', 'ver')]), ' ') AS q_program,
  multiIf(NOT JSONHas(data, 'outcome'), 'unknown', JSONExtractBool(data, 'outcome', 'failed'), 'failure', 'success') AS q_status,
  JSONExtractString(data, 'outcome', 'reason') AS q_reason`;
const read =
  'q_t, id, cluster_id, account, own, q_action, q_resource, q_user, q_name, q_host, q_program, q_status, q_reason, q_request';

/** Acts over the JetStream API that I may see at all, of these clusters. */
const seen = ({ organizationId, grants }: Ctx['principal'], clusterIds: readonly string[], params: Params) => [
  `org_id = ${params.add('UUID', organizationId)}`,
  `cluster_id IN ${params.add('Array(UUID)', clusterIds)}`,
  "type = 'api_audit'",
  advisoryRights(grants).condition(params),
  accountCondition(grants, params),
];

/** In milliseconds, as the servers' times are kept; the console's own are finer. */
function afterCondition({ micros, side, id }: Place, params: Params): string {
  const ms = instant(Number(BigInt(micros) / 1000n), params);
  return side === 'around' ? `(time, id) < (${ms}, ${params.add('String', id)})` : `time <= ${ms}`;
}

const spanned = ({ from, to }: Filters, after: Place | null, params: Params) => [
  from === undefined ? null : `time >= ${instant(Date.parse(from), params)}`,
  to === undefined ? null : `time < ${instant(Date.parse(to), params)}`,
  after === null ? null : afterCondition(after, params),
];

/** @param own names of the console's connections */
function chosen({ action, login, resource, whole, status }: Filters, own: readonly string[], params: Params) {
  const part = (text: string) => params.add('String', `%${likeSafe(text)}%`);
  const all = (text: string) => params.add('String', text);
  return [
    // The console's own calls are records of its own.
    `NOT has(${params.add('Array(String)', own)}, q_name)`,
    action === undefined
      ? null
      : action.endsWith('.*')
        ? `startsWith(q_action, ${all(action.slice(0, -1))})`
        : `q_action = ${all(action)}`,
    login === undefined || login === ''
      ? null
      : whole
        ? `${all(login)} IN (q_user, q_name)`
        : `(q_user ILIKE ${part(login)} OR q_name ILIKE ${part(login)})`,
    resource === undefined || resource === ''
      ? null
      : whole
        ? `has(q_names, ${all(resource)})`
        : `q_resource ILIKE ${part(resource)}`,
    status === undefined ? null : `q_status = ${all(status)}`,
  ];
}

const cells = z.tuple([
  z.coerce.number(),
  z.string(),
  z.string(),
  z.string(),
  z.coerce.boolean(),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.enum(auditStatuses),
  z.string(),
  z.string(),
]);

/** What was asked for: parsed where all of it was kept, else as much as there is. */
function requestOf(text: string): unknown {
  if (text === '') return null;
  try {
    return { request: JSON.parse(text) as unknown };
  } catch {
    return { request: text };
  }
}

const longestWord = 512;
const wordOr = (text: string): string | null => (text === '' ? null : tame(text, longestWord));

function toAct(ctx: Ctx, row: readonly unknown[]): Place & { readonly entry: AuditEntry } {
  const [ms, id, cluster, account, own, action, resource, user, name, host, program, status, reason, request] =
    cells.parse(row);
  const clients = seesClients(ctx, cluster);
  const client = [name === '' ? 'a client without a name' : tame(name), program === '' ? '' : `(${tame(program)})`];
  return {
    ...{ micros: `${ms}000`, side: 'around', id },
    entry: {
      ...{ where: 'around', id, time: new Date(ms).toISOString(), userId: null, cluster, action, status },
      login: clients ? (wordOr(user) ?? wordOr(name)) : null,
      resource: wordOr(resource),
      account: own ? null : wordOr(account),
      error: wordOr(reason),
      ip: clients ? host : '',
      userAgent: clients ? client.filter((part) => part !== '').join(' ') : '',
      requestId: '',
      via: 'nats',
      changes: requestOf(request),
    },
  };
}

/** Filters that no act around the console fits. */
const fitsNone = ({ user, status }: Filters) => user !== undefined || status === 'denied' || status === 'pending';

/**
 * Acts around the console that come after a place: those of clusters that I may see, and of what I may see of them.
 * @param most acts that are looked through at most
 */
export async function readAround(
  { ask, store }: AroundDeps,
  ctx: Ctx,
  filters: Filters,
  after: Place | null,
  limit: number,
  signal: AbortSignal,
  most = lookThrough,
): Promise<Found> {
  const { cluster, login } = filters;
  const ids = (await visibleClusters(store, ctx))
    .map(({ id }) => id)
    .filter((id) => (cluster === undefined || id === cluster) && (!login || seesClients(ctx, id)));
  if (ids.length === 0 || fitsNone(filters)) return { acts: [], stop: null };

  const reach = new Params();
  const reached = await ask(
    {
      sql: `SELECT toUnixTimestamp64Milli(min(q_time)), count()
FROM (
  SELECT time AS q_time FROM events
  WHERE ${allOf([...seen(ctx.principal, ids, reach), ...spanned(filters, after, reach)])}
  ORDER BY time DESC
  LIMIT ${reach.add('UInt32', most)}
)`,
      params: reach.values,
    },
    signal,
  );
  const [oldest, count] = (reached.rows[0] ?? [0, 0]).map(Number);
  if (oldest === undefined || !count) return { acts: [], stop: null };

  const params = new Params();
  const found = await ask(
    {
      sql: `SELECT ${read}
FROM (
  SELECT ${columns(params)}
  FROM events FINAL
  WHERE ${allOf([...seen(ctx.principal, ids, params), ...spanned(filters, after, params), `time >= ${instant(oldest, params)}`])}
)
WHERE ${allOf(chosen(filters, ids.flatMap(store.connectionNames), params))}
ORDER BY q_t DESC, id DESC
LIMIT ${params.add('UInt32', limit + 1)}`,
      params: params.values,
    },
    signal,
  );
  const rights = advisoryRights(ctx.principal.grants);
  const acts = found.rows.map((row) => toAct(ctx, row)).filter(({ entry }) => rights.covers(entry.cluster ?? '', ''));
  const atEnd = found.rows.length > limit || count < most;
  return { acts, stop: atEnd ? null : { micros: `${oldest}000`, side: 'around', id: '' } };
}

/** @throws ApiError 404 for what the console did itself, too: that is a record of its own */
export async function getActAround(
  { ask, store }: AroundDeps,
  ctx: Ctx,
  { clusterId, actId }: ParamsOf<Routes['getActAround']>,
  { time }: QueryOf<Routes['getActAround']>,
): Promise<AuditEntry> {
  namedClusters(await visibleClusters(store, ctx), [clusterId]);
  const params = new Params();
  const where = [
    ...seen(ctx.principal, [clusterId], params),
    `time = ${instant(Date.parse(time), params)}`,
    `id = ${params.add('String', actId)}`,
  ];
  const { rows } = await ask(
    {
      sql: `SELECT ${read}
FROM (
  SELECT ${columns(params)}
  FROM events FINAL
  WHERE ${allOf(where)}
)
WHERE ${allOf(chosen({}, store.connectionNames(clusterId), params))}
LIMIT 1`,
      params: params.values,
    },
    ctx.signal,
  );
  const [row] = rows;
  if (!row || !advisoryRights(ctx.principal.grants).covers(clusterId, '')) throw notFound('This act');
  return toAct(ctx, row).entry;
}
