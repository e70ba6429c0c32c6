import { gunzipSync } from 'node:zlib';
import { finishCollection } from './finish';
import { Refusal, takeConsumerList, takeJsz, takeStreamList, unsettledAccounts } from './intake';
import { liveConsumers, liveStreams } from './live';
import type { Answers, Ask, ConsumerAnswer, ConsumerPage, Kind } from './protocol';
import { restore, writeSnapshot } from './snapshot';
import { accountIn, beginCollection, streamIn, type State } from './state';

/** A reply that unpacks to more than this is not read: the biggest known cluster's is a tenth of it. */
const maxReplyBytes = 512 * 1024 * 1024;

const bytes = (data: Uint8Array, gzip: boolean): Buffer => {
  const view = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return gzip ? gunzipSync(view, { maxOutputLength: maxReplyBytes }) : view;
};

/** One stream that refuses does not spoil the lot: its consumers are unknown then, or gone with it. */
function takePage(
  state: State,
  { account, domain }: { account: string; domain: string },
  page: ConsumerPage,
): ConsumerAnswer {
  const { stream } = page;
  const nothing = { total: 0, count: 0, missing: 0 };
  const markUnlisted = () => {
    streamIn(accountIn(state, account, domain), stream).unlisted = true;
  };
  if (page.data === null) {
    markUnlisted();
    return { ...nothing, refused: null };
  }
  try {
    return { ...takeConsumerList(state, bytes(page.data, false), page.at, { account, domain, stream }), refused: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code !== 404) markUnlisted();
    return { ...nothing, refused: error.code };
  }
}

interface Held {
  state: State;
  adopt: readonly (() => void)[];
}

/** Keeps the state of every cluster that this process collects, and answers what is asked about it. */
export function makeHandler(): (cluster: string, ask: Ask) => Promise<Answers[Kind]> {
  const clusters = new Map<string, Held>();
  const heldOf = (cluster: string): Held => {
    const held = clusters.get(cluster);
    if (!held) throw new Error(`Cluster ${cluster} was never opened here`);
    return held;
  };
  return async (cluster, ask) => {
    if (ask.kind === 'open') {
      clusters.set(cluster, { state: restore(ask.snapshot, ask.batches, ask.refused), adopt: [] });
      return null;
    }
    if (ask.kind === 'close') {
      clusters.delete(cluster);
      return null;
    }
    const held = heldOf(cluster);
    const { state } = held;
    switch (ask.kind) {
      case 'begin':
        beginCollection(state);
        return null;
      case 'jsz':
        return takeJsz(state, bytes(ask.data, ask.gzip), ask.answer, ask.account);
      case 'streams':
        return takeStreamList(state, bytes(ask.data, false), ask.at, ask.account, ask.domain);
      case 'consumers':
        return ask.pages.map((page) => takePage(state, ask, page));
      case 'unsettled':
        return unsettledAccounts(state, ask.answered);
      case 'finish': {
        const finishing = finishCollection(state, ask.collection);
        const snapshot = writeSnapshot(state);
        const { batches, counts, configWanted, adopt } = await finishing;
        held.adopt = adopt;
        return { batches, snapshot, counts, configWanted };
      }
      case 'adopt':
        for (const batch of ask.batches) held.adopt[batch]?.();
        return null;
      case 'live':
        return JSON.stringify({
          time: new Date().toISOString(),
          items: ask.of === 'streams' ? liveStreams(state) : liveConsumers(state),
        });
    }
  };
}
