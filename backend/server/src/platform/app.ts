import { createServer, type Server } from 'node:http';
import { apiBase } from '@jetstream-console/contract';
import express, { type Express, type Request } from 'express';
import helmet from 'helmet';
import ipaddr from 'ipaddr.js';
import { randomUUID } from 'node:crypto';
import { sendProblem } from './answer';
import { ApiError, invalid } from './errors';
import type { Config } from './config';
import type { Limiter } from './limits';
import { localLimiter } from './limits';
import type { Logger } from './log';
import type { Metrics } from './metrics';
import { networkOf, parseNetwork } from './networks';
import { openApi } from './openapi';
import { makeRouter, type RouterDeps } from './router';

export type Checks = Readonly<Record<string, () => Promise<void>>>;

/**
 * The client's address: the socket's, unless that is a proxy the deployment trusts, and then the last address that the
 * header names and that is none of those.
 */
export function addressReader(trusted: readonly string[]) {
  const ranges = trusted.map(parseNetwork);
  const isTrusted = (text: string) => {
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.process(text);
    return ranges.some(([range, bits]) => range.kind() === address.kind() && address.match(range, bits));
  };
  return (req: Pick<Request, 'socket' | 'headers'>): string => {
    const socket = req.socket.remoteAddress ?? 'unknown';
    if (!isTrusted(socket)) return socket;
    const forwarded = String(req.headers['x-forwarded-for'] ?? '').split(',');
    for (const part of forwarded.reverse()) {
      const address = withoutPort(part.trim());
      // What stands left of something unreadable may come from anybody.
      if (!ipaddr.isValid(address)) return socket;
      if (!isTrusted(address)) return address;
    }
    return socket;
  };
}

/** `[2001:db8::1]:443` and `203.0.113.9:4431`, as some proxies write whom they speak for. */
const withoutPort = (part: string): string =>
  /^\[([^\]]+)\](?::\d+)?$/.exec(part)?.[1] ?? /^([\d.]+):\d+$/.exec(part)?.[1] ?? part;

async function readiness(checks: Checks): Promise<Record<string, string>> {
  const down: Record<string, string> = {};
  await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        await check();
      } catch (error) {
        down[name] = error instanceof Error ? error.message : String(error);
      }
    }),
  );
  return down;
}

interface AppDeps extends Omit<RouterDeps, 'addressOf'> {
  readonly config: Config;
  readonly checks: Checks;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly addressLimiter?: Limiter;
}

export function makeApp(deps: AppDeps): Express {
  const { config, metrics } = deps;
  const addressOf = addressReader(config.trustedProxies);
  const addresses = deps.addressLimiter ?? localLimiter();
  const app = express();
  app.disable('x-powered-by').set('etag', false).set('case sensitive routing', true).set('query parser', false);
  app.use(helmet());
  app.get('/health/live', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.get('/health/ready', (req, res, next) => {
    // A load balancer may ask for what it cannot do without: ?need=postgres
    const need = new URL(req.originalUrl, 'http://localhost').searchParams.get('need')?.split(',');
    const unknown = need?.filter((name) => !Object.hasOwn(deps.checks, name)) ?? [];
    if (unknown.length > 0) {
      // A misspelt name would be ready for ever.
      sendProblem(
        res,
        invalid('query.need', `names what is not checked here; there are ${Object.keys(deps.checks).join(', ')}`),
        randomUUID(),
      );
      return;
    }
    const wanted = Object.fromEntries(
      Object.entries(deps.checks).filter(([name]) => need === undefined || need.includes(name)),
    );
    readiness(wanted).then((down) => {
      const names = Object.keys(down);
      if (names.length > 0) deps.log.warn({ down }, 'not ready');
      // The reasons hold addresses, and nobody has logged in here: names are enough.
      res
        .status(names.length === 0 ? 200 : 503)
        .json({ status: names.length === 0 ? 'ready' : 'not_ready', down: names, checked: Object.keys(wanted) });
    }, next);
  });
  app.get('/metrics', (_req, res, next) => {
    metrics.expose().then(({ type, body }) => res.type(type).send(body), next);
  });
  app.use((req, res, next) => {
    addresses.take(networkOf(addressOf(req)), config.limits.addressPerMinute).then((wait) => {
      if (wait === 0) {
        next();
        return;
      }
      metrics.refused('address_limit');
      sendProblem(
        res,
        new ApiError(429, 'too_many_requests', `Too many requests from this address. Try again in ${wait} s.`, {
          retryAfter: wait,
        }),
        randomUUID(),
      );
    }, next);
  });
  const description = JSON.stringify(openApi());
  app.get(`${apiBase}/openapi.json`, (_req, res) => {
    res.type('application/json').send(description);
  });
  app.use(apiBase, makeRouter({ ...deps, addressOf }));
  app.use((req, res) => {
    sendProblem(
      res,
      new ApiError(
        404,
        'no_route',
        `There is no ${req.method} ${req.path.slice(0, 200)}. ${apiBase}/openapi.json lists what there is.`,
      ),
      randomUUID(),
    );
  });
  app.use(((error: unknown, _req, res, _next) => {
    const status = typeof error === 'object' && error !== null && 'status' in error && error.status === 400 ? 400 : 500;
    if (status === 500) deps.log.error({ err: error }, 'request failed outside a route');
    sendProblem(
      res,
      status === 400
        ? new ApiError(400, 'invalid_path', 'The path cannot be read.')
        : new ApiError(500, 'internal', 'Something went wrong in the console itself.'),
      randomUUID(),
    );
  }) satisfies express.ErrorRequestHandler);
  return app;
}

export interface Listening {
  readonly port: number;
  close(graceMs?: number): Promise<void>;
}

/** Listens, and stops by letting requests that run come to their end, for a while. */
export function listen(app: Express, host: string, port: number): Promise<Listening> {
  // How long a body may take is for whoever reads it: an upload of some gigabytes takes longer than any bound for all.
  const server: Server = createServer({ maxHeaderSize: 32_768, requestTimeout: 0, headersTimeout: 15_000 }, app);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address ? address.port : port,
        close: (graceMs = 10_000) =>
          new Promise((done) => {
            const cut = setTimeout(() => server.closeAllConnections(), graceMs);
            server.close(() => {
              clearTimeout(cut);
              done();
            });
            server.closeIdleConnections();
          }),
      });
    });
  });
}
