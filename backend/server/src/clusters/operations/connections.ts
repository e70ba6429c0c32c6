import type { ClientConnection as Connection, QueryOf, ParamsOf, Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import { pageSorted } from '../../jetstream/sorted';
import { ApiError, notFound } from '../../platform/errors';
import { secondsOf } from '../../platform/duration';
import type { Ctx } from '../../platform/handler';
import type { Link, Links } from '../link';
import { askServers, type Told } from './ask';
import { tame, tameOr } from './told';

type Query = QueryOf<Routes['listClusterConnections']>;
type Sort = Query['sort'];

/** Of each server: more than a person looks through, and still one answer of about two megabytes. */
const perServer = 2000;
/** Of one connection; a client with more has them by a program. */
const subscriptionsShown = 1000;
/** A server answers with all of them or none: of more than this they are not asked for. */
const mostListed = 10_000;
/** nats-server's `ConnState` */
export const states = { open: 0, closed: 1 } as const;
export const subject = '$SYS.REQ.SERVER.PING.CONNZ';

const text = z.string().optional();
const count = z.number().default(0);
const connInfo = z.object({
  cid: z.number(),
  kind: z.string().default('Client'),
  ip: z.string().default(''),
  port: count,
  start: text,
  stop: text,
  reason: text,
  rtt: text,
  uptime: text,
  idle: text,
  pending_bytes: count,
  in_msgs: count,
  out_msgs: count,
  in_bytes: count,
  out_bytes: count,
  stalls: z.number().optional(),
  subscriptions: count,
  name: text,
  lang: text,
  version: text,
  tls_version: text,
  tls_cipher_suite: text,
  authorized_user: text,
  account: text,
  issuer_key: text,
  name_tag: text,
  tags: z.array(z.string()).nullish(),
  subscriptions_list_detail: z
    .array(z.object({ subject: z.string(), qgroup: text, sid: z.string().default(''), msgs: count }))
    .nullish(),
});
type ConnInfo = z.infer<typeof connInfo>;
export const connz = z.object({ total: count, connections: z.array(connInfo).nullish() });

/** The sort of the server that takes the right ones into its first page; it sorts figures downwards only. */
const serverSorts: Readonly<Record<Sort, string>> = {
  pending: 'pending',
  subscriptions: 'subs',
  in_msgs: 'msgs_from',
  out_msgs: 'msgs_to',
  in_bytes: 'bytes_from',
  out_bytes: 'bytes_to',
  idle: 'idle',
  uptime: 'uptime',
  rtt: 'rtt',
  stopped: 'stop',
};

/** What a closed connection cannot be sorted by at the server, and what an open one cannot. */
const onlyOf: Partial<Record<Sort, Query['state']>> = { stopped: 'closed', uptime: 'open' };

const valueOf = (sort: Sort, connection: Connection): number | string | null =>
  ({
    pending: connection.pendingBytes,
    subscriptions: connection.subscriptions,
    in_msgs: connection.inMsgs,
    out_msgs: connection.outMsgs,
    in_bytes: connection.inBytes,
    out_bytes: connection.outBytes,
    idle: connection.idleSeconds,
    uptime: connection.uptimeSeconds,
    rtt: connection.rttMs,
    stopped: connection.stoppedAt,
  })[sort];

export function connectionOf({ id, name }: Told<unknown>['server'], from: ConnInfo): Connection {
  const rtt = secondsOf(from.rtt);
  return {
    cid: from.cid,
    server: { id, name },
    kind: tame(from.kind),
    account: tameOr(from.account),
    user: tameOr(from.authorized_user),
    name: tameOr(from.name),
    ip: from.ip,
    port: from.port,
    lang: tameOr(from.lang),
    version: tameOr(from.version),
    startedAt: from.start ?? null,
    stoppedAt: from.stop ?? null,
    reason: tameOr(from.reason),
    uptimeSeconds: secondsOf(from.uptime),
    idleSeconds: secondsOf(from.idle),
    rttMs: rtt === null ? null : rtt * 1000,
    pendingBytes: from.pending_bytes,
    inMsgs: from.in_msgs,
    outMsgs: from.out_msgs,
    inBytes: from.in_bytes,
    outBytes: from.out_bytes,
    subscriptions: from.subscriptions,
    stalls: from.stalls ?? null,
    tls: from.tls_version === undefined ? null : { version: from.tls_version, cipher: from.tls_cipher_suite ?? '' },
  };
}

/**
 * The system account shows every account's clients, so it is asked only for who may read those. Everybody else is
 * shown what the servers tell the cluster's own account.
 */
async function linkOf(
  links: Links,
  ctx: Ctx,
  clusterId: string,
): Promise<{ link: Link; source: 'system' | 'account' }> {
  const others = ctx.decide({ resource: 'accounts', action: 'read' }, { cluster: clusterId }).allowed;
  const system = others ? await links.openSystem(ctx, clusterId) : null;
  return system ? { link: system, source: 'system' } : { link: await links.open(ctx, clusterId), source: 'account' };
}

/** The account of servers without accounts, which they leave out of what they tell. */
const global = '$G';
const oneRow = z.object({ connections: z.array(z.object({ account: text })).nullish() });

/**
 * The account that a connection is in, as the servers tell it. They narrow a list to the asker's own account, and not
 * always what is asked for by its number: servers before 2.15 answer that of any account.
 */
async function ownAccount(link: Link, signal: AbortSignal): Promise<string> {
  const told = await askServers(link, subject, { auth: true, limit: 1 }, oneRow, signal);
  const names = new Set(told.flatMap(({ data }) => (data.connections ?? []).map(({ account }) => account ?? global)));
  const [name] = names;
  if (names.size !== 1 || name === undefined)
    throw new ApiError(
      502,
      'account_unknown',
      'The servers do not tell which account the credential of this cluster is in.',
    );
  return name;
}

function matches(search: string | undefined, { name, user, account, ip }: Connection): boolean {
  const wanted = search?.toLowerCase() ?? '';
  return [name, user, account, ip].some((said) => said?.toLowerCase().includes(wanted));
}

export async function listClusterConnections(links: Links, ctx: Ctx, clusterId: string, query: Query) {
  const { link, source } = await linkOf(links, ctx, clusterId);
  const own = source === 'account' ? await ownAccount(link, ctx.signal) : null;
  const { state, sort, account, user } = query;
  const askedAt = new Date().toISOString();
  const body = {
    auth: true,
    limit: perServer,
    state: states[state],
    sort: (onlyOf[sort] ?? state) === state ? serverSorts[sort] : 'cid',
    ...(account !== undefined && { acc: account }),
    ...(user !== undefined && { user }),
  };
  const told = await askServers(link, subject, body, connz, ctx.signal);
  const all = told.flatMap(({ server, data }) => (data.connections ?? []).map((from) => connectionOf(server, from)));
  // Asked for one user, servers tell how many there are of all.
  const complete = told.every(({ data }) => (data.connections ?? []).length < perServer);
  const known = complete ? all.length : told.reduce((sum, { data }) => sum + data.total, 0);
  const page = pageSorted(
    all.filter(
      (connection) =>
        (own === null || (connection.account ?? global) === own) &&
        (account === undefined || (connection.account ?? global) === account) &&
        matches(query.search, connection),
    ),
    query,
    (connection) => valueOf(sort, connection),
    ({ server, cid }) => `${server.id} ${String(cid).padStart(20, '0')}`,
  );
  return { ...page, source, complete, known, servers: told.length, askedAt };
}

/** One connection as its server has it, or null. @param detail with what it subscribes to */
export async function askOne(
  link: Link,
  { server, cid }: Pick<ParamsOf<Routes['getClusterConnection']>, 'server' | 'cid'>,
  state: number,
  signal: AbortSignal,
  detail = false,
) {
  const body = {
    auth: true,
    ...(detail && { subscriptions: true, subscriptions_detail: true }),
    cid,
    state,
    limit: 1,
  };
  const told = await askServers(link, subject, body, connz, signal);
  const here = told.find((one) => one.server.id === server);
  const from = here?.data.connections?.find((connection) => connection.cid === cid);
  return here && from ? { server: here.server, from } : null;
}

export async function getClusterConnection(
  links: Links,
  ctx: Ctx,
  { clusterId, ...at }: ParamsOf<Routes['getClusterConnection']>,
) {
  const { link, source } = await linkOf(links, ctx, clusterId);
  const own = source === 'account' ? await ownAccount(link, ctx.signal) : null;
  const askedAt = new Date().toISOString();
  const ask = async (state: number, detail: boolean) => {
    const found = await askOne(link, at, state, ctx.signal, detail);
    return found && (own === null || (found.from.account ?? global) === own) ? found : null;
  };
  // Asked for both at once, servers before 2.11 look among the closed ones only.
  for (const state of [states.open, states.closed]) {
    const short = await ask(state, false);
    if (!short) continue;
    const listed = short.from.subscriptions <= mostListed ? await ask(state, true) : null;
    const known = listed ?? short;
    return { ...detailsOf(known.server, known.from), source, askedAt };
  }
  throw notFound('This connection');
}

const detailsOf = (server: Told<unknown>['server'], from: ConnInfo) => ({
  ...connectionOf(server, from),
  issuer: tameOr(from.issuer_key),
  nameTag: tameOr(from.name_tag),
  tags: (from.tags ?? []).map(tame),
  subscriptionList: (from.subscriptions_list_detail ?? [])
    .slice(0, subscriptionsShown)
    .map(({ subject: to, qgroup, sid, msgs }) => ({ subject: tame(to), queue: tameOr(qgroup), sid, msgs })),
});
