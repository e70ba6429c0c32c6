import type { AccountUse, QueryOf, Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import { claimedLimits, limitedOf } from '../../jetstream/accountTiers';
import { atMost } from '../../jetstream/api';
import { pageSorted } from '../../jetstream/sorted';
import type { Ctx } from '../../platform/handler';
import type { Link, Links } from '../link';
import { askServers, systemLink } from './ask';
import { tame } from './told';

type Query = QueryOf<Routes['listAccounts']>;
const count = z.number().default(0);
const traffic = z.object({ msgs: count, bytes: count }).default({ msgs: 0, bytes: 0 });
const accountz = z.object({ accounts: z.array(z.string()).nullish() });
const statz = z.object({
  account_statz: z
    .array(
      z.object({
        acc: z.string(),
        name: z.string().optional(),
        conns: count,
        leafnodes: count,
        slow_consumers: count,
        sent: traffic,
        received: traffic,
      }),
    )
    .nullish(),
});
export const detail = z.object({
  name: z.string(),
  id: z.string().optional(),
  memory: count,
  storage: count,
  /** the limits of an account without tiers: 64 bits with all of them set is none; of one with tiers 0 */
  reserved_memory: count,
  reserved_storage: count,
  api: z.object({ total: count, errors: count }).default({ total: 0, errors: 0 }),
});
export type Detail = z.infer<typeof detail>;
const jsz = z.object({ account_details: z.array(detail).nullish() });
const claims = z.object({
  account_detail: z.object({
    decoded_jwt: z.object({ nats: z.object({ limits: claimedLimits }) }).optional(),
  }),
});
/** Accounts of one answer. */
const most = 1024;
const atOnce = 4;

type Statz = NonNullable<z.infer<typeof statz>['account_statz']>;

const nothing = (name: string): AccountUse => ({
  name,
  nameTag: null,
  connections: 0,
  leafNodes: 0,
  slowConsumers: 0,
  inMsgs: 0,
  outMsgs: 0,
  inBytes: 0,
  outBytes: 0,
  jetstream: null,
});

/** From here on JSON has lost digits: -1 as a number without a sign. */
const noLimit = 2 ** 63;
const maxOf = (reserved: number) => (reserved >= noLimit ? -1 : reserved);
export const flatLimits = (held: Detail) => ({
  max_memory: maxOf(held.reserved_memory),
  max_storage: maxOf(held.reserved_storage),
});
const tagOf = (id: string, name: string | undefined) => (name === undefined || name === id ? null : tame(name));

function withHeld(jetstream: AccountUse['jetstream'], held: Detail): AccountUse['jetstream'] {
  const { max_memory, max_storage } = flatLimits(held);
  const memory = Math.max(held.memory, jetstream?.memory ?? 0);
  const storage = Math.max(held.storage, jetstream?.storage ?? 0);
  return {
    memory,
    storage,
    apiTotal: Math.max(held.api.total, jetstream?.apiTotal ?? 0),
    apiErrors: Math.max(held.api.errors, jetstream?.apiErrors ?? 0),
    limits: {
      memory: limitedOf(memory, max_memory < 0 ? null : max_memory),
      storage: limitedOf(storage, max_storage < 0 ? null : max_storage),
    },
    tiers: [],
  };
}

/**
 * Every server counts its own clients: an account has their sum. Of JetStream each tells what the whole cluster holds,
 * some seconds old where others hold it: the largest is taken.
 */
export function sumAccounts(names: readonly string[], counted: Statz, held: readonly Detail[]): AccountUse[] {
  const sums = new Map(names.map((name) => [name, nothing(name)]));
  for (const part of counted) {
    const sum = sums.get(part.acc);
    if (!sum) continue;
    sum.nameTag ??= tagOf(part.acc, part.name);
    sum.connections += part.conns;
    sum.leafNodes += part.leafnodes;
    sum.slowConsumers += part.slow_consumers;
    sum.inMsgs += part.received.msgs;
    sum.outMsgs += part.sent.msgs;
    sum.inBytes += part.received.bytes;
    sum.outBytes += part.sent.bytes;
  }
  for (const part of held) {
    const id = part.id ?? part.name;
    const sum = sums.get(id);
    if (!sum) continue;
    sum.nameTag ??= tagOf(id, part.name);
    sum.jetstream = withHeld(sum.jetstream, part);
  }
  return [...sums.values()];
}

const valueOf = (sort: Query['sort'], account: AccountUse): string | number | null =>
  ({
    name: account.name.toLowerCase(),
    connections: account.connections,
    storage: account.jetstream?.storage ?? null,
    memory: account.jetstream?.memory ?? null,
    api_errors: account.jetstream?.apiErrors ?? null,
  })[sort];

/** Connections and traffic; asked for no account at all, servers answer of every one. */
export async function countedBy(link: Link, names: readonly string[], signal: AbortSignal): Promise<Statz> {
  const all: Statz = [];
  for (let i = 0; i < names.length; i += most) {
    const accounts = names.slice(i, i + most);
    const body = { accounts, include_unused: true };
    const told = await askServers(link, '$SYS.REQ.ACCOUNT.PING.STATZ', body, statz, signal);
    all.push(...told.flatMap(({ data }) => data.account_statz ?? []));
  }
  return all;
}

/** JetStream of all accounts; each server answers with a page of its own. */
async function heldBy(link: Link, signal: AbortSignal): Promise<Detail[]> {
  const all: Detail[] = [];
  for (let offset = 0; ; offset += most) {
    const told = await askServers(
      link,
      '$SYS.REQ.SERVER.PING.JSZ',
      { accounts: true, limit: most, offset },
      jsz,
      signal,
    );
    const pages = told.map(({ data }) => data.account_details ?? []);
    all.push(...pages.flat());
    if (pages.every((page) => page.length < most)) return all;
  }
}

/** Names of all accounts, and a server that knows of them. */
export async function namedBy(link: Link, signal: AbortSignal) {
  const told = await askServers(link, '$SYS.REQ.SERVER.PING.ACCOUNTZ', {}, accountz, signal);
  const names = [...new Set(told.flatMap(({ data }) => data.accounts ?? []))];
  return { names, servers: told.map(({ server }) => server.id) };
}

/** The limits that an account's JWT claims, as one server has it. @returns null where it has none */
export async function claimsOf(link: Link, server: string, account: string, signal: AbortSignal) {
  const subject = `$SYS.REQ.SERVER.${server}.ACCOUNTZ`;
  const [told] = await askServers(link, subject, { account }, claims, signal, 1);
  return told?.data.account_detail.decoded_jwt?.nats.limits ?? null;
}

/** An account with tiers looks to JSZ as one that may hold nothing: its JWT says which it is. */
async function withTiers(link: Link, server: string, account: AccountUse, signal: AbortSignal): Promise<AccountUse> {
  const { jetstream } = account;
  if (jetstream?.limits?.storage.max !== 0 || jetstream.limits.memory.max !== 0) return account;
  const limits = await claimsOf(link, server, account.name, signal);
  const tiers = [...(limits?.keys() ?? [])].filter((tier) => tier !== '').sort();
  return tiers.length === 0 ? account : { ...account, jetstream: { ...jetstream, limits: null, tiers } };
}

export async function listAccounts(links: Links, ctx: Ctx, clusterId: string, query: Query) {
  const link = await systemLink(links, ctx, clusterId);
  const askedAt = new Date().toISOString();
  const { names, servers } = await namedBy(link, ctx.signal);
  const [counted, held] = await Promise.all([countedBy(link, names, ctx.signal), heldBy(link, ctx.signal)]);
  const search = query.search?.toLowerCase() ?? '';
  const accounts = sumAccounts(names, counted, held).filter(({ name, nameTag }) =>
    [name, nameTag].some((said) => said?.toLowerCase().includes(search)),
  );
  const page = pageSorted(
    accounts,
    query,
    (account) => valueOf(query.sort, account),
    ({ name }) => name,
  );
  const [server = ''] = servers;
  return {
    ...page,
    items: await atMost(atOnce, page.items, (account) => withTiers(link, server, account, ctx.signal)),
    servers: servers.length,
    askedAt,
  };
}
