import type { AccountTier, Limited } from '@jetstream-console/contract';
import { z } from 'zod';

/** A set of limits as `$JS.API.INFO` says it: -1 is no limit, and for counts 0 as well. */
export const toldLimits = z.object({
  max_memory: z.number(),
  max_storage: z.number(),
  max_streams: z.number(),
  max_consumers: z.number(),
  max_ack_pending: z.number().default(-1),
  memory_max_stream_bytes: z.number().default(-1),
  storage_max_stream_bytes: z.number().default(-1),
  max_bytes_required: z.boolean().default(false),
});
export type ToldLimits = z.infer<typeof toldLimits>;

const nothing = 0;
const claimed = z.object({
  mem_storage: z.number().default(nothing),
  disk_storage: z.number().default(nothing),
  streams: z.number().default(nothing),
  consumer: z.number().default(nothing),
  max_ack_pending: z.number().default(nothing),
  mem_max_stream_bytes: z.number().default(nothing),
  disk_max_stream_bytes: z.number().default(nothing),
  max_bytes_required: z.boolean().default(false),
});
const toTold = (claims: z.infer<typeof claimed>): ToldLimits => ({
  max_memory: claims.mem_storage,
  max_storage: claims.disk_storage,
  max_streams: claims.streams,
  max_consumers: claims.consumer,
  max_ack_pending: claims.max_ack_pending,
  memory_max_stream_bytes: claims.mem_max_stream_bytes,
  storage_max_stream_bytes: claims.disk_max_stream_bytes,
  max_bytes_required: claims.max_bytes_required,
});

/** Limits by tier; the key of an account without tiers is empty. */
export type LimitsByTier = ReadonlyMap<string, ToldLimits>;

/** The limits of an account's JWT. A flat set that allows neither storage nor memory is none, as servers read it. */
export const claimedLimits = claimed
  .extend({ tiered_limits: z.record(z.string(), claimed).default({}) })
  .transform((claims): LimitsByTier => {
    const { tiered_limits: tiers, ...flat } = claims;
    return flat.disk_storage !== 0 || flat.mem_storage !== 0
      ? new Map([['', toTold(flat)]])
      : new Map(Object.entries(tiers).map(([tier, limits]) => [tier, toTold(limits)]));
  });

/** What of an account is used in one tier, or in all of an account without tiers. Bytes are those of all copies. */
export interface Used {
  readonly storage: number;
  readonly memory: number;
  /** null where nobody tells it */
  readonly reservedStorage: number | null;
  readonly reservedMemory: number | null;
  readonly streams: number | null;
  readonly consumers: number | null;
  readonly consumersOfStream: number | null;
  readonly streamStorage: number | null;
  readonly streamMemory: number | null;
}

export const limitedOf = (used: number | null, max: number | null): Limited => ({
  used,
  max,
  share: used !== null && max !== null && max > 0 ? used / max : null,
});
const sizeOf = (max: number) => (max < 0 ? null : max);
const countOf = (max: number) => (max <= 0 ? null : max);

/** How often a byte is counted that the limit counts once: a tier's limit is for one copy, a flat one for all. */
const copiesOf = (tier: string): number => Number(/^R(\d+)$/.exec(tier)?.[1] ?? 1);

/** @param limits null where there are none for streams that are there; undefined ones of it nobody tells */
export function tierOf(
  tier: string,
  used: Used,
  limits: (Pick<ToldLimits, 'max_memory' | 'max_storage'> & Partial<ToldLimits>) | null,
): AccountTier {
  const copies = copiesOf(tier);
  const told = (use: number | null, max: number | undefined, of: (max: number) => number | null) =>
    max === undefined ? null : limitedOf(use, of(max));
  const bytes = (use: number, max: number | undefined) => limitedOf(use / copies, max === undefined ? 0 : sizeOf(max));
  const reserved = (use: number | null, max: number | undefined) => (use === null ? null : told(use, max, sizeOf));
  return {
    tier: tier === '' ? null : tier,
    allowed: limits !== null,
    storage: bytes(used.storage, limits?.max_storage),
    memory: bytes(used.memory, limits?.max_memory),
    reservedStorage: reserved(used.reservedStorage, limits?.max_storage),
    reservedMemory: reserved(used.reservedMemory, limits?.max_memory),
    streams: told(used.streams, limits?.max_streams, countOf),
    consumers: used.consumers,
    consumersOfStream: told(used.consumersOfStream, limits?.max_consumers, countOf),
    streamStorage: told(used.streamStorage, limits?.storage_max_stream_bytes, countOf),
    streamMemory: told(used.streamMemory, limits?.memory_max_stream_bytes, countOf),
    ackPending: told(null, limits?.max_ack_pending, countOf),
    maxBytesRequired: limits?.max_bytes_required ?? null,
  };
}

/** Servers tell a tier without limits, of which streams are left, with zeros all over. */
export const isNone = (limits: ToldLimits): boolean =>
  limits.max_memory === 0 && limits.max_storage === 0 && limits.max_streams === 0 && limits.max_consumers === 0;
