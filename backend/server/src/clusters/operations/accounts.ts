import type { AccountUse, QueryOf, Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import { pageSorted } from '../../jetstream/sorted';
import type { Ctx } from '../../platform/handler';
import type { Link, Links } from '../link';
import { askServers, systemLink } from './ask';

type Query = QueryOf<Routes['listAccounts']>;
const count = z.number().default(0);
const traffic = z.object({ msgs: count, bytes: count }).default({ msgs: 0, bytes: 0 });
const accountz = z.object({ accounts: z.array(z.string()).nullish() });
const statz = z.object({
  account_statz: z
    .array(
      z.object({
        acc: z.string(),
        conns: count,
        leafnodes: count,
        slow_consumers: count,
        sent: traffic,
        received: traffic,
      }),
    )
    .nullish(),
});
const jsz = z.object({
  account_details: z
    .array(
      z.object({
        name: z.string(),
        memory: count,
        storage: count,
        api: z.object({ total: count, errors: count }).default({ total: 0, errors: 0 }),
      }),
    )
    .nullish(),
});
/** Accounts of one answer. */
const most = 1024;

type Statz = NonNullable<z.infer<typeof statz>['account_statz']>;
type Details = NonNullable<z.infer<typeof jsz>['account_details']>;

const nothing = (name: string): AccountUse => ({
  name,
  connections: 0,
  leafNodes: 0,
  slowConsumers: 0,
  inMsgs: 0,
  outMsgs: 0,
  inBytes: 0,
  outBytes: 0,
  jetstream: null,
});

/** Every server counts its own part: an account is the sum of them. */
export function sumAccounts(names: readonly string[], counted: Statz, held: Details): AccountUse[] {
  const sums = new Map(names.map((name) => [name, nothing(name)]));
  for (const part of counted) {
    const sum = sums.get(part.acc);
    if (!sum) continue;
    sum.connections += part.conns;
    sum.leafNodes += part.leafnodes;
    sum.slowConsumers += part.slow_consumers;
    sum.inMsgs += part.received.msgs;
    sum.outMsgs += part.sent.msgs;
    sum.inBytes += part.received.bytes;
    sum.outBytes += part.sent.bytes;
  }
  for (const { name, memory, storage, api } of held) {
    const sum = sums.get(name);
    if (!sum) continue;
    const { jetstream } = sum;
    sum.jetstream = {
      memory: memory + (jetstream?.memory ?? 0),
      storage: storage + (jetstream?.storage ?? 0),
      apiTotal: api.total + (jetstream?.apiTotal ?? 0),
      apiErrors: api.errors + (jetstream?.apiErrors ?? 0),
    };
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
async function countedBy(link: Link, names: readonly string[], signal: AbortSignal): Promise<Statz> {
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
async function heldBy(link: Link, signal: AbortSignal): Promise<Details> {
  const all: Details = [];
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

export async function listAccounts(links: Links, ctx: Ctx, clusterId: string, query: Query) {
  const link = await systemLink(links, ctx, clusterId);
  const askedAt = new Date().toISOString();
  const named = await askServers(link, '$SYS.REQ.SERVER.PING.ACCOUNTZ', {}, accountz, ctx.signal);
  const search = query.search?.toLowerCase() ?? '';
  const names = [...new Set(named.flatMap(({ data }) => data.accounts ?? []))].filter((name) =>
    name.toLowerCase().includes(search),
  );
  const [counted, held] = await Promise.all([countedBy(link, names, ctx.signal), heldBy(link, ctx.signal)]);
  const accounts = sumAccounts(names, counted, held);
  return {
    ...pageSorted(
      accounts,
      query,
      (account) => valueOf(query.sort, account),
      ({ name }) => name,
    ),
    servers: named.length,
    askedAt,
  };
}
