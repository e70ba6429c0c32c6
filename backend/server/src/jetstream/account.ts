import { z } from 'zod';
import type { Link } from '../clusters/link';
import { tierOf, isNone, toldLimits, type LimitsByTier, type Used } from './accountTiers';
import { apiRequest, parseReply } from './api';

const count = z.number().default(0);
const tierUse = z.object({
  memory: count,
  storage: count,
  streams: count,
  consumers: count,
  /** `max_bytes` of the streams, summed; since 2.9 */
  reserved_memory: z.number().optional(),
  reserved_storage: z.number().optional(),
});
const reply = tierUse.extend({
  domain: z.string().optional(),
  limits: toldLimits.optional(),
  tiers: z.record(z.string(), tierUse.extend({ limits: toldLimits })).nullish(),
  api: z.object({ level: z.number().default(0), total: z.number().default(0), errors: z.number().default(0) }),
});
type Info = z.infer<typeof reply>;

const readInfo = async (link: Link, signal: AbortSignal): Promise<Info> =>
  parseReply(reply, await apiRequest(link, 'INFO', undefined, signal), 'INFO');

/** Where there are tiers, servers fill the account's own limits with zeros that mean nothing. */
const flatOf = ({ limits, tiers }: Info) => (tiers ? null : (limits ?? null));

const usedOf = (use: z.infer<typeof tierUse>, tiered: boolean): Used => ({
  memory: use.memory,
  storage: use.storage,
  // Without tiers every copy is held against the limit, and servers sum the streams' own `max_bytes`.
  reservedMemory: tiered ? (use.reserved_memory ?? null) : null,
  reservedStorage: tiered ? (use.reserved_storage ?? null) : null,
  streams: use.streams,
  consumers: use.consumers,
  consumersOfStream: null,
  streamStorage: null,
  streamMemory: null,
});

function tiersOf(info: Info) {
  const flat = flatOf(info);
  if (flat) return [tierOf('', usedOf(info, false), flat)];
  return Object.entries(info.tiers ?? {})
    .map(([tier, use]) => tierOf(tier, usedOf(use, true), isNone(use.limits) ? null : use.limits))
    .sort((a, b) => (a.tier ?? '').localeCompare(b.tier ?? ''));
}

/** The account's limits as `$JS.API.INFO` says them. */
export async function ownLimits(link: Link, signal: AbortSignal): Promise<LimitsByTier> {
  const info = await readInfo(link, signal);
  const flat = flatOf(info);
  if (flat) return new Map([['', flat]]);
  const tiers = Object.entries(info.tiers ?? {}).filter(([, { limits }]) => !isNone(limits));
  return new Map(tiers.map(([tier, { limits }]) => [tier, limits]));
}

/**
 * The account's use and limits, as `$JS.API.INFO` says them.
 * @returns `limits` of the account as a whole, -1 for no limit; null where they are by tier
 */
export async function accountInfo(link: Link, signal: AbortSignal) {
  const info = await readInfo(link, signal);
  const limits = flatOf(info);
  return {
    domain: info.domain ?? null,
    memory: info.memory,
    storage: info.storage,
    streams: info.streams,
    consumers: info.consumers,
    limits: limits && {
      maxMemory: limits.max_memory,
      maxStorage: limits.max_storage,
      maxStreams: limits.max_streams,
      maxConsumers: limits.max_consumers,
    },
    tiers: tiersOf(info),
    api: info.api,
  };
}
