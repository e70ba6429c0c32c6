import type { AccountTier, ParamsOf, ResponseOf, Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import { ownLimits } from '../../jetstream/account';
import { tierOf, type LimitsByTier, type ToldLimits, type Used } from '../../jetstream/accountTiers';
import { ApiError, notFound } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { Link, Links } from '../link';
import { claimsOf, countedBy, detail, flatLimits, namedBy, sumAccounts, type Detail } from './accounts';
import { askServers, systemLink } from './ask';
import { askOne, connectionOf, states } from './connections';

const count = z.number().default(0);
const stream = z.object({
  name: z.string(),
  config: z.object({ num_replicas: z.number().default(1), storage: z.string().default('file'), max_bytes: count }),
  state: z.object({ bytes: count, consumer_count: count }),
});
type Stream = z.infer<typeof stream>;
const jsz = z.object({
  account_details: z.array(detail.extend({ stream_detail: z.array(stream).nullish() })).nullish(),
});

/** Each stream once: of its copies the largest, since one that is made anew has not all of it yet. */
function uniqueStreams(copies: readonly Stream[]): Stream[] {
  const streams = new Map<string, Stream>();
  for (const copy of copies) {
    const known = streams.get(copy.name);
    if (!known || known.state.bytes < copy.state.bytes) streams.set(copy.name, copy);
  }
  return [...streams.values()];
}

const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
const largest = (values: readonly number[]) => (values.length === 0 ? null : Math.max(...values));

/** @param tiered whether `max_bytes` counts once, as a tier's limit does, or for each copy */
export function useOf(streams: readonly Stream[], tiered: boolean): Used {
  const of = (storage: string) => streams.filter(({ config }) => config.storage === storage);
  const held = (storage: string) => sum(of(storage).map(({ config, state }) => state.bytes * config.num_replicas));
  const limits = (storage: string) => of(storage).filter(({ config }) => config.max_bytes > 0);
  const reserved = (storage: string) =>
    sum(limits(storage).map(({ config }) => config.max_bytes * (tiered ? 1 : config.num_replicas)));
  const most = (storage: string) => largest(limits(storage).map(({ config }) => config.max_bytes));
  const consumers = streams.map(({ state }) => state.consumer_count);
  return {
    storage: held('file'),
    memory: held('memory'),
    reservedStorage: reserved('file'),
    reservedMemory: reserved('memory'),
    streams: streams.length,
    consumers: sum(consumers),
    consumersOfStream: largest(consumers),
    streamStorage: most('file'),
    streamMemory: most('memory'),
  };
}

type FlatLimits = Pick<ToldLimits, 'max_memory' | 'max_storage'> & Partial<ToldLimits>;

/** One set of limits and what is used of it; where there are tiers, each that has limits or streams. */
export function tiersOf(streams: readonly Stream[], limits: ReadonlyMap<string, FlatLimits>): AccountTier[] {
  const flat = limits.get('');
  if (flat) return [tierOf('', useOf(streams, false), flat)];
  const tierName = ({ config }: Stream) => `R${config.num_replicas}`;
  const tiers = [...new Set([...limits.keys(), ...streams.map(tierName)])].sort();
  return tiers.map((tier) => {
    const own = streams.filter((one) => tierName(one) === tier);
    return tierOf(tier, useOf(own, true), limits.get(tier) ?? null);
  });
}

/** The account that the cluster's own credential is in; null where its log-in opens no connection. */
async function ownAccount(links: Links, ctx: Ctx, clusterId: string, system: Link) {
  try {
    const link = await links.open(ctx, clusterId);
    const { info } = link.nc;
    if (!info) return null;
    const at = { server: info.server_id, cid: info.client_id };
    const found = await askOne(system, at, states.open, ctx.signal);
    return found && { link, account: connectionOf(found.server, found.from).account };
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

interface Known {
  readonly limits: ReadonlyMap<string, FlatLimits>;
  readonly from: ResponseOf<Routes['getAccount']>['limitsFrom'];
}

async function limitsOf(
  { links, ctx, clusterId, system, server }: Asking,
  account: string,
  held: Detail,
): Promise<Known> {
  const own = await ownAccount(links, ctx, clusterId, system);
  if (own?.account === account) return { limits: await ownLimits(own.link, ctx.signal), from: 'account' };
  const claimed: LimitsByTier | null = await claimsOf(system, server, account, ctx.signal);
  if (claimed) return { limits: claimed, from: 'jwt' };
  return { limits: new Map([['', flatLimits(held)]]), from: 'servers' };
}

interface Asking {
  readonly links: Links;
  readonly ctx: Ctx;
  readonly clusterId: string;
  readonly system: Link;
  readonly server: string;
}

export async function getAccount(
  links: Links,
  ctx: Ctx,
  { clusterId, account }: ParamsOf<Routes['getAccount']>,
): Promise<ResponseOf<Routes['getAccount']>> {
  const system = await systemLink(links, ctx, clusterId);
  const askedAt = new Date().toISOString();
  const [{ names, servers }, counted, told] = await Promise.all([
    namedBy(system, ctx.signal),
    countedBy(system, [account], ctx.signal),
    askServers(
      system,
      '$SYS.REQ.SERVER.PING.JSZ',
      { account, accounts: true, streams: true, config: true },
      jsz,
      ctx.signal,
    ),
  ]);
  if (!names.includes(account)) throw notFound(`The account ${account}`);
  const held = told
    .flatMap(({ data }) => data.account_details ?? [])
    .filter(({ id, name }) => (id ?? name) === account);
  const [use] = sumAccounts([account], counted, held);
  const [first] = held;
  if (!use) throw notFound(`The account ${account}`);
  if (!first || use.jetstream === null)
    return { ...use, tiers: [], limitsFrom: null, servers: servers.length, askedAt };
  const [server = ''] = servers;
  const known = await limitsOf({ links, ctx, clusterId, system, server }, account, first);
  const tiers = tiersOf(uniqueStreams(held.flatMap((one) => one.stream_detail ?? [])), known.limits);
  const named = tiers.flatMap(({ tier }) => (tier === null ? [] : [tier]));
  const limits = named.length > 0 ? null : use.jetstream.limits;
  return {
    ...use,
    jetstream: { ...use.jetstream, limits, tiers: named },
    tiers,
    limitsFrom: known.from,
    servers: servers.length,
    askedAt,
  };
}
