import type { AccountRow } from './accountRow';
import { elapsedBetween, type Baseline, type Increase, type Moment } from './increase';
import { byList } from './intake';
import type { AccountFigures } from './readers';
import type { InAccount } from './rows';
import type { Account } from './state';

/** What an account says of itself, where it can be asked. */
export interface AccountInfo {
  readonly domain: string;
  readonly at: Moment;
  readonly maxStreams: number;
  readonly maxConsumers: number;
  readonly figures: AccountFigures;
}

const requestsOf = ({ counters }: Baseline) => counters[0] ?? 0;
const furthest = (bases: readonly Baseline[]): Baseline | null =>
  bases.reduce<Baseline | null>((most, base) => (most && requestsOf(most) >= requestsOf(base) ? most : base), null);

/**
 * Every server counts the calls of the whole account, those of the others as these tell it every second or so: the
 * one that is furthest on is right, now and then. Only servers that spoke both times and did not start anew between
 * are compared: one that did has forgotten its own part and first has to hear of the others'.
 */
function growthOf(before: ReadonlyMap<string, Baseline>, now: ReadonlyMap<string, Baseline>): Increase {
  const pairs = [...now].flatMap(([server, base]) => {
    const last = before.get(server);
    return last?.created === base.created ? [{ last, base }] : [];
  });
  const from = furthest(pairs.map(({ last }) => last));
  const to = furthest(pairs.map(({ base }) => base));
  if (!from || !to) return { values: [0, 0], elapsedMs: 0, reset: before.size === 0 ? 'first' : 'reset' };
  const most = (which: 'last' | 'base', nth: number) =>
    Math.max(...pairs.map((pair) => pair[which].counters[nth] ?? 0));
  const values = [0, 1].map((nth) => most('base', nth) - most('last', nth));
  const elapsedMs = elapsedBetween(from.at, to.at);
  // It went back: a server that had counted started anew, and the others have heard so.
  return values.some((value) => value < 0) || elapsedMs === 0
    ? { values: [0, 0], elapsedMs: 0, reset: 'reset' }
    : { values, elapsedMs, reset: '' };
}

/**
 * The account as a whole. What a server says of it is of the whole cluster already, some seconds old where others
 * hold the account's streams, and less while it starts: the largest is taken, and nothing is added up.
 * @returns null where nobody says anything of it
 */
export function accountSample(
  account: Account,
  info: AccountInfo | null,
  common: InAccount,
): { row: AccountRow; adopt: () => void } | null {
  const parts =
    account.figures.size > 0
      ? [...account.figures]
      : info
        ? [[byList, { at: info.at, figures: info.figures, process: byList }] as const]
        : [];
  const [first, ...others] = parts;
  if (!first) return null;
  const figures = others.reduce<AccountFigures>(
    (all, [, { figures: one }]) => ({
      ...all,
      memory: Math.max(all.memory, one.memory),
      storage: Math.max(all.storage, one.storage),
      apiRequests: Math.max(all.apiRequests, one.apiRequests),
      apiErrors: Math.max(all.apiErrors, one.apiErrors),
    }),
    first[1].figures,
  );
  for (const [server, { at, figures: said, process }] of parts)
    account.nextBases.set(server, { created: process, at, counters: [said.apiRequests, said.apiErrors] });
  const next = new Map(account.nextBases);
  let consumers = 0;
  for (const stream of account.streams.values()) consumers += stream.consumers.size;
  return {
    row: {
      common,
      streams: account.streams.size,
      consumers,
      figures,
      maxStreams: info?.maxStreams ?? null,
      maxConsumers: info?.maxConsumers ?? null,
      increase: growthOf(account.bases, next),
    },
    // All of one collection: bases of two would cover different times.
    adopt: () => {
      account.bases = next;
    },
  };
}
