import {
  config,
  setBackendSrv,
  setDataSourceSrv,
  type BackendSrv,
  type BackendSrvRequest,
  type DataSourceSrv,
} from '@grafana/runtime';
import {
  apiBase,
  builtInRoles,
  grantsOf,
  querySpec,
  routes,
  type BuiltInRole,
  type Me,
  type Problem,
  type QuerySpec,
  type ResponseOf,
  type RouteId,
  type Routes,
  type Scope,
} from '@jetstream-console/contract';
import { configure } from '@testing-library/react';
import { http, HttpResponse, type HttpHandler } from 'msw';
import { setupServer } from 'msw/node';
import { from } from 'rxjs';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { z } from 'zod';
import { pluginId } from '../api/client';
import { queryClient } from '../api/hooks';
import { cluster, connected } from './samples';

const proxied = `*/api/plugin-proxy/${pluginId}${apiBase}`;

async function send(request: BackendSrvRequest) {
  const response = await fetch(new URL(request.url, 'http://localhost:3000'), {
    method: request.method ?? 'GET',
    body: request.data === undefined ? undefined : JSON.stringify(request.data),
    headers: { 'content-type': 'application/json' },
  });
  const text = await response.text();
  const data: unknown = text === '' ? '' : JSON.parse(text);
  if (!response.ok) throw { status: response.status, data };
  return { data, status: response.status };
}

/** What of Grafana's request service the app uses; requests end at the fakes below. */
const backendSrv = { fetch: (request: BackendSrvRequest) => from(send(request)) } as Partial<BackendSrv> as BackendSrv;

/** A Grafana in which nobody made the console's datasource: nothing leads to Explore. */
const noDatasources = { getList: () => [] } as Partial<DataSourceSrv> as DataSourceSrv;

export interface Asked {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

async function askedOf(
  request: Request,
  params: Record<string, string | readonly string[] | undefined>,
): Promise<Asked> {
  const text = await request.text();
  return {
    params: Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)])),
    query: new URL(request.url).searchParams,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

const methods = { GET: http.get, POST: http.post, PUT: http.put, PATCH: http.patch, DELETE: http.delete };
type Answer<K extends RouteId> = ResponseOf<Routes[K]> | ((asked: Asked) => ResponseOf<Routes[K]>);

/** A route answers this, which has to be what the contract says it answers. */
export function answers<K extends RouteId>(id: K, answer: Answer<K>): HttpHandler {
  const { method, path, response } = routes[id];
  return methods[method](proxied + path, async ({ request, params }) => {
    const body =
      typeof answer === 'function' ? (answer as (asked: Asked) => unknown)(await askedOf(request, params)) : answer;
    return HttpResponse.json(response.parse(body) as Record<string, unknown>);
  });
}

/** A route refuses, in the server's own form. */
export function refuses(id: RouteId, status: number, code: string, rest: Partial<Problem> = {}): HttpHandler {
  const { method, path } = routes[id];
  const problem: Problem = {
    type: 'about:blank',
    title: 'Refused',
    status,
    code,
    detail: `refused with ${code}`,
    requestId: 'req-1',
    ...rest,
  };
  return methods[method](proxied + path, () => HttpResponse.json(problem, { status }));
}

/** The request never gets to the backend: Grafana itself answers. */
export function lost(status: 404 | 502): HttpHandler {
  return http.all(`${proxied}/*`, () => HttpResponse.json({ message: 'Grafana says no' }, { status }));
}

/** A route sends these events and ends. */
type Sending = { [K in RouteId]: Routes[K] extends { sends: string } ? K : never }[RouteId];
export function sends<K extends Sending>(id: K, events: (asked: Asked) => readonly ResponseOf<Routes[K]>[]) {
  const { path } = routes[id];
  return http.get(proxied + path, async ({ request, params }) => {
    const text = events(await askedOf(request, params))
      .map((event) => `data: ${JSON.stringify(event)}\n\n`)
      .join('');
    return new HttpResponse(text, { headers: { 'content-type': 'text/event-stream' } });
  });
}

export const everywhere: Scope = { kind: 'organization' };
/** Somebody with a built-in role. */
export function persona(role: BuiltInRole | null, scope: Scope = everywhere): Me {
  return {
    organization: { id: '6f1b1f0e-4a43-4a5e-9d0e-1d2f3a4b5c6d', name: 'Main' },
    subject: {
      id: 'a0c5c9a2-7e0f-4d6f-8f0b-3f1f2b3c4d5e',
      kind: 'user',
      login: 'someone',
      name: 'Someone',
      email: null,
    },
    roles: role ? [{ name: role, scope: '*', from: 'Grafana role' }] : [],
    teams: [],
    grants: role ? grantsOf(role, builtInRoles[role].permissions, scope) : [],
    installationAdmin: false,
    via: 'grafana',
    expiresAt: null,
  };
}

// A condition is awaited as long as a busy machine takes; what never comes still fails.
configure({ asyncUtilTimeout: 15_000 });

/** Grafana's icons are fetched one by one. */
const icons = http.get('*/public/*', () => HttpResponse.text('<svg xmlns="http://www.w3.org/2000/svg"/>'));

type Results = ResponseOf<Routes['query']>['results'];
type Result = Results[string];
const asksSchema = z.object({ queries: z.array(z.object({ refId: z.string(), query: querySpec })) });

/** Each query of a request is answered by what it asks; none means that nothing is known. */
export const figures = (answer: (spec: QuerySpec, refId: string) => Partial<Result> | undefined): HttpHandler =>
  answers('query', ({ body }) => ({
    results: Object.fromEntries(
      asksSchema
        .parse(body)
        .queries.map(({ refId, query }): [string, Result] => [
          refId,
          { status: 200, frames: [], ...answer(query, refId) },
        ]),
    ),
  }));

/**
 * A console that has just started: nothing was collected and nothing is found, and the cluster may be changed. Tests of
 * figures and of read-only clusters say otherwise.
 */
const justStarted = [
  answers('getCluster', { ...cluster(), status: connected }),
  figures(() => undefined),
  answers('clusterOverview', { findings: [], clusters: [], asOf: '2026-03-01T12:00:00.000Z' }),
  answers('forecast', { toLimitSeconds: null, limitBy: null, drainSeconds: null, why: null, asOf: null }),
  answers('listDeadLetters', { items: [], nextCursor: null, total: 0 }),
];

/** Requests end here: what a test does not fake fails it. Each test starts with nothing remembered. */
export function fakeBackend() {
  const server = setupServer(icons, ...justStarted);
  beforeAll(() => {
    setBackendSrv(backendSrv);
    setDataSourceSrv(noDatasources);
    config.appUrl = 'http://localhost:3000/';
    server.listen({ onUnhandledRequest: 'error' });
  });
  afterEach(() => {
    queryClient.clear();
    sessionStorage.clear();
    server.resetHandlers();
  });
  afterAll(() => server.close());
  return { use: (...handlers: HttpHandler[]) => server.use(...handlers) };
}
