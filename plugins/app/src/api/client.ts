import { config, getBackendSrv } from '@grafana/runtime';
import {
  ApiProblem,
  apiBase,
  makeClient,
  problemSchema,
  urlOf,
  type ParamsOf,
  type Problem,
  type QueryIn,
  type ResponseOf,
  type Route,
} from '@jetstream-console/contract';
import { lastValueFrom } from 'rxjs';

export const pluginId = 'natsconsole-jetstream-app';
/** Through Grafana's app proxy, which says who asks. */
const base = `/api/plugin-proxy/${pluginId}${apiBase}`;

const plain = (status: number, code: string, detail: string): Problem => ({
  type: 'about:blank',
  title: 'Error',
  status,
  code,
  detail,
  requestId: '',
});

/** Whether the settings that Grafana handed to the app name a backend; Grafana itself answers 502 in either case. */
let named = true;
export function knowBackend(jsonData: { apiUrl?: string } | undefined): void {
  named = Boolean(jsonData?.apiUrl);
}

/** Whatever came back instead of an answer, as one kind of error: the backend's own account where it gave one. */
export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const answer = typeof error === 'object' && error !== null ? (error as { status?: unknown; data?: unknown }) : {};
  const data = typeof answer.data === 'string' ? safeJson(answer.data) : answer.data;
  const parsed = problemSchema.safeParse(data);
  if (parsed.success) return new ApiProblem(parsed.data);
  const status = typeof answer.status === 'number' ? answer.status : 0;
  if (status === 404 || (status === 502 && !named))
    return new ApiProblem(
      plain(status, 'not_paired', 'This app is not connected to a backend yet, or is switched off.'),
    );
  // A request that never got there is a TypeError; any other error of ours means that what came back is not usable.
  if (error instanceof Error && status === 0 && !(error instanceof TypeError))
    return new ApiProblem(plain(status, 'bad_answer', `What came back cannot be read: ${error.message}`));
  if (status === 502 || status === 504 || status === 0)
    return new ApiProblem(plain(status, 'backend_down', 'Grafana cannot reach the JetStream Console backend.'));
  if (status === 401)
    return new ApiProblem(plain(status, 'logged_out', 'Your log-in to Grafana has ended. Load the page again.'));
  return new ApiProblem(
    plain(
      status,
      'unknown',
      status === 403 ? 'Grafana refused this request.' : `The request failed${status ? ` with status ${status}` : ''}.`,
    ),
  );
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const call = makeClient(async ({ method, url, body, signal }) => {
  try {
    const answer = await lastValueFrom(
      getBackendSrv().fetch<unknown>({
        url: base + url,
        method,
        data: body,
        // Grafana says so by itself for POST, PUT and PATCH alone; a deletion that is confirmed has a body too.
        ...(body !== undefined && { headers: { 'Content-Type': 'application/json' } }),
        abortSignal: signal,
        showErrorAlert: false,
        showSuccessAlert: false,
      }),
    );
    return answer.data;
  } catch (error) {
    throw toProblem(error);
  }
});

/** Where a route is for what the browser itself asks: a download, an upload, a stream of events. */
export const urlThrough = (
  route: Pick<Route, 'path'>,
  params: Record<string, unknown>,
  query: Record<string, unknown>,
) => `${config.appSubUrl ?? ''}${base}${urlOf(route, params, query)}`;

/** Sends bytes to a route that takes them. Rejects with ApiProblem. */
export async function sendBytes<T extends Pick<Route, 'method' | 'path' | 'params' | 'query' | 'response'>>(
  route: T,
  input: { params: ParamsOf<T>; query: QueryIn<T>; headers?: Readonly<Record<string, string>> },
  body: Uint8Array<ArrayBuffer>,
): Promise<ResponseOf<T>> {
  let response: Response;
  try {
    response = await fetch(urlThrough(route, Object(input.params), Object(input.query)), {
      method: route.method,
      body,
      credentials: 'same-origin',
      headers: { 'content-type': 'application/octet-stream', ...input.headers },
    });
  } catch (error) {
    throw toProblem(error);
  }
  const text = await response.text();
  if (!response.ok) throw toProblem({ status: response.status, data: text });
  return JSON.parse(text) as ResponseOf<T>;
}

/** Reads a route that sends events, one after the other, until it ends or the signal stops it. */
export async function* events(
  route: Pick<Route, 'path' | 'method'>,
  input: { params: Record<string, unknown>; query?: Record<string, unknown>; body?: unknown },
  signal: AbortSignal,
): AsyncGenerator<unknown, void> {
  const response = await fetch(urlThrough(route, input.params, input.query ?? {}), {
    method: route.method,
    signal,
    credentials: 'same-origin',
    headers: {
      accept: 'text/event-stream',
      ...(input.body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(input.body !== undefined && { body: JSON.stringify(input.body) }),
  });
  if (!response.ok || !response.body) throw toProblem({ status: response.status, data: await response.text() });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) if (part.startsWith('data: ')) yield JSON.parse(part.slice(6)) as unknown;
  }
}
