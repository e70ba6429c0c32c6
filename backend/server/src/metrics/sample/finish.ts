import { accountSample, type AccountInfo } from './accounts';
import { accountRow } from './accountRow';
import {
  adopt,
  bytesGrowth,
  createdOf,
  holdBase,
  idle,
  increaseOf,
  isKnown,
  leaderOf,
  stateOf,
  type Asset,
  type Heard,
} from './assets';
import { clusterRow, type ClusterCount, type ClusterRow } from './clusterRow';
import { consumerRow, ephemeral, type ConsumerRow } from './consumerRow';
import { batchWriter, type Batch, type RowEncoder } from './encode';
import { foldRows } from './fold';
import { elapsedBetween, increaseSince, type Moment } from './increase';
import { storedTime } from './times';
import type { AssetState, InAccount, Owner } from './rows';
import { serverRow, type ServerFigures } from './serverRow';
import type { Account, Consumer, State, Stream } from './state';
import { streamRow } from './streamRow';

type AssetKind = 'streams' | 'consumers';
export type AssetCounts = Record<AssetKind | `${AssetKind}_${'leaderless' | 'unknown'}`, number>;

/** What is known of the cluster besides the answers that were taken in. */
export interface Collection {
  readonly owner: Owner;
  readonly at: Moment;
  /** the account that the cluster's own credential is in; null where nobody knows */
  readonly ownAccount: string | null;
  /** servers whose answer is needed for a whole picture, and those that gave it; LIST where the account alone is asked */
  readonly expected: readonly string[];
  readonly answered: ReadonlySet<string>;
  /** false where pages of a list do not fit together: what they do not name may be there all the same */
  readonly whole: boolean;
  readonly servers: readonly { readonly name: string; readonly at: Moment; readonly figures: ServerFigures | null }[];
  readonly info: AccountInfo | null;
  readonly cluster: Omit<ClusterRow, 'common' | 'counts'> & {
    readonly counts: Readonly<Record<Exclude<ClusterCount, keyof AssetCounts>, number | null>>;
  };
}
export interface Finished {
  readonly batches: readonly Batch[];
  readonly counts: AssetCounts;
  /** something is there whose configuration was never read */
  readonly configWanted: boolean;
  /** by batch: moves baselines on to what its rows say; called when the batch is safe */
  readonly adopt: readonly (() => void)[];
}

type Safe = Asset | (() => void);

/** Where rows go while a collection is finished. */
interface Sink {
  /** @param safe what is counted on from this row, once it is safe */
  put<R>(encoder: RowEncoder<R>, row: R, ...safe: readonly Safe[]): void;
  tally(kind: AssetKind, state: AssetState): void;
  wantConfig(): void;
}

const unknownStates: readonly AssetState[] = ['unknown', 'missing', 'offline'];

function sinkInto(adopting: Safe[][], counts: AssetCounts) {
  const writer = batchWriter();
  let configWanted = false;
  const sink: Sink = {
    put: (encoder, row, ...safe) => {
      (adopting[writer.add(encoder, row)] ??= []).push(...safe);
    },
    tally: (kind, state) => {
      counts[kind]++;
      if (state === 'leaderless') counts[`${kind}_leaderless`]++;
      if (unknownStates.includes(state)) counts[`${kind}_unknown`]++;
    },
    wantConfig: () => {
      configWanted = true;
    },
  };
  return { sink, done: () => ({ packing: writer.finish(), configWanted }) };
}

interface Within {
  readonly account: Account;
  readonly heard: Heard;
  readonly common: InAccount;
}

function finishConsumers(stream: Stream, streamState: AssetState, within: Within, sink: Sink): void {
  const { heard, common, account } = within;
  let folded: ConsumerRow | null = null;
  const members: Consumer[] = [];
  for (const consumer of stream.consumers.values()) {
    const state = stateOf(consumer, heard, streamState);
    if (state === null) {
      stream.consumers.delete(consumer.name);
      continue;
    }
    sink.tally('consumers', state);
    const { limits } = consumer;
    // Whether it is ephemeral stands in its configuration alone: until that was read it has no row.
    if (limits === null) {
      if (consumer.heard === heard.now) sink.wantConfig();
      holdBase(consumer, heard.now, account.complete);
      continue;
    }
    const known = isKnown(consumer, heard.now);
    const row: ConsumerRow = {
      common,
      stream: stream.name,
      consumer: limits.durable ? consumer.name : ephemeral,
      created: limits.durable ? createdOf(consumer, heard.now) : null,
      state,
      leader: limits.durable ? leaderOf(consumer, heard.now) : '',
      consumers: 1,
      figures: known ? consumer.figures : null,
      limits: limits.durable ? limits : null,
      increase: increaseOf(consumer, heard.now, account.complete),
    };
    if (limits.durable) sink.put(consumerRow, row, consumer);
    else {
      members.push(consumer);
      folded = folded ? foldRows(folded, row) : row;
    }
  }
  if (folded) sink.put(consumerRow, folded, ...members);
}

