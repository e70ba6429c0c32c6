import { z } from 'zod';
import type { Link } from '../clusters/link';
import { ApiError } from '../platform/errors';
import { apiRequest, atMost, parseReply } from './api';
import { directGet, knowsBatches, type GetRequest, type Stored } from './direct';
import { headersIn } from './headerBlock';

export type { Stored } from './direct';

export interface StreamFacts {
  readonly name: string;
  readonly direct: boolean;
  /** the stream that this one mirrors: its subjects are that one's */
  readonly mirrorOf: string | null;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly averageBytes: number;
  /** as the server writes it: another one of the same name has another */
  readonly created: string;
}

/** Reads stored messages without a consumer: nothing is delivered, no count changes, work queues stay whole. */
export interface Reader {
  /** Messages with from <= seq < to in ascending order, holes stepped over; stops early at `maxMessages` or `maxBytes`. `next` is where to go on. */
  range(from: number, to: number, bounds: Bounds, subject?: string): Promise<{ messages: Stored[]; next: number }>;
  /** The first message at or after an instant. */
  atOrAfterTime(time: string, subject?: string): Promise<Stored | null>;
  exact(seq: number): Promise<Stored | null>;
  /** The newest message of a literal subject. */
  lastOf(subject: string): Promise<Stored | null>;
}
export interface Bounds {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/** Where a window of one-by-one reads is cut into lanes that run side by side. */
const lanes = 8;

const gotten = z.object({
  message: z.object({
    subject: z.string(),
    seq: z.number(),
    data: z.string().optional(),
    hdrs: z.string().optional(),
    time: z.string(),
  }),
});

type GetOne = (request: GetRequest) => Promise<Stored | null>;

const apiGet =
  (link: Link, stream: string, signal: AbortSignal): GetOne =>
  async (request) => {
    try {
      const { message } = parseReply(
        gotten,
        await apiRequest(link, `STREAM.MSG.GET.${stream}`, request, signal),
        'STREAM.MSG.GET',
      );
      return {
        seq: message.seq,
        subject: message.subject,
        time: message.time,
        data: Buffer.from(message.data ?? '', 'base64'),
        headers: () => (message.hdrs ? headersIn(Buffer.from(message.hdrs, 'base64').toString('utf8')) : []),
      };
    } catch (error) {
      if (error instanceof ApiError && error.code === 'message_not_found') return null;
      throw error;
    }
  };

const directOne =
  (link: Link, stream: string, signal: AbortSignal): GetOne =>
  async (request) =>
    (await directGet(link, stream, request, signal)).messages[0] ?? null;

export const bytesOf = ({ data, subject }: Pick<Stored, 'data' | 'subject'>) => data.length + subject.length + 64;

/** For streams with allow_direct on servers that know batches: any replica answers, and the JetStream api has no load of it. */
function batchReader(link: Link, stream: string, signal: AbortSignal): Reader {
  const one = directOne(link, stream, signal);
  return {
    // One batch: what the server left out for its size is the next window's, and no request is made for the crumbs.
    range: async (from, to, { maxMessages, maxBytes }, subject = '>') => {
      if (from >= to) return { messages: [], next: to };
      const request = {
        seq: from,
        next_by_subj: subject,
        batch: Math.min(maxMessages, to - from),
        max_bytes: maxBytes,
      };
      const { messages, more } = await directGet(link, stream, request, signal);
      const beyond = messages.findIndex(({ seq }) => seq >= to);
      if (beyond >= 0) return { messages: messages.slice(0, beyond), next: to };
      const last = messages.at(-1);
      return { messages, next: more && last ? last.seq + 1 : to };
    },
    atOrAfterTime: (time, subject = '>') => one({ start_time: time, next_by_subj: subject, batch: 1 }),
    exact: async (seq) => {
      const found = await one({ seq });
      return found?.seq === seq ? found : null;
    },
    lastOf: (subject) => one({ last_by_subj: subject }),
  };
}

/** One message a request, in lanes side by side: for streams without allow_direct, and for servers before 2.11. */
export function singleReader(get: GetOne, facts: Pick<StreamFacts, 'firstSeq' | 'lastSeq'>): Reader {
  const atOrAfter = (seq: number, subject = '>') => get({ seq, next_by_subj: subject });
  const lane = async (from: number, to: number, bounds: Bounds, subject: string) => {
    const messages: Stored[] = [];
    let bytes = 0;
    let next = from;
    while (next < to && messages.length < bounds.maxMessages && bytes < bounds.maxBytes) {
      const message = await atOrAfter(next, subject);
      if (!message || message.seq >= to) return { messages, next: to, end: to };
      messages.push(message);
      bytes += bytesOf(message);
      next = message.seq + 1;
    }
    return { messages, next, end: to };
  };
  return {
    range: async (from, to, { maxMessages, maxBytes }, subject = '>') => {
      const messages: Stored[] = [];
      let bytes = 0;
      let next = from;
      let width = maxMessages;
      while (next < to && messages.length < maxMessages && bytes < maxBytes) {
        // However long a hole is, it costs one request.
        const first = await atOrAfter(next, subject);
        if (!first || first.seq >= to) return { messages, next: to };
        const start = first.seq;
        const end = Math.min(start + width, to);
        const step = Math.ceil((end - start) / lanes);
        const bounds = { maxMessages: maxMessages - messages.length, maxBytes: maxBytes - bytes };
        const starts = Array.from({ length: lanes }, (_, i) => start + i * step).filter((at) => at < end);
        const parts = await atMost(lanes, starts, (at) => lane(at, Math.min(at + step, end), bounds, subject));
        const before = messages.length;
        for (const part of parts) {
          for (const message of part.messages) {
            if (messages.length >= maxMessages || bytes >= maxBytes) return { messages, next };
            messages.push(message);
            bytes += bytesOf(message);
            next = message.seq + 1;
          }
          next = part.next;
          // What lies behind a lane that stopped early is read again: it would leave a gap.
          if (part.next < part.end) break;
        }
        // Matches lie far apart: wider lanes find more of them at the same cost.
        if ((messages.length - before) * 4 < width) width *= 4;
      }
      return { messages, next };
    },
    // Older servers know no times here; sequences are in the order of time, so halving finds the place on all.
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
    exact: (seq) => get({ seq }),
    lastOf: (subject) => get({ last_by_subj: subject }),
  };
}

export function makeReader(link: Link, facts: StreamFacts, signal: AbortSignal): Reader {
  if (!facts.direct) return singleReader(apiGet(link, facts.name, signal), facts);
  return knowsBatches(link)
    ? batchReader(link, facts.name, signal)
    : singleReader(directOne(link, facts.name, signal), facts);
}
