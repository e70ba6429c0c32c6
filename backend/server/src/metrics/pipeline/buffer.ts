import { JetStreamApiError } from '@nats-io/jetstream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Batch } from '../sample/encode';
import { headersOf } from './outbox';
import type { Own } from './own';

/** Nobody knows whether it was stored: the same has to be sent again, by whoever may. */
export class Unsure extends Error {
  override readonly name = 'Unsure';
}

/** err_codes of a stream, an account or a server that has no room (nats-server errors.json). */
const fullCodes = [10_077, 10_023, 10_047, 10_028, 10_077];
const isFull = (error: unknown) => error instanceof JetStreamApiError && fullCodes.includes(error.code);
/** The server has decided; anything else is an answer that did not come. */
const isFinal = (error: unknown) => error instanceof JetStreamApiError && error.status !== 503;

const publishTimeoutMs = 3000;
const pauseMs = 200;

export const collectionHeader = 'Console-Collection';
export const clusterHeader = 'Console-Cluster';
/** Which batch of a collection a message is: with the number of the collection it is its identity. */
export const batchHeader = 'Console-Batch';

export interface BufferState {
  readonly messages: number;
  readonly bytes: number;
  /** share of the bound */
  readonly use: number;
  readonly oldest: Date | null;
}

export interface Buffer {
  /**
   * Puts a batch into the metrics stream, once, however often it is sent.
   * @param alive false ends the attempts: whoever has the right then sends it again
   * @returns whether there was room for it
   * @throws Unsure when `alive` ended before an answer came
   */
  put(message: BufferMessage, alive: () => boolean): Promise<boolean>;
  state(): Promise<BufferState>;
}
export interface BufferMessage {
  readonly clusterId: string;
  readonly id: string;
  readonly batch: Batch;
  /** null for what is not part of a collection */
  readonly collection: { readonly n: number; readonly batch: number } | null;
}

const stateTtlMs = 5000;

export function makeBuffer(own: Own): Buffer {
  const { js, jsm, names, options } = own;
  let known: { at: number; state: Promise<BufferState> } | null = null;
  const ask = async (): Promise<BufferState> => {
    const { state } = await jsm.streams.info(names.metrics);
    const first = Date.parse(state.first_ts);
    return {
      messages: state.messages,
      bytes: state.bytes,
      use: state.bytes / options.maxBytes,
      oldest: state.messages > 0 && first > 0 ? new Date(first) : null,
    };
  };
  return {
    put: async ({ clusterId, id, batch, collection }, alive) => {
      const subject = names.metricsSubject(clusterId, collection ? 'samples' : 'events');
      const headers = headersOf(batch.parts, {
        [clusterHeader]: clusterId,
        ...(collection && { [collectionHeader]: String(collection.n), [batchHeader]: String(collection.batch) }),
      });
      for (;;) {
        try {
          await js.publish(subject, batch.body, { msgID: id, headers, timeout: publishTimeoutMs });
          return true;
        } catch (error) {
          if (isFull(error)) return false;
          if (isFinal(error)) throw error;
          if (!alive()) throw new Unsure(`Nobody knows whether ${id} was stored`, { cause: error });
          await delay(pauseMs);
        }
      }
    },
    state: () => {
      if (known && Date.now() - known.at < stateTtlMs) return known.state;
      const state = ask();
      known = { at: Date.now(), state };
      state.catch(() => {
        known = null;
      });
      return state;
    },
  };
}
