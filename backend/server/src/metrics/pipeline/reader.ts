import { AckPolicy, JetStreamError, type Consumer, type JsMsg } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { batchHeader, clusterHeader, collectionHeader } from './buffer';
import { gapsIn, type Stored } from './cut';
import { isApiError, type Own } from './own';
import { readParts } from './outbox';

const consumerName = 'ingest';
const ackWaitMs = 60_000;
/** An insert of more gains nothing, and what is being inserted is held in memory. */
const batchBytes = 8 * 1024 * 1024;
/** How long a batch may gather. */
const gatherMs = 1000;

/** Behind the last message that fits the server says that the next does not: with a backlog that is how a batch ends. */
const isFull = (error: unknown): boolean =>
  error instanceof JetStreamError &&
  'code' in error &&
  error.code === 409 &&
  error.message === 'message size exceeds maxbytes';

export interface Held extends Stored {
  readonly message: JsMsg;
  /** why it cannot be read; null for what can */
  readonly fault: string | null;
}

/** Its parts, or why they cannot be read. */
function partsOf({ headers, data }: JsMsg): Pick<Held, 'parts' | 'fault'> {
  try {
    const parts = readParts(headers);
    const length = parts.reduce((sum, { names, body }) => sum + names + body, 0);
    return length === data.length ? { parts, fault: null } : { parts: [], fault: 'its parts do not add up to it' };
  } catch (error) {
    return { parts: [], fault: error instanceof Error ? error.message : String(error) };
  }
}

function held(message: JsMsg): Held {
  const { headers } = message;
  const n = Number(headers?.get(collectionHeader) || NaN);
  return {
    seq: message.seq,
    data: message.data,
    ...partsOf(message),
    collection: Number.isInteger(n)
      ? { clusterId: headers?.get(clusterHeader) ?? '', n, batch: Number(headers?.get(batchHeader)) }
      : null,
    message,
  };
}

export interface Reader {
  /**
   * The next messages after `doneTo`, in order. @param to null: what there is within a second; else all up to this
   * sequence. @returns with how many sequences are gone for good in between: their age has taken them
   */
  read(doneTo: number, to: number | null): Promise<{ messages: Held[]; gone: number }>;
}

/**
 * Reads the metrics stream by its one consumer. It is made anew by whoever takes the ingestion over: what another
 * worker held unacknowledged is then there at once and in order, instead of after its ack wait.
 */
export async function openReader(own: Own): Promise<Reader> {
  const { js, jsm, names } = own;
  let consumer: Consumer;
  let fresh = false;
  let waiting: Held[] = [];
  const renew = async () => {
    try {
      await jsm.consumers.delete(names.metrics, consumerName);
    } catch (error) {
      if (!isApiError(error, 'consumerNotFound')) throw error;
    }
    await jsm.consumers.add(names.metrics, {
      durable_name: consumerName,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ackWaitMs),
      max_ack_pending: 10_000,
      max_deliver: -1,
    });
    consumer = await js.consumers.get(names.metrics, consumerName);
    waiting = [];
    fresh = true;
  };
  await renew();
  const fetch = async (doneTo: number): Promise<number> => {
    const before = waiting.length;
    const messages = await consumer.fetch({ max_bytes: batchBytes, expires: gatherMs });
    try {
      for await (const message of messages) {
        if (message.seq <= doneTo) message.ack();
        else waiting.push(held(message));
      }
    } catch (error) {
      if (!isFull(error)) throw error;
    }
    return waiting.length - before;
  };
  return {
    read: async (doneTo, to) => {
      for (;;) {
        const came = waiting.length > 0 && to === null ? waiting.length : await fetch(doneTo);
        const enough = to === null || came === 0 || (waiting.at(-1)?.seq ?? 0) >= to;
        const gap = gapsIn(
          waiting.map(({ seq }) => seq),
          doneTo,
        );
        // Either their age has taken them, or they were sent to us and lost on the way: a new consumer starts with
        // the first that is still there, and then what is missing is gone.
        if (gap !== 0 && !fresh) {
          await renew();
          continue;
        }
        if (!enough) continue;
        fresh = false;
        const messages = waiting.filter(({ seq }) => to === null || seq <= to);
        waiting = waiting.filter(({ seq }) => to !== null && seq > to);
        return {
          messages,
          gone: gapsIn(
            messages.map(({ seq }) => seq),
            doneTo,
          ),
        };
      }
    },
  };
}
