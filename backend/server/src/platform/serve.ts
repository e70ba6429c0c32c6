import { decide, type Need, type Route, type Routes, type Target } from '@jetstream-console/contract';
import type { Request, Response } from 'express';
import { asking } from '../access/asking';
import { whoOf, type Act, type Audit, type Outcome } from '../audit/audit';
import { asApiError, emitter, sendParts } from './answer';
import { ApiError, forbidden } from './errors';
import { Raw, type BodyLimit, type BodyLimits, type Ctx, type Handler, type Principal } from './handler';
import { check, checkPath, readBody, readHeaders, readQuery, takesBody, uploadOf } from './input';
import type { Limiter } from './limits';
import type { Metrics } from './metrics';
import { makeStages, type Stages } from './stages';
import type { Turns } from './turns';

/** Turns a request into a principal, or refuses. Public routes do not ask. */
export type Identify = (req: Request) => Promise<Principal>;

export interface ServeDeps {
  readonly identify: Identify;
  readonly audit: Audit;
  readonly principalLimit: { readonly limiter: Limiter; readonly perMinute: number };
  readonly addressOf: (req: Request) => string;
  readonly metrics: Metrics;
  /** answers are checked against their schema too: in development and tests, where a mismatch is a bug to see */
  readonly checkAnswers: boolean;
  /** aborts when the server stops */
  readonly stopping: AbortSignal;
  readonly bodyLimits: BodyLimits<Routes>;
  /** by organization: who holds a large body in memory */
  readonly largeBodies: Turns;
}

type AnyLimit = (params: Params, ctx: Ctx) => Promise<BodyLimit>;

type Params = Record<string, unknown>;
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** What a declared need asks about, with the path's parameters filled in. */
function targetOf(need: Need, params: Params): Target {
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
  deps: ServeDeps,
  route: Route,
  principal: Principal,
  { req, res }: { req: Request; res: Response },
  requestId: string,
  ip: string,
) {
  const gone = new AbortController();
  res.on('close', () => {
    // An answer that is out has nobody left to stop, and every abort makes an exception with its stack.
    if (!res.writableFinished) gone.abort();
  });
  const changes: { value: unknown } = { value: undefined };
  const ctx: Ctx = {
    ...asking(principal),
    principal,
    requestId,
    ip,
    userAgent: req.get('user-agent') ?? '',
    accept: req.get('accept') ?? '',
    level: route.credential,
    // A stop ends what streams for minutes; short answers come to their end, which listen() waits for.
    signal: ['events', 'bytes'].includes(route.sends) ? AbortSignal.any([gone.signal, deps.stopping]) : gone.signal,
    upload: uploadOf(req),
    changed: (before, after) => {
      changes.value = { before, after };
    },
  };
  return { ctx, changes };
}

const brokenOff = (byServer: boolean): ApiError =>
  byServer
    ? new ApiError(503, 'server_stopping', 'The console was stopped before all of it was sent.')
    : new ApiError(499, 'client_gone', 'The client went away before all of it was sent.');

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

/** Runs the act between its intent and its outcome. An outcome that cannot be written leaves the intent open, for the worker to close. */
async function act(
  { audit }: ServeDeps,
  stages: Stages,
  who: ReturnType<typeof whoOf>,
  record: string,
  changes: { value: unknown },
  work: () => Promise<unknown>,
): Promise<unknown> {
  const finish = (outcome: Pick<Outcome, 'status' | 'error'>) =>
    stages.time('audit', () => audit.finish(who, record, { ...outcome, changes: changes.value }));
  let answer: unknown;
  try {
    answer = await work();
  } catch (error) {
    const { message, status } = asApiError(error);
    await finish({ status: status === 403 ? 'denied' : 'failure', error: message });
    throw error;
  }
  await finish({ status: 'success', error: null });
  return answer;
}

async function identified(deps: ServeDeps, req: Request): Promise<Principal> {
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
export async function serve(
  deps: ServeDeps,
  route: Route,
  handler: Handler<Route>,
  req: Request,
  res: Response,
  requestId: string,
): Promise<void> {
  const limitOf = (deps.bodyLimits as Readonly<Record<string, AnyLimit | undefined>>)[route.id];
  const ip = deps.addressOf(req);
  checkPath(req.originalUrl);
  const stages = makeStages();
  const principal =
    route.access === 'public' ? publicPrincipal : await stages.time('access', () => identified(deps, req));
  const params = check(route.params, 'path', req.params) as Params;
  const whatFor = actOf(route, req, requestId, ip, params);
  const who = whoOf(principal);
  const { ctx, changes } = makeCtx(deps, route, principal, { req, res }, requestId, ip);
  let answer: unknown;
  let begun = false;
  const turns: (() => void)[] = [];
  const larger = limitOf && {
    limit: () => limitOf(params, ctx),
    turn: async () => {
      turns.push(await deps.largeBodies.take(principal.organizationId, ctx.signal));
    },
  };
  try {
    // Before the body is read: who may not do this is not worth a megabyte, and learns nothing of what is expected.
    await stages.time('access', () => authorize(route, principal, params));
    const query = check(route.query, 'query', readQuery(req.originalUrl));
    const headers = check(route.headers, 'header', readHeaders(req, route));
    const body = takesBody(route) ? check(route.body, 'body', await readBody(req, larger)) : undefined;
    const work = () =>
      stages.time('act', () =>
        handler({ params, query, headers, body } as Parameters<Handler<Route>>[0], ctx, emitter(res, ctx.signal)),
      );
    const send = async (made: unknown) => {
      if (!(made instanceof Raw)) return true;
      res.set('server-timing', stages.show());
      return sendParts(res, ctx.signal, route.status, made);
    };
    if (route.audit === null || route.access === 'public') {
      answer = await work();
      if (!(await send(answer))) return;
    } else {
      const record = await stages.time('audit', () => deps.audit.begin(who, whatFor));
      begun = true;
      // What is sent part by part is the act: its outcome is known when the last part is out, and its end waits for that.
      answer = await act(deps, stages, who, record, changes, async () => {
        const made = await work();
        if (!(await send(made))) throw brokenOff(deps.stopping.aborted);
        return made;
      });
    }
  } catch (error) {
    const known = asApiError(error);
    if (known.status === 403 && !begun && route.access !== 'public')
      await deps.audit.denied(who, whatFor, known.message);
    throw known;
  } finally {
    for (const giveBack of turns) giveBack();
  }
  if (route.sends === 'events' || answer instanceof Raw) return void res.end();
  res.set('server-timing', stages.show());
  res.status(route.status).json(deps.checkAnswers ? route.response.parse(answer) : answer);
}
