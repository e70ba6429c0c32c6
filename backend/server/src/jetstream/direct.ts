import { createInbox, type Msg } from '@nats-io/transport-node';
import { isAtLeast, type Link } from '../clusters/link';
import { ApiError } from '../platform/errors';
import { addHeader, eachHeader, headerBlockOf, type HeaderList } from './headerBlock';
import { clientGone, fromClientError, fromNatsError, natsTimeout, requestTimeoutMs } from './api';

/** A message as the stream holds it; headers are decoded when somebody looks. */
export interface Stored {
  readonly seq: number;
  readonly subject: string;
  /** RFC 3339 with nanoseconds */
  readonly time: string;
  readonly data: Buffer;
  headers(): HeaderList;
}

/** The body of DIRECT.GET and STREAM.MSG.GET, as the server names its fields. */
export interface GetRequest {
  seq?: number;
  start_time?: string;
  next_by_subj?: string;
  last_by_subj?: string;
  batch?: number;
  max_bytes?: number;
  multi_last?: string[];
}

/**
 * Added by the server to the answer of a direct get, behind what the message itself has: whoever published it may have
 * set the same names, and republished messages have them, so that only the last value is the server's word.
 */
const added = ['Nats-Stream', 'Nats-Subject', 'Nats-Sequence', 'Nats-Time-Stamp'];
const addedInBatches = [...added, 'Nats-Num-Pending', 'Nats-Last-Sequence'];
const placesOf = (names: readonly string[]) => new Map(names.map((name, place) => [name, place]));
const places = { single: placesOf(added), batched: placesOf(addedInBatches) };

interface Answer {
  readonly stored: Stored;
  /** how many more match, where the server says so: it knows batches then */
  readonly pending: number | null;
}

const noHeaders: HeaderList = [];

/** This runs for every message that anybody looks at, exports, copies or searches. */
function fromDirect(msg: Msg, batched: boolean, inbox: string): Answer {
  const names: string[] = [];
  const values: string[] = [];
  const take = (name: string, value: string) => {
    names.push(name);
    values.push(value);
  };
  const block = headerBlockOf(msg, inbox.length);
  if (block !== null) eachHeader(block, take);
  else for (const [name, all] of msg.headers ?? []) for (const value of all) take(name, value);
  const servers = batched ? places.batched : places.single;
  const said: (string | undefined)[] = [];
  const own: number[] = [];
  for (let i = names.length - 1; i >= 0; i--) {
    const place = servers.get(names[i] ?? '');
    if (place !== undefined && said[place] === undefined) said[place] = values[i];
    else own.push(i);
  }
  const [, subject = '', seq, time = '', pending] = said;
  const listed = own.length === 0 ? noHeaders : [];
  for (const i of own.reverse()) addHeader(listed, names[i] ?? '', values[i] ?? '');
  const data = Buffer.isBuffer(msg.data)
    ? msg.data
    : Buffer.from(msg.data.buffer, msg.data.byteOffset, msg.data.byteLength);
  return {
    stored: { seq: Number(seq), subject, time, data, headers: () => listed },
    pending: pending === undefined ? null : Number(pending),
  };
}

/** Batches, `multi_last` and `start_time` came with 2.11; an older server ignores what it does not know. */
export const knowsBatches = (link: Pick<Link, 'nc'>): boolean => isAtLeast(link, 2, 11);

type Ending = { readonly pending: number } | ApiError;

/** What a message without payload and with a status says: the end of a batch, or a refusal; null where it is neither. */
function endingOf(msg: Msg, subject: string, inbox: string): Ending | null {
  if (msg.data.length > 0 || headerBlockOf(msg, inbox.length) !== null) return null;
  const code = msg.headers?.code ?? 0;
  // A stored message may have a status of its own, whoever published it: what the server itself says has no sequence.
  if (code === 0 || msg.headers?.has('Nats-Sequence')) return null;
  switch (code) {
    case 204:
      return { pending: Number(msg.headers?.get('Nats-Num-Pending') ?? 0) };
    case 404:
      return { pending: 0 };
    case 503:
      return new ApiError(
        503,
        'jetstream_unavailable',
        `Nobody answers to ${subject}: the stream has no replica that is up, or direct get is not exported to this account.`,
      );
    default:
      return fromNatsError({ code, description: msg.headers?.description || `status ${code}` });
  }
}

/**
 * One DIRECT.GET: a batch comes as messages on an inbox of ours and ends with a 204; a single get is its one message.
 * `more` is whether the server has more that match, `pending` how many where it says so. 404 is an empty answer.
 */
export function directGet(
  link: Link,
  stream: string,
  request: GetRequest,
  signal: AbortSignal,
): Promise<{ messages: Stored[]; more: boolean; pending: number | null }> {
  const subject = `${link.apiPrefix}.DIRECT.GET.${stream}`;
  const batched = request.batch !== undefined || request.multi_last !== undefined;
  return new Promise((resolve, reject) => {
    const messages: Stored[] = [];
    const end = (settle: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', gone);
      sub.unsubscribe();
      settle();
    };
    const gone = () => end(() => reject(clientGone()));
    // Between two messages of a batch too: a server that stops in the middle is a server that does not answer.
    const timer = setTimeout(() => end(() => reject(natsTimeout(subject))), requestTimeoutMs);
    const inbox = createInbox(link.inboxPrefix);
    const sub = link.nc.subscribe(inbox, {
      callback: (error, msg) => {
        if (error) return end(() => reject(fromClientError(error, subject)));
        const ending = endingOf(msg, subject, inbox);
        if (ending instanceof ApiError) return end(() => reject(ending));
        if (ending !== null) return end(() => resolve({ messages, more: ending.pending > 0, pending: ending.pending }));
        const { stored, pending } = fromDirect(msg, batched, inbox);
        messages.push(stored);
        // A server that knows no batches answers with one message and no end: there may be more behind it.
        if (batched && pending === null) return end(() => resolve({ messages, more: true, pending: null }));
        if (!batched) return end(() => resolve({ messages, more: false, pending: null }));
        timer.refresh();
      },
    });
    if (signal.aborted) return gone();
    signal.addEventListener('abort', gone, { once: true });
    try {
      link.nc.publish(subject, JSON.stringify(request), { reply: inbox });
    } catch (error) {
      end(() => reject(fromClientError(error, subject)));
    }
  });
}

/** How many messages, under the subject if there is one, stand at or after a sequence. Takes a server that knows batches. */
export async function directPending(
  link: Link,
  stream: string,
  seq: number,
  subject: string | undefined,
  signal: AbortSignal,
): Promise<number> {
  const request = { seq, batch: 1, ...(subject !== undefined && { next_by_subj: subject }) };
  const { messages, pending } = await directGet(link, stream, request, signal);
  return messages.length + (pending ?? 0);
}
