import type { Baseline, Moment } from './increase';
import { beginClaims, newClaims, type Claims } from './merge';
import {
  noConsumerFigures,
  noStreamFigures,
  type AccountFigures,
  type ConsumerFigures,
  type ConsumerLimits,
  type StreamFigures,
  type StreamLimits,
} from './readers';

interface Asset<Limits> extends Claims {
  readonly name: string;
  /** number of the collection in which somebody last spoke of it */
  heard: number;
  /** when the answer that its figures are of came in */
  at: Moment | null;
  /** how old it was then, as far as that was asked: while there is nothing to count on from */
  ageMs: number;
  /** its configuration as last seen; null while it was never read */
  limits: Limits | null;
  /** written over, not replaced: see figures */
  base: { created: string; at: Moment; counters: number[] } | null;
  /** what its last row said: increases of its counters, and over what time */
  grown0: number;
  grown1: number;
  grownMs: number;
  /** `created` as the server wrote it, so that it is read only when it changes */
  createdText: string;
  createdStored: string | null;
  /** LIST named it and could not ask it */
  listed: 'missing' | 'offline' | null;
}
export interface Consumer extends Asset<ConsumerLimits> {
  readonly figures: ConsumerFigures;
}
export interface Stream extends Asset<StreamLimits> {
  readonly figures: StreamFigures;
  /** its size at its base: it may fall, so it is no counter */
  baseBytes: number;
  /** its consumers could not be listed in the present collection */
  unlisted: boolean;
  readonly consumers: Map<string, Consumer>;
}

export interface Account {
  readonly name: string;
  readonly domain: string;
  readonly streams: Map<string, Stream>;
  /** what each server says of it, with the id of the server's process */
  readonly figures: Map<string, { readonly at: Moment; readonly figures: AccountFigures; readonly process: string }>;
  /** by server, as of the last collection that somebody spoke of the account in */
  bases: Map<string, Baseline>;
  readonly nextBases: Map<string, Baseline>;
  /** when the first answer of the present collection came in */
  heardFrom: Moment | null;
  /** when a collection last began to see all of it: what was made after that is new now */
  complete: Moment | null;
}

/** All that is remembered of a cluster from one collection to the next. */
export interface State {
  /** number of the present collection */
  now: number;
  readonly accounts: Map<string, Account>;
  readonly servers: Map<string, Baseline>;
  readonly nextServers: Map<string, Baseline>;
}
export const newState = (): State => ({ now: 0, accounts: new Map(), servers: new Map(), nextServers: new Map() });

const keyOf = (account: string, domain: string) => `${account}\0${domain}`;

export function accountIn(state: State, name: string, domain: string): Account {
  const key = keyOf(name, domain);
  const found = state.accounts.get(key) ?? {
    name,
    domain,
    streams: new Map<string, Stream>(),
    figures: new Map(),
    bases: new Map(),
    nextBases: new Map(),
    heardFrom: null,
    complete: null,
  };
  state.accounts.set(key, found);
  return found;
}

const newAsset = (name: string) => ({
  ...newClaims(),
  name,
  heard: -1,
  at: null,
  ageMs: 0,
  limits: null,
  base: null,
  grown0: 0,
  grown1: 0,
  grownMs: 0,
  createdText: '',
  createdStored: null,
  listed: null,
});

export function streamIn(account: Account, name: string): Stream {
  let found = account.streams.get(name);
  if (!found) {
    found = { ...newAsset(name), figures: noStreamFigures(), baseBytes: 0, unlisted: false, consumers: new Map() };
    account.streams.set(name, found);
  }
  return found;
}

export function consumerIn(stream: Stream, name: string): Consumer {
  let found = stream.consumers.get(name);
  if (!found) {
    found = { ...newAsset(name), figures: noConsumerFigures() };
    stream.consumers.set(name, found);
  }
  return found;
}

/** What the last collection was told of an asset counts no more, as soon as somebody speaks of it in this one. */
export function hear(asset: Stream | Consumer, now: number): void {
  if (asset.heard === now) return;
  asset.heard = now;
  asset.listed = null;
  if ('unlisted' in asset) asset.unlisted = false;
  beginClaims(asset);
}

/** Forgets the answers of the last collection, keeps what increases are taken from. */
export function beginCollection(state: State): void {
  state.now++;
  state.nextServers.clear();
  for (const account of state.accounts.values()) {
    account.heardFrom = null;
    account.figures.clear();
    account.nextBases.clear();
  }
}
