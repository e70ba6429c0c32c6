import { from, type Observable } from 'rxjs';
import type { BackendSrv, BackendSrvRequest, FetchResponse } from '@grafana/runtime';

/** As Grafana has it: JSON is what POST, PUT and PATCH send by themselves; anybody else has to say so. */
function headersOf(method: string, given: Record<string, unknown> = {}): Headers {
  const headers = new Headers(Object.entries(given).map(([name, value]): [string, string] => [name, String(value)]));
  if (/^(post|put|patch)$/i.test(method) && !headers.has('Content-Type'))
    headers.set('Content-Type', 'application/json');
  if (!headers.has('Accept')) headers.set('Accept', 'application/json, text/plain, */*');
  return headers;
}

/** Grafana turns what is not said to be JSON into the fields of a form. */
function bodyOf(data: unknown, headers: Headers): BodyInit | undefined {
  if (data === undefined || data === null) return undefined;
  if (typeof data === 'string' || data instanceof Blob) return data;
  if (headers.get('Content-Type') === 'application/json') return JSON.stringify(data);
  return new URLSearchParams(Object.entries(data).map(([name, value]): [string, string] => [name, String(value)]));
}

async function send<T>(request: BackendSrvRequest, again = true): Promise<FetchResponse<T>> {
  const url = new URL(request.url, document.baseURI);
  const params: Record<string, unknown> = request.params ?? {};
  for (const [key, value] of Object.entries(params))
    if (value !== undefined && value !== null) url.searchParams.append(key, String(value));
  const method = request.method ?? 'GET';
  const headers = headersOf(method, request.headers);
  const response = await fetch(url, {
    method,
    body: bodyOf(request.data, headers),
    credentials: 'same-origin',
    signal: request.abortSignal,
    headers,
  });
  // Grafana asks whether it is still logged in, and then sends a request that got a 401 once more.
  if (response.status === 401 && again) {
    await fetch('/api/login/ping');
    return send(request, false);
  }
  const text = await response.text();
  const data = parse(text);
  const answer = {
    data: data as T,
    status: response.status,
    statusText: response.statusText,
    ok: response.ok,
    headers: response.headers,
    redirected: response.redirected,
    type: response.type,
    url: response.url,
    config: request,
  };
  if (!response.ok) throw answer;
  return answer;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const data = async <T>(request: BackendSrvRequest): Promise<T> => (await send<T>(request)).data;

/** The part of Grafana's backendSrv that plugins here use. */
export const hostBackendSrv = {
  fetch: <T>(request: BackendSrvRequest): Observable<FetchResponse<T>> => from(send<T>(request)),
  datasourceRequest: <T>(request: BackendSrvRequest) => send<T>(request),
  request: <T>(request: BackendSrvRequest) => data<T>(request),
  get: <T>(url: string, params?: Record<string, unknown>) => data<T>({ url, params }),
  post: <T>(url: string, body?: unknown) => data<T>({ url, method: 'POST', data: body }),
  put: <T>(url: string, body?: unknown) => data<T>({ url, method: 'PUT', data: body }),
  patch: <T>(url: string, body?: unknown) => data<T>({ url, method: 'PATCH', data: body }),
  delete: <T>(url: string, body?: unknown) => data<T>({ url, method: 'DELETE', data: body }),
} as Partial<BackendSrv> as BackendSrv;
