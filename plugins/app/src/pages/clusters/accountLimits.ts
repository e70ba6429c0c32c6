import { copiesWithoutTier, type AccountTier, type Limited } from '@jetstream-console/contract';
import { bytes, exact } from '../../format';

export interface LimitRow {
  readonly name: string;
  /** null where nobody tells it, or where it says nothing */
  readonly used: string | null;
  readonly max: string;
  readonly share: number | null;
}

const inWords = (limited: Limited, show: (n: number) => string, zero: string): string =>
  limited.max === null ? 'no limit' : limited.max === 0 ? zero : show(limited.max);

const row = (name: string, limited: Limited | null, show: (n: number) => string): LimitRow[] =>
  limited === null
    ? []
    : [
        {
          name,
          used: limited.used === null ? null : show(limited.used),
          max: inWords(limited, show, 'none allowed'),
          share: limited.share,
        },
      ];

/** Each limit of a set in words, with what is used of it; what nobody tells is left out. */
export const limitRows = (tier: AccountTier): LimitRow[] => [
  ...row(tier.tier === null ? 'File storage of all copies' : 'File storage of one copy', tier.storage, bytes),
  ...row(tier.tier === null ? 'Memory of all copies' : 'Memory of one copy', tier.memory, bytes),
  ...row('Storage set aside by max_bytes', tier.reservedStorage, bytes),
  ...row('Memory set aside by max_bytes', tier.reservedMemory, bytes),
  ...row('Streams', tier.streams, exact),
  ...row('Consumers of one stream', tier.consumersOfStream, exact),
  ...row('max_bytes of one stream on disk', tier.streamStorage, bytes),
  ...row('max_bytes of one stream in memory', tier.streamMemory, bytes),
  ...row('max_ack_pending of one consumer', tier.ackPending, exact),
  ...(tier.maxBytesRequired === null
    ? []
    : [
        {
          name: 'max_bytes of each stream',
          used: null,
          max: tier.maxBytesRequired ? 'has to be set' : 'may be left out',
          share: null,
        },
      ]),
];

export const tierTitle = ({ tier }: AccountTier): string =>
  tier === null
    ? 'Limits of the account'
    : tier === 'R1'
      ? 'R1: streams of one copy'
      : `${tier}: streams of ${tier.slice(1)} copies`;

const listed = (copies: readonly number[]): string => copies.map((n) => `R${n}`).join(', ');

/** What an account with tiers may not have at all; null where there is nothing of the kind. */
export function refusedCopies(tiers: readonly AccountTier[]): string | null {
  if (tiers.length === 0) return null;
  const copies = copiesWithoutTier(tiers);
  return copies.length === 0 ? null : `No tier for ${listed(copies)}: a stream with so many copies is refused.`;
}

/** Whether a set of limits says more than how much may be stored and how many streams there may be. */
export const saysMore = ({ streamStorage, streamMemory, ackPending, maxBytesRequired }: AccountTier): boolean =>
  maxBytesRequired === true ||
  [streamStorage, streamMemory, ackPending].some((one) => one !== null && one.max !== null);
