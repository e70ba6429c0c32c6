import type { IncomingMessage } from 'node:http';
import { setImmediate as othersTurn } from 'node:timers/promises';
import type { Route } from '@jetstream-console/contract';
import type { z } from 'zod';
import { ApiError, invalid } from './errors';
import type { BodyLimit, Upload } from './handler';

/** JSON bodies end here, unless their route says more; up- and downloads of more are streams and do not come this way. */
export const maxBodyBytes = 1_048_576;
const usual: BodyLimit = { bytes: maxBodyBytes, sentence: `The body is larger than ${maxBodyBytes} bytes.` };

/**
 * Refuses what a path must never hold. Grafana's proxy decodes the wildcard and cleans nothing, so `..%2f` arrives
 * as `../`: whoever may call one prefix could step out of it.
 */
export function checkPath(rawUrl: string): void {
  const path = rawUrl.split('?', 1)[0] ?? '';
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    throw new ApiError(400, 'invalid_path', 'The path holds a broken percent-encoding.');
  }
  if (decoded.includes('\0')) throw new ApiError(400, 'invalid_path', 'The path holds a NUL character.');
  const segments = decoded.split('/').slice(1);
  if (segments.some((part) => part === '..' || part === '.'))
    throw new ApiError(400, 'invalid_path', 'The path holds . or .. - names with such parts travel in the query.');
  if (segments.some((part) => part === '')) throw new ApiError(400, 'invalid_path', 'The path holds an empty part.');
}

/** Query parameters, each at most once: a second value is ambiguous, and ambiguity is refused. */
export function readQuery(rawUrl: string): Record<string, string> {
  const at = rawUrl.indexOf('?');
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  if (at < 0) return query;
  for (const [key, value] of new URLSearchParams(rawUrl.slice(at + 1))) {
    if (key in query) throw invalid(`query.${key}`, 'is given twice');
    if (value.includes('\0') || key.includes('\0'))
      throw invalid(`query.${key.replaceAll('\0', '')}`, 'holds a NUL character');
    query[key] = value;
  }
  return query;
}

/** The headers that a route goes by; one that is there twice is ambiguous, and refused. */
export function readHeaders(req: IncomingMessage, route: Pick<Route, 'headers'>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of Object.keys(route.headers.shape)) {
    const values = req.headersDistinct[name] ?? [];
    if (values.length > 1) throw invalid(`header.${name}`, 'is given twice');
    if (values[0] !== undefined) headers[name] = values[0];
  }
  return headers;
}

/** Far deeper than any body of ours; a walk of a body that is all brackets would fill the stack. */
const maxDepth = 32;

/** @throws ApiError 400 for what neither PostgreSQL nor NATS keeps as it is */
function assertStorable(value: unknown, path: string, depth = 0): void {
  if (depth > maxDepth) throw invalid('body', `is nested deeper than ${maxDepth} levels`);
  if (typeof value === 'string') {
    if (value.includes('\0')) throw invalid(path, 'holds a NUL character');
    // Half a surrogate pair has no UTF-8: PostgreSQL and NATS would each store something else.
    if (!value.isWellFormed()) throw invalid(path, 'holds half a character (an unpaired surrogate)');
  } else if (Array.isArray(value)) value.forEach((item, i) => assertStorable(item, `${path}[${i}]`, depth + 1));
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key.includes('\0')) throw invalid(path, 'holds a NUL character in a name');
      assertStorable(item, `${path}.${key}`, depth + 1);
    }
  }
}

/** A JSON body is there in this time; an upload may take as long as it goes on. */
const bodyMs = 60_000;

const tooSlow = (cause: unknown) =>
  new ApiError(408, 'body_too_slow', 'The body did not come in time. Send it again.', { cause });

/** What is asked about a body that is larger than usual. */
export interface Larger {
  limit(): Promise<BodyLimit>;
  /** Waits until one more large body may be held in memory; whoever gives the turns takes it back. */
  turn(): Promise<void>;
}

