import { createInbox, type Msg } from '@nats-io/transport-node';
import { isAtLeast, type Link } from '../clusters/link';
import { ApiError } from '../platform/errors';
import { clientGone, fromClientError, fromNatsError, natsTimeout, requestTimeoutMs } from './api';

/** A message as the stream holds it; headers are decoded when somebody looks. */
export interface Stored {
  readonly seq: number;
  readonly subject: string;
  /** RFC 3339 with nanoseconds */
  readonly time: string;
  readonly data: Buffer;
  headers(): [string, string[]][];
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
const added = new Set(['Nats-Stream', 'Nats-Subject', 'Nats-Sequence', 'Nats-Time-Stamp']);
const addedInBatches = new Set([...added, 'Nats-Num-Pending', 'Nats-Last-Sequence']);

interface Answer {
  readonly stored: Stored;
  /** how many more match, where the server says so: it knows batches then */
  readonly pending: number | null;
}

/** One pass over the headers: looking each up by name would walk them all every time, and this runs for every message. */
function fromDirect(msg: Msg, batched: boolean): Answer {
  let seq = NaN;
  let subject = '';
  let time = '';
  let pending: number | null = null;
  let own: [string, string[]][] | null = null;
  const servers = batched ? addedInBatches : added;
  for (const [name, values] of msg.headers ?? []) {
    if (!servers.has(name)) {
      (own ??= []).push([name, values]);
      continue;
    }
    const value = values.at(-1) ?? '';
    if (name === 'Nats-Sequence') seq = Number(value);
    else if (name === 'Nats-Subject') subject = value;
    else if (name === 'Nats-Time-Stamp') time = value;
    else if (name === 'Nats-Num-Pending') pending = Number(value);
    if (values.length > 1) (own ??= []).push([name, values.slice(0, -1)]);
  }
  const data = Buffer.isBuffer(msg.data)
    ? msg.data
    : Buffer.from(msg.data.buffer, msg.data.byteOffset, msg.data.byteLength);
  return { stored: { seq, subject, time, data, headers: () => own ?? [] }, pending };
}

/** Batches, `multi_last` and `start_time` came with 2.11; an older server ignores what it does not know. */
export const knowsBatches = (link: Pick<Link, 'nc'>): boolean => isAtLeast(link, 2, 11);

type Ending = { readonly pending: number } | ApiError;

/** What a message without payload and with a status says: the end of a batch, or a refusal; null where it is neither. */
function endingOf(msg: Msg, subject: string): Ending | null {
  if (msg.data.length > 0) return null;
  const code = msg.headers?.code ?? 0;
  if (code === 0) return null;
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
    const sub = link.nc.subscribe(createInbox(link.inboxPrefix), {
      callback: (error, msg) => {
        if (error) return end(() => reject(fromClientError(error, subject)));
        const ending = endingOf(msg, subject);
        if (ending instanceof ApiError) return end(() => reject(ending));
        if (ending !== null) return end(() => resolve({ messages, more: ending.pending > 0, pending: ending.pending }));
        const { stored, pending } = fromDirect(msg, batched);
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
      link.nc.publish(subject, JSON.stringify(request), { reply: sub.getSubject() });
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
