import { gunzipSync, gzipSync } from 'node:zlib';
import { consumerMetrics, streamMetrics } from '../tables';
import { isKnown, nextBase } from './assets';
import { ephemeral } from './consumerRow';
import type { Batch } from './encode';
import type { Baseline, Moment } from './increase';
import { wallOf } from './times';
import { accountIn, consumerIn, newState, streamIn, type Consumer, type State, type Stream } from './state';
import { unescaped } from './text';

/** What a row says of its asset's counters need not be said twice: figures of its own, of this collection. */
const standsInRow = (asset: Stream | Consumer, now: number) =>
  isKnown(asset, now) && asset.limits !== null && (!('durable' in asset.limits) || asset.limits.durable);

/**
 * What to count on from, as far as it does not stand in the rows of this collection: of what is unknown now, of
 * ephemeral consumers, of accounts and servers. A line an entry, its fields between tabs, which stand in no name of
 * NATS: account (a), its servers' counters (u), its streams (s), each stream's consumers (c); servers (v).
 */
export function writeSnapshot(state: State): Uint8Array {
  const lines: string[] = [];
  const put = (kind: string, name: string, { created, at, counters }: Baseline, more: number | string = '') => {
    lines.push(`${kind}\t${name}\t${created}\t${Math.round(at.wallMs)}\t${counters.join(',')}\t${more}`);
  };
  const { now } = state;
  for (const account of state.accounts.values()) {
    const complete = account.complete ? Math.round(account.complete.wallMs) : '';
    lines.push(`a\t${account.name}\t${account.domain}\t${complete}\t\t`);
    for (const [server, base] of account.nextBases.size > 0 ? account.nextBases : account.bases) put('u', server, base);
    for (const stream of account.streams.values()) {
      if (!standsInRow(stream, now)) {
        const base = nextBase(stream, now) ?? stream.base;
        if (base) put('s', stream.name, base, stream.base ? stream.baseBytes : stream.figures.bytes);
      }
      for (const consumer of stream.consumers.values()) {
        if (standsInRow(consumer, now)) continue;
        // One without a row counts on from where it was first seen.
        const base = (consumer.limits && nextBase(consumer, now)) ?? consumer.base;
        if (base) put('c', `${stream.name}\v${consumer.name}`, base);
      }
    }
  }
  for (const [server, base] of new Map([...state.servers, ...state.nextServers])) put('v', server, base);
  return new Uint8Array(gzipSync(lines.join('\n'), { level: 1 }));
}

/** A moment of another process: only its wall clock means anything here. */
const foreign = (wallMs: number): Moment => ({ wallMs, steadyMs: 0, clock: 'another process' });

function baseOf(
  created: string,
  wallMs: number,
  counters: number[],
): { created: string; at: Moment; counters: number[] } {
  if (![wallMs, ...counters].every(Number.isFinite)) throw new SyntaxError('The snapshot has what is no number');
  return { created, at: foreign(wallMs), counters };
}

function readLines(state: State, packed: Uint8Array): void {
  let account: ReturnType<typeof accountIn> | null = null;
  for (const line of gunzipSync(packed).toString('utf8').split('\n')) {
    if (line === '') continue;
    const [kind, name, created, wallMs, counters, more] = line.split('\t');
    if (name === undefined || created === undefined || counters === undefined || more === undefined)
      throw new SyntaxError('The snapshot has a line that is cut');
    const base = () => baseOf(created, Number(wallMs), counters.split(',').map(Number));
    if (kind === 'a') {
      account = accountIn(state, name, created);
      account.complete = wallMs === '' ? null : foreign(Number(wallMs));
    } else if (kind === 'v') state.servers.set(name, base());
    else if (kind === 'u') account?.bases.set(name, base());
    else if (kind === 's' && account) {
      const stream = streamIn(account, name);
      stream.base = base();
      stream.baseBytes = Number(more);
    } else if (kind === 'c' && account) {
      const [stream = '', consumer = ''] = name.split('\v');
      consumerIn(streamIn(account, stream), consumer).base = base();
    } else throw new SyntaxError('The snapshot has a line of an unknown kind');
  }
}

type Row = (column: string) => string;
/** What a counter was at the end of the row's interval, or at its start: there the increase is not in it yet. */
type Counter = (total: string, increase: string) => number;
function takeStreamRow(state: State, row: Row, at: number, counter: Counter): void {
  const stream = streamIn(accountIn(state, row('account'), row('domain')), row('stream'));
  stream.base = baseOf(row('created'), at, [counter('last_seq', 'published')]);
  stream.baseBytes = counter('bytes_total', 'bytes_growth');
}
function takeConsumerRow(state: State, row: Row, at: number, counter: Counter): void {
  if (row('consumer') === ephemeral) return;
  const stream = streamIn(accountIn(state, row('account'), row('domain')), row('stream'));
  const counters = [
    counter('delivered_consumer_seq', 'delivered'),
    counter('ack_floor_consumer_seq', 'ack_floor_advance'),
  ];
  consumerIn(stream, row('consumer')).base = baseOf(row('created'), at, counters);
}

function readRows(state: State, { parts, body }: Batch, stored: boolean): void {
  let from = 0;
  for (const { table, names, body: length } of parts) {
    const text = (bytes: number) => gunzipSync(body.subarray(from, (from += bytes))).toString('utf8');
    const columns = text(names).trimEnd().split('\t');
    const lines = text(length);
    const take = table === streamMetrics.name ? takeStreamRow : table === consumerMetrics.name ? takeConsumerRow : null;
    if (!take) continue;
    const place = new Map(columns.map((name, i) => [name, i]));
    for (const line of lines.split('\n')) {
      const values = line.split('\t');
      const row: Row = (column) => unescaped(values[place.get(column) ?? -1] ?? '');
      if (row('state') !== 'ok') continue;
      const at = wallOf(row('time')) ?? NaN;
      const number = (column: string) => Number(row(column));
      if (stored) take(state, row, at, number);
      else take(state, row, at - number('elapsed_ms'), (total, increase) => number(total) - number(increase));
    }
  }
}

/**
 * What another worker knew after its last collection, out of its rows and its snapshot.
 * @param refused rows of it that found no room: what they counted is counted again from where they began
 * @throws SyntaxError for what is neither
 */
export function restore(snapshot: Uint8Array | null, batches: readonly Batch[], refused: readonly Batch[] = []): State {
  const state = newState();
  if (snapshot) readLines(state, snapshot);
  for (const batch of batches) readRows(state, batch, true);
  for (const batch of refused) readRows(state, batch, false);
  return state;
}
