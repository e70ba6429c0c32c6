import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import {
  decide,
  grafanaHeaders,
  routes,
  showPermission,
  type Need,
  type Permission,
  type Route,
  type Routes,
  type Target,
} from '@jetstream-console/contract';
import { Router, type Request, type RequestHandler, type Response } from 'express';
import { whoOf, type Act, type Audit } from '../audit/audit';
import { ApiError, forbidden } from './errors';
import { Raw, type Ctx, type Handler, type Handlers, type Principal } from './handler';
import { check, checkPath, readBody, readQuery, takesBody } from './input';
import type { Limiter } from './limits';
import type { Logger } from './log';
import type { Metrics } from './metrics';

/** Turns a request into a principal, or refuses. Public routes do not ask. */
export type Identify = (req: Request) => Promise<Principal>;

export interface RouterDeps {
  readonly handlers: Handlers<Routes>;
  readonly identify: Identify;
  readonly audit: Audit;
  readonly principalLimit: { readonly limiter: Limiter; readonly perMinute: number };
  readonly addressOf: (req: Request) => string;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** answers are checked against their schema too: in development and tests, where a mismatch is a bug to see */
  readonly checkAnswers: boolean;
  /** aborts when the server stops */
  readonly stopping: AbortSignal;
}

type Params = Record<string, unknown>;
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** What a declared need asks about, with the path's parameters filled in. */
export function targetOf(need: Need, params: Params): Target {
  return {
    ...(need.cluster && { cluster: text(params[need.cluster]) }),
    ...(need.name && { name: text(params[need.name]) }),
  };
}

function authorize(route: Route, principal: Principal, params: Params): void {
  if (route.access === 'public' || route.access === 'principal') return;
  for (const need of route.access) {
    const decision = decide(
      principal.grants,
      { resource: need.resource, action: need.action, target: targetOf(need, params) },
      principal.subject.id,
      need.each ?? false,
    );
    if (!decision.allowed)
      throw forbidden(
        `You may not do this: ${decision.reason}. Ask an administrator of the console for a role that does.`,
      );
  }
}

function actOf(route: Route, req: Request, requestId: string, ip: string, params: Params): Act {
  const named = Object.entries(params)
    .filter(([key]) => key !== 'clusterId')
    .map(([key, value]) => `${key}=${String(value)}`);
  return {
    action: route.audit ?? route.id,
    resource: named.join(' ') || null,
    clusterId: text(params['clusterId']) ?? null,
    ip,
    requestId,
    userAgent: req.get('user-agent') ?? '',
  };
}

function makeCtx(
  deps: RouterDeps,
  route: Route,
  principal: Principal,
  { req, res }: { req: Request; res: Response },
  requestId: string,
  ip: string,
) {
  const gone = new AbortController();
  res.on('close', () => gone.abort());
  const changes: { value: unknown } = { value: undefined };
  const ask = (permission: Permission, target: Target) =>
    decide(principal.grants, { ...permission, target }, principal.subject.id);
  const ctx: Ctx = {
    principal,
    requestId,
    ip,
    userAgent: req.get('user-agent') ?? '',
    accept: req.get('accept') ?? '',
    level: route.credential,
    // A stop ends what streams for minutes; short answers come to their end, which listen() waits for.
    signal: route.sends === 'events' ? AbortSignal.any([gone.signal, deps.stopping]) : gone.signal,
    decide: ask,
    require: (permission, target) => {
      const decision = ask(permission, target);
      if (!decision.allowed) throw forbidden(`You may not do this: ${decision.reason}.`);
    },
    changed: (before, after) => {
      changes.value = { before, after };
    },
  };
  return { ctx, changes };
}

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
function emitter(res: Response, signal: AbortSignal): (event: unknown) => Promise<void> {
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

/** Sends an answer as it is, without holding it in memory a second time. */
async function sendRaw(res: Response, signal: AbortSignal, status: number, raw: Raw): Promise<void> {
  res.writeHead(status, { 'content-type': raw.type, 'cache-control': 'no-store' });
  for await (const part of raw.parts) {
    if (signal.aborted) return;
    await write(res, signal, part);
  }
  res.end();
}

const publicPrincipal: Principal = {
  organizationId: '',
  subject: { id: '', kind: 'user', login: '', name: '', email: null },
  roles: [],
  teams: [],
  grants: [],
  organizationVersion: '',
  installationAdmin: false,
  via: 'session',
  expiresAt: null,
};

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError
    ? error
    : new ApiError(
        500,
        'internal',
        'Something went wrong in the console itself. Its log has the details under this request id.',
        { cause: error },
      );
}

export function sendProblem(res: Response, error: ApiError, requestId: string): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  // What of a body is still on its way is not read to its end for an answer that is known already.
  if (!res.req.complete) res.set('connection', 'close');
  if (error.details.retryAfter) res.set('retry-after', String(error.details.retryAfter));
  res
    .status(error.status)
    .type('application/problem+json')
    .send(JSON.stringify(error.toProblem(requestId)));
}

