import { errors, headers } from '@nats-io/transport-node';
import { z } from 'zod';
import type { Link } from '../clusters/link';
import { within } from '../platform/engines';
import { ApiError } from '../platform/errors';

/** One JetStream api request waits this long: longer than the 4 s that a cluster's LIST may itself wait for asset leaders, and short of the five seconds in which we answer. */
export const requestTimeoutMs = 4600;
/** A server that is there answers a ping in this time, even a busy one. */
const pingMs = 300;

export const clientGone = () => new ApiError(499, 'client_gone', 'The client went away.');
export const natsTimeout = (subject: string, cause?: unknown) =>
  new ApiError(
    504,
    'nats_timeout',
    `NATS did not answer to ${subject} in time. The stream may have no leader, or the user may not publish there.`,
    { cause },
  );

const errorReply = z.object({
  error: z.object({
    code: z.number().optional(),
    err_code: z.number().optional(),
    description: z.string().default('no description'),
  }),
});

/** The server's JetStream errors that a person meets, in words that say what to do. By err_code (nats-server errors.json). */
const sentences: Record<number, [status: number, code: string, say: string]> = {
  10059: [404, 'stream_not_found', 'There is no such stream in this account.'],
  10014: [404, 'consumer_not_found', 'There is no such consumer on this stream.'],
  10037: [
    404,
    'message_not_found',
    'There is no message at this place: it was deleted, has expired, or was never there.',
  ],
  10039: [
    422,
    'jetstream_not_enabled',
    'JetStream is not enabled for this account. Enable it for the account in the server configuration or its JWT.',
  ],
  10076: [422, 'jetstream_not_enabled', 'JetStream is not enabled on this server.'],
  10008: [
    503,
    'jetstream_unavailable',
    'JetStream has no meta leader right now, so nothing can be asked of it. It comes back when a majority of the servers is there.',
  ],
  10047: [
    422,
    'storage_exceeded',
    'The servers have not that much storage left: the whole of max_bytes is reserved when a stream is made or grows. Give a smaller max_bytes, or free some.',
  ],
  10077: [
    422,
    'stream_full',
    'There is no room for it: the stream has reached a limit (max_bytes or max_msgs) and refuses what is new. Raise its limit, or remove something.',
  ],
  10118: [503, 'stream_offline', 'This stream is offline: no server that holds it can load it.'],
};

/** A JetStream error as the api passes it on: the server's code and words, and a plain sentence. */
export function fromNatsError({
  code,
  err_code,
  description,
}: {
  code?: number;
  err_code?: number;
  description: string;
}): ApiError {
  const nats = { code, errCode: err_code, description };
  const known = err_code === undefined ? undefined : sentences[err_code];
  if (known) return new ApiError(known[0], known[1], known[2], { nats });
  return new ApiError(code === 404 ? 404 : code === 503 ? 503 : 422, 'nats_error', `NATS answers: ${description}.`, {
    nats,
  });
}

/** What the client threw for a request, in the same form. */
export function fromClientError(error: unknown, subject: string): ApiError {
  if (error instanceof ApiError) return error;
  const permission =
    error instanceof Error && error.cause instanceof errors.PermissionViolationError ? error.cause : error;
  if (permission instanceof errors.PermissionViolationError) {
    return new ApiError(
      403,
      'nats_permission',
      `The credential of this cluster may not ${permission.operation} ${permission.subject}. Allow it in the user's permissions.`,
      { cause: error },
    );
  }
  if (error instanceof errors.NoRespondersError)
    return new ApiError(
      503,
      'jetstream_unavailable',
      `Nobody answers to ${subject}: JetStream is off for this account, in another domain, or without a leader.`,
      { cause: error },
    );
  if (error instanceof errors.RequestError && error.isNoResponders())
    return new ApiError(
      503,
      'jetstream_unavailable',
      `Nobody answers to ${subject}: JetStream is off for this account, in another domain, or without a leader.`,
      { cause: error },
    );
  if (error instanceof errors.TimeoutError || (error instanceof Error && error.cause instanceof errors.TimeoutError))
    return natsTimeout(subject, error);
  return new ApiError(
    503,
    'cluster_unreachable',
    'The connection to this cluster was lost while it was asked. Try again.',
    { cause: error, retryAfter: 3 },
  );
}

function whenAborted(signal: AbortSignal): { promise: Promise<never>; off: () => void } {
  let listener = () => {};
  const promise = new Promise<never>((_, reject) => {
    listener = () => reject(clientGone());
    if (signal.aborted) listener();
    else signal.addEventListener('abort', listener, { once: true });
  });
  return { promise, off: () => signal.removeEventListener('abort', listener) };
}

/** Tells a server that leaves one request unanswered from one that does not answer at all. */
async function silentServer(link: Link, error: ApiError): Promise<ApiError> {
  if (error.code !== 'nats_timeout') return error;
  try {
    await within(pingMs, 'The server', link.nc.flush());
    return error;
  } catch (cause) {
    return new ApiError(
      503,
      'cluster_unreachable',
      'This cluster cannot be reached: the connection is open, and the server does not answer on it.',
      { cause, retryAfter: 5 },
    );
  }
}

/** What a request carries besides its body. */
export interface RequestOptions {
  /** the api level that the server must have: an older one that knows the header refuses, rather than ignores a field */
  readonly requiredLevel?: number;
}

/**
 * One JetStream api request.
 * @param name below the api prefix, such as `STREAM.INFO.ORDERS`
 * @param body JSON as it is sent
 * @returns the answer as it came, errors of the server included
 */
export async function apiText(
  link: Link,
  name: string,
  body: string | undefined,
  signal: AbortSignal,
  { requiredLevel = 0 }: RequestOptions = {},
): Promise<string> {
  const subject = `${link.apiPrefix}.${name}`;
  const aborted = whenAborted(signal);
  const level = headers();
  level.set('Nats-Required-Api-Level', String(requiredLevel));
  let reply: string;
  try {
    const asked = link.nc.request(subject, body, {
      timeout: requestTimeoutMs,
      ...(requiredLevel > 0 && { headers: level }),
    });
    reply = (await Promise.race([asked, aborted.promise])).string();
  } catch (error) {
    throw await silentServer(link, fromClientError(error, subject));
  } finally {
    aborted.off();
  }
  return reply;
}

/**
 * One JetStream api request, its JSON answer unparsed but for the error.
 * @param name below the api prefix, such as `STREAM.INFO.ORDERS`
 */
export async function apiRequest(link: Link, name: string, body: unknown, signal: AbortSignal): Promise<unknown> {
  const text = await apiText(link, name, body === undefined ? undefined : JSON.stringify(body), signal);
  return withoutError(readReply(text, `${link.apiPrefix}.${name}`));
}

export function readReply(text: string, subject: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fromClientError(error, subject);
  }
}

/** @throws ApiError where the answer is an error of the server */
export function withoutError(reply: unknown): unknown {
  const failed = errorReply.safeParse(reply);
  if (failed.success) throw fromNatsError(failed.data.error);
  return reply;
}

/** A reply in a form we do not know is the server's fault and is said so. */
export function parseReply<S extends z.ZodType>(schema: S, reply: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(reply);
  if (!parsed.success)
    throw new ApiError(
      502,
      'unexpected_reply',
      `NATS answered ${what} in a form that the console does not know. Is the server 2.10 or newer?`,
      { cause: parsed.error },
    );
  return parsed.data;
}

/** Runs `work` over items, at most so many at once, in order of the results. */
export async function atMost<T, R>(limit: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array<R>(items.length);
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}
