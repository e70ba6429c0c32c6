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
        num_subscriptions: count,
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

/** Every server counts its own part: an account is the sum of them. */
export function sumAccounts(names: readonly string[], counted: Statz, held: Details): AccountUse[] {
  return [...new Set(names)].map((name) => {
    const parts = counted.filter(({ acc }) => acc === name);
    const stored = held.filter((part) => part.name === name);
    const sum = <T>(of: readonly T[], read: (part: T) => number) => of.reduce((total, part) => total + read(part), 0);
    return {
      name,
      connections: sum(parts, (part) => part.conns),
      leafNodes: sum(parts, (part) => part.leafnodes),
      subscriptions: sum(parts, (part) => part.num_subscriptions),
      slowConsumers: sum(parts, (part) => part.slow_consumers),
      inMsgs: sum(parts, (part) => part.received.msgs),
      outMsgs: sum(parts, (part) => part.sent.msgs),
      inBytes: sum(parts, (part) => part.received.bytes),
      outBytes: sum(parts, (part) => part.sent.bytes),
      jetstream:
        stored.length === 0
          ? null
          : {
              memory: sum(stored, (part) => part.memory),
              storage: sum(stored, (part) => part.storage),
              apiTotal: sum(stored, (part) => part.api.total),
              apiErrors: sum(stored, (part) => part.api.errors),
            },
    };
  });
}

const valueOf = (sort: Query['sort'], account: AccountUse): string | number | null =>
  ({
    name: account.name.toLowerCase(),
    connections: account.connections,
    storage: account.jetstream?.storage ?? null,
    memory: account.jetstream?.memory ?? null,
    api_errors: account.jetstream?.apiErrors ?? null,
  })[sort];

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
  const [counted, held] = await Promise.all([
    askServers(link, '$SYS.REQ.ACCOUNT.PING.STATZ', { accounts: names, include_unused: true }, statz, ctx.signal),
    heldBy(link, ctx.signal),
  ]);
  const accounts = sumAccounts(
    names,
    counted.flatMap(({ data }) => data.account_statz ?? []),
    held,
  );
  return {
    ...pageSorted(
      accounts,
      query,
      (account) => valueOf(query.sort, account),
      ({ name }) => name,
    ),
    askedAt,
  };
}