function finishAccount(within: Within, info: AccountInfo | null, sink: Sink): void {
  const { account, heard, common } = within;
  for (const stream of account.streams.values()) {
    const state = stateOf(stream, heard, null);
    if (state === null) {
      account.streams.delete(stream.name);
      continue;
    }
    sink.tally('streams', state);
    if (stream.limits === null && stream.heard === heard.now) sink.wantConfig();
    const increase = increaseOf(stream, heard.now, account.complete);
    const row = {
      common,
      stream: stream.name,
      created: createdOf(stream, heard.now),
      state,
      leader: leaderOf(stream, heard.now),
      figures: isKnown(stream, heard.now) ? stream.figures : null,
      limits: stream.limits,
      increase,
      bytesGrowth: bytesGrowth(stream, increase),
    };
    sink.put(streamRow, row, stream);
    finishConsumers(stream, stream.unlisted ? 'unknown' : state, within, sink);
  }
  const whole = accountSample(account, info, common);
  if (whole) sink.put(accountRow, whole.row, whole.adopt);
}

function finishServers(state: State, { owner, servers }: Collection, sink: Sink): void {
  for (const { name, at, figures } of servers) {
    const base = figures && {
      created: figures.started ?? figures.id,
      at,
      counters: figures.counters.map((value) => value ?? 0),
    };
    const before = state.servers.get(name) ?? null;
    // It has not spoken since its last row.
    if (base && before && elapsedBetween(before.at, at) === 0) continue;
    const row = {
      common: { owner, time: storedTime(at.wallMs), wallMs: at.wallMs },
      server: name,
      state: figures ? ('ok' as const) : ('unknown' as const),
      figures,
      increase: base ? increaseSince(before, { ...base, start: base.counters.map(() => 0) }, null) : idle,
    };
    if (base) state.nextServers.set(name, base);
    sink.put(serverRow, row, () => {
      if (base) state.servers.set(name, base);
    });
  }
}

/**
 * Turns the answers of a collection into rows, and forgets what is gone. All that is read of the state is read before
 * it returns; what takes its time after that is the packing.
 */
export async function finishCollection(state: State, input: Collection): Promise<Finished> {
  const { owner, at } = input;
  const time = storedTime(at.wallMs);
  const adopting: Safe[][] = [];
  const counts: AssetCounts = {
    streams: 0,
    consumers: 0,
    streams_leaderless: 0,
    streams_unknown: 0,
    consumers_leaderless: 0,
    consumers_unknown: 0,
  };
  const { sink, done } = sinkInto(adopting, counts);
  const silent = input.expected.filter((name) => !input.answered.has(name));
  const heard: Heard = { answered: input.answered, silent, whole: input.whole, now: state.now };
  for (const [key, account] of state.accounts) {
    const own = account.name === input.ownAccount;
    const info = own && input.info?.domain === account.domain ? input.info : null;
    const common = { owner, time, wallMs: at.wallMs, account: account.name, domain: account.domain, own };
    finishAccount({ account, heard, common }, info, sink);
    if (silent.length > 0 || !input.whole) continue;
    account.complete = account.heardFrom ?? at;
    if (account.streams.size === 0 && account.figures.size === 0 && info === null) state.accounts.delete(key);
  }
  finishServers(state, input, sink);
  sink.put(clusterRow, {
    ...input.cluster,
    common: { owner, time, wallMs: at.wallMs },
    counts: { ...input.cluster.counts, ...counts },
  });
  const { packing, configWanted } = done();
  const batches = await packing;
  return {
    batches,
    counts,
    configWanted,
    adopt: batches.map((_, i) => () => {
      for (const safe of adopting[i] ?? [])
        if (typeof safe === 'function') safe();
        else adopt(safe, state.now);
    }),
  };
}
