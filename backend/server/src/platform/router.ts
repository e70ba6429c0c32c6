import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { routes, showPermission, type Route, type Routes } from '@jetstream-console/contract';
import { Router, type RequestHandler } from 'express';
import { asApiError, forProxy, sendProblem, throughGrafana } from './answer';
import type { Handler, Handlers } from './handler';
import type { Logger } from './log';
import { serve, type ServeDeps } from './serve';

export interface RouterDeps extends ServeDeps {
  readonly handlers: Handlers<Routes>;
  readonly log: Logger;
}

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
