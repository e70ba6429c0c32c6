import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Baseline, Moment } from './increase';
import { accountIn, consumerIn, newState, streamIn, type State } from './state';

const counters = z.array(z.number());
const entry = z.union([
  z.tuple([z.literal('a'), z.string(), z.string(), z.number().nullable()]),
  z.tuple([z.literal('u'), z.string(), z.string(), z.number(), counters]),
  z.tuple([z.literal('s'), z.string(), z.string(), z.number(), counters, z.number()]),
  z.tuple([z.literal('c'), z.string(), z.string(), z.number(), counters]),
  z.tuple([z.literal('v'), z.string(), z.string(), z.number(), counters]),
]);
type Entry = z.infer<typeof entry>;

/**
 * All baselines of a cluster as they will be once this collection's batches are safe, so that another worker goes on
 * counting where this one ended. One JSON line an entry: account, then its servers' counters (u), its streams, and
 * each stream's consumers; servers (v).
 */
export function writeSnapshot(state: State): Uint8Array {
  const lines: string[] = [];
  const put = (value: Entry) => lines.push(JSON.stringify(value));
  for (const account of state.accounts.values()) {
    put(['a', account.name, account.domain, account.complete?.wallMs ?? null]);
    for (const [server, { created, at, counters: values }] of new Map([...account.bases, ...account.nextBases]))
      put(['u', server, created, at.wallMs, [...values]]);
    for (const stream of account.streams.values()) {
      const base = stream.next ?? stream.base;
      const bytes = stream.next ? stream.nextBytes : stream.baseBytes;
      if (base) put(['s', stream.name, base.created, base.at.wallMs, [...base.counters], bytes]);
      else if (stream.consumers.size > 0) put(['s', stream.name, '', 0, [], 0]);
      for (const consumer of stream.consumers.values()) {
        const known = consumer.next ?? consumer.base;
        if (known) put(['c', consumer.name, known.created, known.at.wallMs, [...known.counters]]);
      }
    }
  }
  for (const [server, { created, at, counters: values }] of new Map([...state.servers, ...state.nextServers]))
    put(['v', server, created, at.wallMs, [...values]]);
  return new Uint8Array(gzipSync(lines.join('\n'), { level: 1 }));
}

/** A moment of another process: only its wall clock means anything here. */
const foreign = (wallMs: number): Moment => ({ wallMs, steadyMs: 0, clock: 'another process' });

/** @throws ZodError or SyntaxError for what is no snapshot */
export function readSnapshot(packed: Uint8Array): State {
  const state = newState();
  let account: ReturnType<typeof accountIn> | null = null;
  let stream: ReturnType<typeof streamIn> | null = null;
  for (const line of gunzipSync(packed).toString('utf8').split('\n')) {
    if (line === '') continue;
    const parsed = entry.parse(JSON.parse(line));
    if (parsed[0] === 'a') {
      account = accountIn(state, parsed[1], parsed[2]);
      account.complete = parsed[3] === null ? null : foreign(parsed[3]);
      continue;
    }
    const [kind, name, created, wallMs, values] = parsed;
    const base: Baseline = { created, at: foreign(wallMs), counters: values };
    if (kind === 'v') state.servers.set(name, base);
    if (kind === 'u') account?.bases.set(name, base);
    if (kind === 's' && account) {
      stream = streamIn(account, name);
      if (created !== '') stream.base = base;
      stream.baseBytes = parsed[5];
    }
    if (kind === 'c' && stream) consumerIn(stream, name).base = base;
  }
  return state;
}