/** Runs the act between its intent and its outcome. An outcome that cannot be written leaves the intent open, for the worker to close. */
async function act(
  deps: RouterDeps,
  who: ReturnType<typeof whoOf>,
  record: string,
  changes: { value: unknown },
  work: () => Promise<unknown>,
): Promise<unknown> {
  let answer: unknown;
  try {
    answer = await work();
  } catch (error) {
    const { message, status } = asApiError(error);
    await deps.audit.finish(who, record, {
      status: status === 403 ? 'denied' : 'failure',
      error: message,
      changes: changes.value,
    });
    throw error;
  }
  await deps.audit.finish(who, record, { status: 'success', error: null, changes: changes.value });
  return answer;
}

async function identified(deps: RouterDeps, req: Request): Promise<Principal> {
  let principal: Principal;
  try {
    principal = await deps.identify(req);
  } catch (error) {
    deps.metrics.refused('identity');
    throw error;
  }
  const { limiter, perMinute } = deps.principalLimit;
  const wait = await limiter.take(`p:${principal.subject.id}`, perMinute);
  if (wait > 0)
    throw new ApiError(
      429,
      'too_many_requests',
      `You sent more than ${perMinute} requests in a minute. Try again in ${wait} s.`,
      { retryAfter: wait },
    );
  return principal;
}

/** The way of every request: identity, its limit, permission, validation, audit intent, the act, audit outcome, answer. */
async function serve(
  deps: RouterDeps,
  route: Route,
  handler: Handler<Route>,
  req: Request,
  res: Response,
  requestId: string,
): Promise<void> {
  const ip = deps.addressOf(req);
  checkPath(req.originalUrl);
  const principal = route.access === 'public' ? publicPrincipal : await identified(deps, req);
  const params = check(route.params, 'path', req.params) as Params;
  const whatFor = actOf(route, req, requestId, ip, params);
  const who = whoOf(principal);
  const { ctx, changes } = makeCtx(deps, route, principal, { req, res }, requestId, ip);
  let answer: unknown;
  let begun = false;
  try {
    // Before the body is read: who may not do this is not worth a megabyte, and learns nothing of what is expected.
    authorize(route, principal, params);
    const query = check(route.query, 'query', readQuery(req.originalUrl));
    const body = takesBody(route) ? check(route.body, 'body', await readBody(req)) : undefined;
    const work = async () =>
      handler({ params, query, body } as Parameters<Handler<Route>>[0], ctx, emitter(res, ctx.signal));
    if (route.audit === null || route.access === 'public') answer = await work();
    else {
      const record = await deps.audit.begin(who, whatFor);
      begun = true;
      answer = await act(deps, who, record, changes, work);
    }
  } catch (error) {
    const known = asApiError(error);
    if (known.status === 403 && !begun && route.access !== 'public')
      await deps.audit.denied(who, whatFor, known.message);
    throw known;
  }
  if (route.sends === 'events') res.end();
  else if (answer instanceof Raw) await sendRaw(res, ctx.signal, route.status, answer);
  else res.status(route.status).json(deps.checkAnswers ? route.response.parse(answer) : answer);
}

/** Grafana's pages take a 401 of ours for one of Grafana's: they ping its log-in and send the request again. */
const throughGrafana = (req: Request): boolean =>
  Object.values(grafanaHeaders).some((name) => req.headersDistinct[name] !== undefined);
const forProxy = (error: ApiError): ApiError =>
  error.status === 401 ? new ApiError(403, error.code, error.message, error.details) : error;

function mount(router: Router, deps: RouterDeps, route: Route, handler: Handler<Route>): void {
  const run: RequestHandler = (req, res) => {
    const requestId = randomUUID();
    const started = performance.now();
    res.set('x-request-id', requestId);
    serve(deps, route, handler, req, res, requestId)
      .catch((error: unknown) => {
        const known = asApiError(error);
        if (known.status >= 500 && known.code === 'internal')
          deps.log.error({ err: known.details.cause, requestId, route: route.id }, 'request failed');
        sendProblem(res, throughGrafana(req) ? forProxy(known) : known, requestId);
      })
      .finally(() => {
        const ms = performance.now() - started;
        deps.metrics.request(route.id, route.method, res.statusCode, ms / 1000);
        deps.log.info({ requestId, route: route.id, status: res.statusCode, ms: Math.round(ms * 10) / 10 }, 'request');
      });
  };
  router[route.method.toLowerCase() as Lowercase<Route['method']>](route.path, run);
}

/** The router of /api/v1: every route of the table, and nothing else. */
export function makeRouter(deps: RouterDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  // A literal segment is told before a parameter: /clusters/test is not a cluster.
  const ordered = Object.values<Route>(routes).sort((a, b) => a.path.split('/:').length - b.path.split('/:').length);
  const handlers: Readonly<Record<string, Handler<Route>>> = deps.handlers as Handlers<Record<string, Route>>;
  for (const route of ordered) {
    const handler = handlers[route.id];
    if (!handler) throw new Error(`route ${route.id} has no handler`);
    mount(router, deps, route, handler);
  }
  return router;
}

/** For docs: the permissions of a route in the form people read. */
export const showAccess = (route: Route): string =>
  typeof route.access === 'string' ? route.access : route.access.map(showPermission).join(', ');
