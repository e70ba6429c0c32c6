import type { Baseline, Increase, Moment } from './increase';
import type { Merge } from './merge';
import type { AccountFigures, ConsumerFigures, ConsumerLimits, StreamFigures, StreamLimits } from './readers';

/** A figure, and when the answer that holds it came in. */
export interface Read<T> {
  readonly at: Moment;
  readonly figures: T;
}

interface Asset<Figures, Limits> {
  readonly name: string;
  /** the copies of the present collection; null while none came in */
  merge: Merge<Read<Figures>> | null;
  /** its configuration as last seen; null while it was never read */
  limits: Limits | null;
  base: Baseline | null;
  /** becomes the base when the batch that holds its row is safe */
  next: Baseline | null;
  /** what its last row said */
  increase: Increase | null;
  /** servers that were last known to hold it */
  holders: readonly string[];
  /** LIST named it and could not ask it */
  listed: 'missing' | 'offline' | null;
}
export type Consumer = Asset<ConsumerFigures, ConsumerLimits>;
export interface Stream extends Asset<StreamFigures, StreamLimits> {
  /** the stream's size at its base: it may fall, so it is no counter */
  baseBytes: number;
  nextBytes: number;
  /** its consumers could not be listed in the present collection */
  unlisted: boolean;
  readonly consumers: Map<string, Consumer>;
}

export interface Account {
  readonly name: string;
  readonly domain: string;
  readonly streams: Map<string, Stream>;
  /** what each server says of it, with the id of the server's process */
  readonly figures: Map<string, Read<AccountFigures> & { readonly process: string }>;
  /** by server */
  readonly bases: Map<string, Baseline>;
  readonly nextBases: Map<string, Baseline>;
  /** when a collection last saw all of it: what was not there then is new now */
  complete: Moment | null;
}

const keyOf = (account: string, domain: string) => `${account}\0${domain}`;

/** All that is remembered of a cluster from one collection to the next. */
export interface State {
  readonly accounts: Map<string, Account>;
  readonly servers: Map<string, Baseline>;
  readonly nextServers: Map<string, Baseline>;
}
export const newState = (): State => ({ accounts: new Map(), servers: new Map(), nextServers: new Map() });

export function accountIn(state: State, name: string, domain: string): Account {
  const key = keyOf(name, domain);
  const found = state.accounts.get(key) ?? {
    name,
    domain,
    streams: new Map<string, Stream>(),
    figures: new Map(),
    bases: new Map(),
    nextBases: new Map(),
    complete: null,
  };
  state.accounts.set(key, found);
  return found;
}

const asset = { merge: null, limits: null, base: null, next: null, increase: null, holders: [], listed: null } as const;

export function streamIn(account: Account, name: string): Stream {
  const found = account.streams.get(name) ?? {
    ...asset,
    name,
    baseBytes: 0,
    nextBytes: 0,
    unlisted: false,
    consumers: new Map<string, Consumer>(),
  };
  account.streams.set(name, found);
  return found;
}

export function consumerIn(stream: Stream, name: string): Consumer {
  const found = stream.consumers.get(name) ?? { ...asset, name };
  stream.consumers.set(name, found);
  return found;
}

/** Forgets the copies of the last collection, keeps what increases are taken from. */
export function beginCollection(state: State): void {
  state.nextServers.clear();
  for (const account of state.accounts.values()) {
    account.figures.clear();
    account.nextBases.clear();
    for (const stream of account.streams.values()) {
      stream.merge = stream.listed = stream.next = null;
      stream.unlisted = false;
      for (const consumer of stream.consumers.values()) consumer.merge = consumer.listed = consumer.next = null;
    }
  }
}
