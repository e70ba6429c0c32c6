import { apiBase } from '@jetstream-console/contract';
import type { Dispatcher } from 'undici';
import type { Asking } from './asker';
import { Failure, refused, unreachable } from './failure';
import type { Settings } from './settings';
import { signedHeaders } from './sign';
import { proxied, trustedAuthorities } from './trust';

export interface Ask {
  readonly method: 'GET' | 'POST';
  /** below /api/v1, with its query */
  readonly path: string;
  readonly asking: Asking;
  readonly body?: Buffer;
  readonly accept?: string;
  readonly signal: AbortSignal;
  /** how long silence may last between two pieces of the answer; 0 for streams of events */
  readonly silenceMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The console, asked in the name of one datasource. Connections are kept open between requests. */
export interface Backend {
  readonly apiUrl: string;
  /** @throws Failure when no answer came */
  send(ask: Ask): Promise<Answer>;
  /**
   * The answer as it comes; what breaks while it is read is thrown as it is.
   * @throws Failure when no answer came or the console refused
   */
  open(ask: Ask): Promise<Answer>;
  /** @throws Failure when no answer came, the console refused, or the answer is over the limit */
  read(ask: Ask, limit?: number): Promise<{ type: string; body: Buffer }>;
  close(): Promise<void>;
}

const connectMs = 5000;
/** SQL may run for two minutes; Grafana's own time limits cancel earlier. */
const firstByteMs = 150_000;
const silenceMs = 60_000;
const mebibyte = 1024 * 1024;
export const largestAnswer = 512 * mebibyte;
/** refusals are read whole to be quoted */
const largestRefusal = mebibyte;

const nothing = new Uint8Array(0);

/** Loaded at the first request: the handshake does not wait for it. */
async function makeDispatcher(url: URL): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = await import('undici');
  const tls = url.protocol === 'https:' ? { ca: trustedAuthorities() } : {};
  const common = { headersTimeout: firstByteMs, keepAliveTimeout: 30_000, connect: { timeout: connectMs, ...tls } };
  // Behind a proxy the console's own TLS takes its settings by another name.
  const tunnelled = { ...common, requestTls: tls };
  return proxied(url) ? new EnvHttpProxyAgent(tunnelled) : new Agent(common);
}

const first = (value: string | string[] | undefined): string => (Array.isArray(value) ? value[0] : value) ?? '';

async function collect(answer: Answer, limit: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body) {
    size += part.length;
    if (size > limit)
      throw new Failure(
        413,
        'downstream',
        `The answer is over ${Math.round(limit / mebibyte)} MiB. Ask for a shorter time, fewer series or fewer rows.`,
      );
    parts.push(part);
  }
  return parts.length === 1 && Buffer.isBuffer(parts[0]) ? parts[0] : Buffer.concat(parts, size);
}

export function makeBackend(settings: Settings): Backend {
  const { apiUrl } = settings;
  const url = new URL(apiUrl);
  let dispatcher: Promise<Dispatcher> | undefined;

  const send = async (ask: Ask): Promise<Answer> => {
    const body = ask.body ?? nothing;
    const path = `${apiBase}${ask.path}`;
    const headers = signedHeaders({ ...settings, secret: settings.gatewaySecret, ...ask, path, body });
    dispatcher ??= makeDispatcher(url);
    try {
      const response = await (
        await dispatcher
      ).request({
        origin: url.origin,
        // What is signed is the path that the console sees: a prefix before it is a proxy's, which takes it away.
        path: `${url.pathname === '/' ? '' : url.pathname}${path}`,
        method: ask.method,
        signal: ask.signal,
        bodyTimeout: ask.silenceMs ?? silenceMs,
        body: ask.body,
        headers: {
          ...headers,
          accept: ask.accept ?? 'application/json',
          ...(ask.body !== undefined && { 'content-type': 'application/json' }),
        },
      });
      return { status: response.statusCode, headers: response.headers, body: response.body };
    } catch (error) {
      ask.signal.throwIfAborted();
      throw unreachable(apiUrl, error);
    }
  };

  const whole = async (answer: Answer, signal: AbortSignal, limit: number): Promise<Buffer> => {
    try {
      return await collect(answer, limit);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof Failure ? error : unreachable(apiUrl, error);
    }
  };

  const open = async (ask: Ask): Promise<Answer> => {
    const answer = await send(ask);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw refused(apiUrl, answer.status, (await whole(answer, ask.signal, largestRefusal)).toString('utf8'));
  };

  return {
    apiUrl,
    send,
    open,
    read: async (ask, limit = largestAnswer) => {
      const answer = await open(ask);
      return { type: first(answer.headers['content-type']), body: await whole(answer, ask.signal, limit) };
    },
    close: async () => {
      await (await dispatcher)?.close();
    },
  };
}
