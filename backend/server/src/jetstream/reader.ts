import { createInbox, type Msg } from '@nats-io/transport-node';
import { z } from 'zod';
import type { Link } from '../clusters/link';
import { ApiError } from '../platform/errors';
import { apiRequest, atMost, fromClientError, fromNatsError, headerPairs, parseReply, requestTimeoutMs } from './api';

/** A message as the stream holds it; headers are decoded when somebody looks. */
export interface Stored {
  readonly seq: number;
  readonly subject: string;
  /** RFC 3339 with nanoseconds */
  readonly time: string;
  readonly data: Buffer;
  headers(): [string, string[]][];
}

export interface StreamFacts {
  readonly name: string;
  readonly direct: boolean;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly averageBytes: number;
}

/** Reads stored messages without a consumer: nothing is delivered, no count changes, work queues stay whole. */
export interface Reader {
  /** Messages with from <= seq < to in ascending order, holes stepped over; stops early at `maxMessages` or `maxBytes`. `next` is where to go on. */
  range(from: number, to: number, bounds: Bounds, subject?: string): Promise<{ messages: Stored[]; next: number }>;
  /** The first message at or after `seq` that matches. */
  atOrAfter(seq: number, subject?: string): Promise<Stored | null>;
  /** The first message at or after an instant. */
  atOrAfterTime(time: string, subject?: string): Promise<Stored | null>;
  exact(seq: number): Promise<Stored | null>;
}
export interface Bounds {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/** Where a window of one-by-one reads is cut into lanes that run side by side. */
const lanes = 8;
const batchTimeoutMs = 10_000;

function fromDirect(msg: Msg): Stored {
  const headers = msg.headers;
  return {
    seq: Number(headers?.get('Nats-Sequence')),
    subject: headers?.get('Nats-Subject') ?? '',
    time: headers?.get('Nats-Time-Stamp') ?? '',
    data: Buffer.from(msg.data.buffer, msg.data.byteOffset, msg.data.byteLength),
    headers: () => headerPairs(headers),
  };
}

interface DirectRequest {
  seq?: number;
  start_time?: string;
  next_by_subj?: string;
  last_by_subj?: string;
  batch?: number;
  max_bytes?: number;
  multi_last?: string[];
  up_to_seq?: number;
}

/**
 * One batched DIRECT.GET: answers come as messages on an inbox of ours and end with a 204. `more` is whether the
 * server has more that match. 404 is an empty answer.
 */
export function directBatch(
  link: Link,
  stream: string,
  request: DirectRequest,
  signal: AbortSignal,
): Promise<{ messages: Stored[]; more: boolean }> {
  const subject = `${link.apiPrefix}.DIRECT.GET.${stream}`;
  return new Promise((resolve, reject) => {
    const messages: Stored[] = [];
    let more = false;
    const end = (settle: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', gone);
      sub.unsubscribe();
      settle();
    };
    const gone = () => end(() => reject(new ApiError(499, 'client_gone', 'The client went away.')));
    let timer = setTimeout(() => late(), requestTimeoutMs);
    const late = () =>
      end(() =>
        reject(
          new ApiError(
            504,
            'nats_timeout',
            `NATS did not answer to ${subject} in time. The stream may have no leader, or the user may not publish there.`,
          ),
        ),
      );
    const sub = link.nc.subscribe(createInbox(), {
      callback: (error, msg) => {
        if (error) return end(() => reject(fromClientError(error, subject)));
        const code = msg.headers?.code ?? 0;
        if (msg.data.length === 0 && code !== 0) {
          if (code === 204) {
            more = Number(msg.headers?.get('Nats-Num-Pending') ?? 0) > 0;
            return end(() => resolve({ messages, more }));
          }
          if (code === 404) return end(() => resolve({ messages, more: false }));
          if (code === 503)
            return end(() =>
              reject(
                new ApiError(
                  503,
                  'jetstream_unavailable',
                  `Nobody answers to ${subject}: the stream has no replica that is up, or direct get is not exported to this account.`,
                ),
              ),
            );
          return end(() => reject(fromNatsError({ code, description: msg.headers?.description || `status ${code}` })));
        }
        messages.push(fromDirect(msg));
        // A single get has no end mark: its one message is the answer.
        if (request.batch === undefined && request.multi_last === undefined)
          return end(() => resolve({ messages, more: false }));
        timer.refresh();
      },
    });
    if (signal.aborted) return gone();
    signal.addEventListener('abort', gone, { once: true });
    timer.refresh();
    try {
      link.nc.publish(subject, JSON.stringify(request), { reply: sub.getSubject() });
    } catch (error) {
      end(() => reject(fromClientError(error, subject)));
    }
    if (request.batch !== undefined || request.multi_last !== undefined) {
      clearTimeout(timer);
      timer = setTimeout(late, batchTimeoutMs);
    }
  });
}

const gotten = z.object({
  message: z.object({
    subject: z.string(),
    seq: z.number(),
    data: z.string().optional(),
    hdrs: z.string().optional(),
    time: z.string(),
  }),
});

function parseHeaderBlock(block: Buffer): [string, string[]][] {
  const found = new Map<string, string[]>();
  for (const line of block.toString('utf8').split('\r\n').slice(1)) {
    const at = line.indexOf(':');
    if (at > 0) found.set(line.slice(0, at), [...(found.get(line.slice(0, at)) ?? []), line.slice(at + 1).trim()]);
  }
  return [...found];
}

async function apiGet(link: Link, stream: string, request: DirectRequest, signal: AbortSignal): Promise<Stored | null> {
  try {
    const { message } = parseReply(
      gotten,
      await apiRequest(link, `STREAM.MSG.GET.${stream}`, request, signal),
      'STREAM.MSG.GET',
    );
    const data = Buffer.from(message.data ?? '', 'base64');
    return {
      seq: message.seq,
      subject: message.subject,
      time: message.time,
      data,
      headers: () => (message.hdrs ? parseHeaderBlock(Buffer.from(message.hdrs, 'base64')) : []),
    };
  } catch (error) {
    if (error instanceof ApiError && error.code === 'message_not_found') return null;
    throw error;
  }
}

const bytesOf = ({ data, subject }: Stored) => data.length + subject.length + 64;

/** For streams with allow_direct: batches that any replica answers and that cost the JetStream api nothing. */
function directReader(link: Link, stream: string, signal: AbortSignal): Reader {
  const one = async (request: DirectRequest) => (await directBatch(link, stream, request, signal)).messages[0] ?? null;
  return {
    range: async (from, to, { maxMessages, maxBytes }, subject = '>') => {
      const messages: Stored[] = [];
      let next = from;
      let bytes = 0;
      while (next < to && messages.length < maxMessages && bytes < maxBytes) {
        const answer = await directBatch(
          link,
          stream,
          {
            seq: next,
            next_by_subj: subject,
            batch: Math.min(maxMessages - messages.length, to - next),
            max_bytes: Math.max(1, maxBytes - bytes),
          },
          signal,
        );
        const last = answer.messages.at(-1);
        for (const message of answer.messages) {
          if (message.seq >= to) break;
          messages.push(message);
          bytes += bytesOf(message);
        }
        if (!last || last.seq >= to || !answer.more) return { messages, next: to };
        next = last.seq + 1;
      }
      return { messages, next };
    },
    atOrAfter: (seq, subject = '>') => one({ seq, next_by_subj: subject }),
    atOrAfterTime: async (time, subject = '>') =>
      (await directBatch(link, stream, { start_time: time, next_by_subj: subject, batch: 1 }, signal)).messages[0] ??
      null,
    exact: async (seq) => {
      const found = await one({ seq });
      return found?.seq === seq ? found : null;
    },
  };
}

/** For streams without allow_direct: one message a request to the leader, in lanes side by side. */
function apiReader(link: Link, facts: StreamFacts, signal: AbortSignal): Reader {
  const atOrAfter = (seq: number, subject = '>') => apiGet(link, facts.name, { seq, next_by_subj: subject }, signal);
  const lane = async (from: number, to: number, bounds: Bounds, subject: string) => {
    const messages: Stored[] = [];
    let bytes = 0;
    let next = from;
    while (next < to && messages.length < bounds.maxMessages && bytes < bounds.maxBytes) {
      const message = await atOrAfter(next, subject);
      if (!message || message.seq >= to) return { messages, next: to };
      messages.push(message);
      bytes += bytesOf(message);
      next = message.seq + 1;
    }
    return { messages, next };
  };
  return {
    range: async (from, to, bounds, subject = '>') => {
      const width = Math.min(to - from, Math.max(bounds.maxMessages, 1));
      const step = Math.ceil(width / lanes);
      const messages: Stored[] = [];
      let next = from;
      while (next < to && messages.length < bounds.maxMessages) {
        const starts = Array.from({ length: lanes }, (_, i) => next + i * step).filter((start) => start < to);
        const parts = await atMost(lanes, starts, (start) => lane(start, Math.min(start + step, to), bounds, subject));
        for (const part of parts) messages.push(...part.messages);
        const unfinished = parts.findIndex((part, i) => part.next < Math.min((starts[i] ?? 0) + step, to));
        next = unfinished >= 0 ? (parts[unfinished]?.next ?? to) : Math.min((starts.at(-1) ?? to) + step, to);
        const total = messages.reduce((sum, message) => sum + bytesOf(message), 0);
        if (unfinished >= 0 || total >= bounds.maxBytes)
          return { messages: messages.filter((message) => message.seq < next), next };
        // A long hole: the next message tells how far to jump.
        if (messages.length === 0 && next < to) next = Math.min((await atOrAfter(next, subject))?.seq ?? to, to);
      }
      const kept = messages.slice(0, bounds.maxMessages);
      return { messages: kept, next: kept.length < messages.length ? (kept.at(-1)?.seq ?? next) + 1 : next };
    },
    atOrAfter,
    // MSG.GET knows times only on newer servers; sequences are in time's order, so halving finds the place on all.
    atOrAfterTime: async (time, subject) => {
      const wanted = Date.parse(time);
      let low = facts.firstSeq;
      let high = facts.lastSeq + 1;
      while (low < high) {
        const middle = Math.floor((low + high) / 2);
        const message = await atOrAfter(middle);
        if (message && message.seq < high && Date.parse(message.time) < wanted) low = message.seq + 1;
        else high = middle;
      }
      return atOrAfter(low, subject);
    },
    exact: (seq) => apiGet(link, facts.name, { seq }, signal),
  };
}

export const makeReader = (link: Link, facts: StreamFacts, signal: AbortSignal): Reader =>
  facts.direct ? directReader(link, facts.name, signal) : apiReader(link, facts, signal);
