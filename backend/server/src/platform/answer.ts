import { grafanaHeaders } from '@jetstream-console/contract';
import type { Request, Response } from 'express';
import { ApiError } from './errors';
import type { Raw, Sent } from './handler';

async function write(res: Response, signal: AbortSignal, part: string | Uint8Array): Promise<void> {
  if (res.write(part)) return;
  await new Promise<void>((resolve) => {
    const go = () => {
      res.off('drain', go);
      signal.removeEventListener('abort', go);
      resolve();
    };
    res.once('drain', go);
    signal.addEventListener('abort', go, { once: true });
  });
}

/** Writes one event, and waits while the client reads slower than we write. */
export function emitter(res: Response, signal: AbortSignal): (event: unknown) => Promise<void> {
  return async (event) => {
    if (signal.aborted) return;
    if (!res.headersSent) {
      res.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
    }
    await write(res, signal, `data: ${JSON.stringify(event)}\n\n`);
  };
}

/**
 * Sends an answer as it is, without holding it in memory a second time, and leaves its end to the caller.
 * @returns false where nobody takes it any more
 */
export async function sendParts(res: Response, signal: AbortSignal, status: number, raw: Raw): Promise<boolean> {
  let bytes = 0;
  let why: Sent['why'] = 'failed';
  res.writeHead(raw.rest.status ?? status, {
    'content-type': raw.type,
    'cache-control': 'no-store',
    ...raw.rest.headers,
  });
  try {
    for await (const part of raw.parts) {
      const encoded = typeof part === 'string' ? Buffer.from(part) : part;
      if (!signal.aborted) await write(res, signal, encoded);
      // Left before the next part is made: what makes them counts one as sent when it is asked for another.
      if (signal.aborted) break;
      bytes += encoded.length;
    }
    why = signal.aborted ? 'stopped' : 'end';
  } catch (error) {
    // Whoever goes away in the middle takes with them what was being read for them.
    if (!signal.aborted) throw error;
    why = 'stopped';
  } finally {
    raw.rest.account?.({ bytes, why });
  }
  return why === 'end';
}

/** What is no error of ours is a fault of ours: its text is for the log alone. */
export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError
    ? error
    : new ApiError(
        500,
        'internal',
        'Something went wrong in the console itself. Its log has the details under this request id.',
        { cause: error },
      );
}

/** Long enough for a sender to see the answer and to stop by itself, also through a proxy. */
const lingerMs = 1000;

export function sendProblem(res: Response, error: ApiError, requestId: string): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const text = JSON.stringify(error.toProblem(requestId));
  if (error.details.retryAfter) res.set('retry-after', String(error.details.retryAfter));
  res.status(error.status).type('application/problem+json');
  if (res.req.complete) {
    res.send(text);
    return;
  }
  // What of a body is still on its way is not read to its end for an answer that is known already. A connection that is
  // closed over bytes that nobody read is reset, and the answer is lost with it: so its sender may close it first.
  res.set('connection', 'close').set('content-length', String(Buffer.byteLength(text)));
  res.write(text);
  const end = setTimeout(() => res.end(), lingerMs);
  res.on('close', () => clearTimeout(end));
}

/** Grafana's pages take a 401 of ours for one of Grafana's: they ping its log-in and send the request again. */
export const throughGrafana = (req: Request): boolean =>
  Object.values(grafanaHeaders).some((name) => req.headersDistinct[name] !== undefined);
export const forProxy = (error: ApiError): ApiError =>
  error.status === 401 ? new ApiError(403, error.code, error.message, error.details) : error;
