import { accountSample, type AccountInfo } from './accounts';
import { accountRow } from './accountRow';
import { adopt, consumerIncrease, createdOf, idle, leaderOf, stateOf, streamIncrease, type Heard } from './assets';
import { clusterRow, type ClusterCount, type ClusterRow } from './clusterRow';
import { consumerRow, ephemeral, type ConsumerRow } from './consumerRow';
import { batchWriter, type Batch, type RowEncoder } from './encode';
import { foldRows } from './fold';
import { increaseSince, type Moment } from './increase';
import { storedTime } from './readers';
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
  readonly servers: readonly { readonly name: string; readonly at: Moment; readonly figures: ServerFigures | null }[];
  readonly info: AccountInfo | null;
  readonly cluster: Omit<ClusterRow, 'owner' | 'time' | 'counts'> & {
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

/** Where rows go while a collection is finished. */
interface Sink {
  put<R>(encoder: RowEncoder<R>, row: R, adopt?: () => void): void;
  tally(kind: AssetKind, state: AssetState): void;
  wantConfig(): void;
}

const unknownStates: readonly AssetState[] = ['unknown', 'missing', 'offline'];

function sinkInto(adopting: (() => void)[][], counts: AssetCounts) {
  const writer = batchWriter();
  let configWanted = false;
  const sink: Sink = {
    put: (encoder, row, then = () => undefined) => {
      (adopting[writer.add(encoder, row)] ??= []).push(then);
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
  return { sink, done: () => ({ batches: writer.finish(), configWanted }) };
}

interface Within {
  readonly account: Account;
  readonly heard: Heard;
  readonly common: InAccount;
}

function consumerSample(
  stream: Stream,
  consumer: Consumer,
  state: AssetState,
  { account, common }: Within,
): ConsumerRow {
  const durable = consumer.limits?.durable ?? true;
  return {
    ...common,
    stream: stream.name,
    consumer: durable ? consumer.name : ephemeral,
    created: durable ? createdOf(consumer) : null,
    state,
    leader: durable ? leaderOf(consumer) : '',
    consumers: 1,
    figures: consumer.merge?.best?.figures ?? null,
    limits: durable ? consumer.limits : null,
    increase: consumerIncrease(consumer, account.complete),
  };
}

function finishConsumers(stream: Stream, streamState: AssetState, within: Within, sink: Sink): void {
  let folded: ConsumerRow | null = null;
  const members: Consumer[] = [];
  for (const consumer of stream.consumers.values()) {
    const state = stateOf(consumer, within.heard, streamState);
    if (state === null) {
      stream.consumers.delete(consumer.name);
      continue;
    }
    if (consumer.merge) consumer.holders = [...consumer.merge.holders];
    sink.tally('consumers', state);
    // Whether it is ephemeral stands in its configuration alone: until that was read it has no row.
    if (consumer.limits === null) {
      if (consumer.merge) sink.wantConfig();
      continue;
    }
    const row = consumerSample(stream, consumer, state, within);
    if (consumer.limits.durable) sink.put(consumerRow, row, () => adopt(consumer));
    else {
      members.push(consumer);
      folded = folded ? foldRows(folded, row) : row;
    }
  }
  if (folded) sink.put(consumerRow, folded, () => members.forEach(adopt));
}

function finishAccount(within: Within, info: AccountInfo | null, sink: Sink): void {
  const { account, heard, common } = within;
  for (const stream of account.streams.values()) {
    const state = stateOf(stream, heard, null);
    if (state === null) {
      account.streams.delete(stream.name);
      continue;
    }
    if (stream.merge) stream.holders = [...stream.merge.holders];
    sink.tally('streams', state);
    if (stream.limits === null && stream.merge) sink.wantConfig();
    const row = {
      ...common,
      stream: stream.name,
      created: createdOf(stream),
      state,
      leader: leaderOf(stream),
      figures: stream.merge?.best?.figures ?? null,
      limits: stream.limits,
      ...streamIncrease(stream, account.complete),
    };
    sink.put(streamRow, row, () => adopt(stream));
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
    const row = {
      owner,
      time: storedTime(at.wallMs),
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

/** Turns the answers of a collection into rows, and forgets what is gone. */
export function finishCollection(state: State, input: Collection): Finished {
  const { owner, at } = input;
  const time = storedTime(at.wallMs);
  const adopting: (() => void)[][] = [];
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
  for (const [key, account] of state.accounts) {
    const own = account.name === input.ownAccount;
    const info = own && input.info?.domain === account.domain ? input.info : null;
    const common = { owner, time, account: account.name, domain: account.domain, own };
    finishAccount({ account, heard: { answered: input.answered, silent }, common }, info, sink);
    if (silent.length > 0) continue;
    account.complete = at;
    if (account.streams.size === 0 && account.figures.size === 0 && info === null) state.accounts.delete(key);
  }
  finishServers(state, input, sink);
  sink.put(clusterRow, { ...input.cluster, owner, time, counts: { ...input.cluster.counts, ...counts } });
  const { batches, configWanted } = done();
  return {
    batches,
    counts,
    configWanted,
    adopt: batches.map((_, i) => () => {
      for (const then of adopting[i] ?? []) then();
    }),
  };
}