async function drain(req: IncomingMessage, larger: Larger | undefined): Promise<readonly Buffer[]> {
  let limit = usual;
  const assertFits = async (size: number) => {
    const first = size > limit.bytes && limit === usual && larger !== undefined;
    if (first) limit = await larger.limit();
    if (size > limit.bytes) throw new ApiError(413, 'body_too_large', limit.sentence);
    if (first) await larger.turn();
  };
  await assertFits(Number(req.headers['content-length'] ?? 0));
  const chunks: Buffer[] = [];
  let size = 0;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    req.destroy();
  }, bodyMs);
  try {
    for await (const chunk of req as AsyncIterable<Buffer>) {
      size += chunk.length;
      await assertFits(size);
      chunks.push(chunk);
    }
  } catch (error) {
    throw late ? tooSlow(error) : error;
  } finally {
    clearTimeout(timer);
  }
  return chunks;
}

/** A sender that says nothing for this long has gone. */
const silenceMs = 60_000;

async function* parts(req: IncomingMessage): AsyncGenerator<Buffer, void> {
  // What is not wanted any more must not take the connection with it: the answer goes over that.
  const from = (req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let silent = false;
  try {
    for (;;) {
      // Whoever writes the parts away may take their time; the sender may not.
      const timer = setTimeout(() => {
        silent = true;
        req.destroy();
      }, silenceMs);
      const next = await from.next().finally(() => clearTimeout(timer));
      if (next.done) return;
      yield next.value;
    }
  } catch (error) {
    throw silent
      ? tooSlow(error)
      : new ApiError(499, 'client_gone', 'The body broke off before its end.', { cause: error });
  } finally {
    await from.return?.();
  }
}

const bodies = new WeakMap<IncomingMessage, Promise<readonly Buffer[]>>();

/** Read once, since a signature and the route both look at it. */
function readParts(req: IncomingMessage, larger?: Larger): Promise<readonly Buffer[]> {
  const known = bodies.get(req);
  if (known) return known;
  const reading = drain(req, larger);
  bodies.set(req, reading);
  return reading;
}

/** The body as it was sent, up to the bound. */
export const readBytes = async (req: IncomingMessage): Promise<Buffer> => Buffer.concat(await readParts(req));

async function* known(read: Promise<readonly Buffer[]>): AsyncGenerator<Buffer, void> {
  yield* await read;
}

/** So much is decoded at once, in less than a millisecond; between such pieces of a large body others get their turn. */
const pieceBytes = 256 * 1024;

/** @throws TypeError where it is no UTF-8 */
async function textOf(parts: readonly Buffer[]): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let since = 0;
  for (const part of parts) {
    text += decoder.decode(part, { stream: true });
    since += part.length;
    if (since < pieceBytes) continue;
    since = 0;
    await othersTurn();
  }
  return text + decoder.decode();
}

/** A body of any size, for routes that take bytes. One that a signature was checked over has been read already. */
export function uploadOf(req: IncomingMessage): Upload {
  const length = Number(req.headers['content-length'] ?? Number.NaN);
  const read = bodies.get(req);
  return { length: Number.isSafeInteger(length) ? length : null, parts: read ? known(read) : parts(req) };
}

/**
 * Reads a JSON body up to the bound; one byte more ends the reading there.
 * @param larger what holds for one that is larger than usual; without it none may be
 */
export async function readBody(req: IncomingMessage, larger?: Larger): Promise<unknown> {
  const parts = await readParts(req, larger);
  if (parts.length === 0) return undefined;
  if (!/^application\/json\b/i.test(req.headers['content-type'] ?? ''))
    throw new ApiError(415, 'unsupported_media_type', 'Send the body as application/json.');
  let body: unknown;
  try {
    body = JSON.parse(await textOf(parts));
  } catch (error) {
    throw new ApiError(400, 'invalid_json', 'The body is not JSON in UTF-8.', { cause: error });
  }
  assertStorable(body, 'body');
  return body;
}

function fieldErrors(where: string, error: z.ZodError) {
  return error.issues.slice(0, 20).map((issue) => ({
    field: [where, ...issue.path.map(String)].join('.'),
    message:
      issue.code === 'unrecognized_keys'
        ? `${issue.message}; known ones are listed in /api/v1/openapi.json`
        : issue.message,
  }));
}

/** Checks one part of a request against its schema. @throws ApiError 400 that names each field */
export function check<S extends z.ZodType>(
  schema: S,
  where: 'path' | 'query' | 'header' | 'body',
  value: unknown,
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = fieldErrors(where, parsed.error);
  const first = errors[0];
  throw new ApiError(400, 'invalid', first ? `${first.field}: ${first.message}` : `The ${where} is not valid.`, {
    errors,
  });
}

export const takesBody = (route: Pick<Route, 'body'>): boolean => route.body.type !== 'undefined';
