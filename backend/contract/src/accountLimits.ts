import { z } from 'zod';

/** What is used of a limit. */
export const limited = z.object({
  /** null where nobody tells it */
  used: z.number().nullable(),
  /** null for no limit */
  max: z.number().nullable(),
  /** 0..1 and beyond; null without a limit, or where the use is not known */
  share: z.number().nullable(),
});
export type Limited = z.infer<typeof limited>;

/** A limit of which nobody tells whether there is one is null. */
const toldOrNot = limited.nullable();

/** What one set of limits allows, and what is used of it. */
export const accountTier = z.object({
  /** `R3` holds for streams with three copies; null is the one set of an account without tiers */
  tier: z.string().nullable(),
  /** false: streams are there that no set of limits is for; they take no message more */
  allowed: z.boolean(),
  /** bytes as the limit counts them: in a tier those of one copy, without tiers those of all copies */
  storage: limited,
  memory: limited,
  /** what `max_bytes` of the streams sets aside, held against the same limit when a stream is made or changed */
  reservedStorage: toldOrNot,
  reservedMemory: toldOrNot,
  streams: toldOrNot,
  /** all of them; no limit is for their sum */
  consumers: z.number().nullable(),
  /** of one stream: what the one with most of them has */
  consumersOfStream: toldOrNot,
  /** bytes of one stream: what its `max_bytes` may be at most; the use is the largest one's */
  streamStorage: toldOrNot,
  streamMemory: toldOrNot,
  /** of one consumer: what its `max_ack_pending` may be at most */
  ackPending: toldOrNot,
  /** whether each stream has to set `max_bytes`; null where nobody tells */
  maxBytesRequired: z.boolean().nullable(),
});
export type AccountTier = z.infer<typeof accountTier>;

/** NATS keeps up to five copies. */
const mostCopies = 5;

/** Numbers of copies that a tiered account has no limits for: streams with so many are refused. Empty without tiers. */
export function copiesWithoutTier(tiers: readonly Pick<AccountTier, 'tier' | 'allowed'>[]): number[] {
  if (tiers.some(({ tier }) => tier === null)) return [];
  const allowed = new Set(tiers.filter((one) => one.allowed).map(({ tier }) => tier));
  return Array.from({ length: mostCopies }, (_, i) => i + 1).filter((copies) => !allowed.has(`R${copies}`));
}
