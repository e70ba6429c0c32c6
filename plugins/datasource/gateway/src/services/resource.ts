import { liveRoutes, queryRoutes } from '@jetstream-console/contract';
import { askingByHttp } from '../backend/asker';
import type { BackendOf } from '../backend/backends';
import { Failure, unreachable } from '../backend/failure';
import { callResourceResponse, type CallResourceRequest, type CallResourceResponse } from '../protocol/pluginv2';
import { streaming, type CallDeps } from './calls';

/** What a page may ask of the console through the datasource; nothing else is passed on. */
const allowed = {
  metrics: queryRoutes.listMetrics,
  values: queryRoutes.listValues,
  ticket: liveRoutes.createTicket,
} as const;

/** A ticket's query, the largest of what may be sent */
const largestBody = 256 * 1024;

const list = (value: string) => ({ values: [value] });
const headersOf = (type: string) =>
  new Map([
    ['content-type', list(type)],
    ['cache-control', list('no-store')],
  ]);

/** As the console says it, and with no status that would make the browser log in again. */
export function problemResponse({ status, message }: Failure): CallResourceResponse {
  const problem = {
    type: 'about:blank',
    title: 'Not answered',
    status,
    code: 'gateway',
    detail: message,
    requestId: '',
  };
  return {
    code: status,
    headers: headersOf('application/problem+json'),
    body: Buffer.from(JSON.stringify(problem)),
  };
}

const isAllowed = (path: string): path is keyof typeof allowed => Object.hasOwn(allowed, path);

/** Method and path at the console for what the page asks. @throws Failure 404, 405 or 413 */
export function routeOf(request: Pick<CallResourceRequest, 'path' | 'method' | 'url' | 'body'>) {
  const [path = '', ...query] = request.url.replace(/^\//, '').split('?');
  // Grafana names the path twice; the one that is decoded and the one that is not must be the same plain word.
  if (!isAllowed(path) || request.path.replace(/^\//, '') !== path)
    throw new Failure(
      404,
      'downstream',
      `The datasource offers ${Object.keys(allowed).join(', ')}, and nothing at this path.`,
    );
  const route = allowed[path];
  if (request.method !== route.method)
    throw new Failure(405, 'downstream', `${path} is asked for by ${route.method}, not by ${request.method}.`);
  if (request.body.length > largestBody)
    throw new Failure(413, 'downstream', `The request is over ${largestBody / 1024} KiB.`);
  const method: 'GET' | 'POST' = route.method === 'POST' ? 'POST' : 'GET';
  return { method, path: query.length > 0 ? `${route.path}?${query.join('?')}` : route.path };
}

async function call(
  backendOf: BackendOf,
  request: CallResourceRequest,
  send: (message: CallResourceResponse) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { method, path } = routeOf(request);
  const backend = backendOf(request.pluginContext);
  const answer = await backend.open({
    method,
    path,
    asking: askingByHttp(request.pluginContext, request.headers),
    signal,
    ...(method === 'POST' && { body: Buffer.from(request.body) }),
  });
  const type = answer.headers['content-type'];
  const headers = headersOf(typeof type === 'string' ? type : 'application/octet-stream');
  // Status and headers count in the first message alone; the body follows as it comes.
  let code = answer.status;
  try {
    for await (const body of answer.body) {
      await send({ ...callResourceResponse.make({ body }), ...(code > 0 && { code, headers }) });
      code = 0;
    }
  } catch (error) {
    throw signal.aborted ? error : unreachable(backend.apiUrl, error);
  }
  if (code > 0) await send(callResourceResponse.make({ code, headers }));
}

export function resourceService(deps: CallDeps & { readonly backendOf: BackendOf }) {
  return {
    CallResource: streaming<CallResourceRequest, CallResourceResponse>(
      deps,
      'CallResource',
      async (request, send, signal) => {
        let begun = false;
        const sending = (message: CallResourceResponse) => {
          begun = true;
          return send(message);
        };
        try {
          await call(deps.backendOf, request, sending, signal);
        } catch (error) {
          // After the first piece there is no status left to say it with: the call breaks off.
          if (!(error instanceof Failure) || begun) throw error;
          await send(problemResponse(error));
        }
      },
    ),
  };
}
