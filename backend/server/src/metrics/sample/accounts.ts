import type { AccountRow } from './accountRow';
import { addIncrease, idle } from './assets';
import { increaseSince, type Moment } from './increase';
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

/**
 * The account as a whole: what its servers say of it is added up, each server's counters compared with its own last.
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
  const samples = parts.map(([server, { at, figures, process }]) => ({
    server,
    base: { created: process, at, counters: [figures.apiRequests, figures.apiErrors] },
  }));
  const figures = others.reduce<AccountFigures>(
    (all, [, { figures: one }]) => ({
      ...all,
      memory: all.memory + one.memory,
      storage: all.storage + one.storage,
      apiRequests: all.apiRequests + one.apiRequests,
      apiErrors: all.apiErrors + one.apiErrors,
    }),
    first[1].figures,
  );
  for (const { server, base } of samples) account.nextBases.set(server, base);
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
      increase: samples
        .map(({ server, base }) => increaseSince(account.bases.get(server) ?? null, { ...base, start: [0, 0] }, null))
        .reduce(addIncrease, idle),
    },
    adopt: () => {
      for (const { server, base } of samples) account.bases.set(server, base);
    },
  };
}
