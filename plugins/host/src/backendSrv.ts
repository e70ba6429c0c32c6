import { from, type Observable } from 'rxjs';
import type { BackendSrv, BackendSrvRequest, FetchResponse } from '@grafana/runtime';

async function send<T>(request: BackendSrvRequest, again = true): Promise<FetchResponse<T>> {
  const url = new URL(request.url, document.baseURI);
  const params: Record<string, unknown> = request.params ?? {};
  for (const [key, value] of Object.entries(params))
    if (value !== undefined && value !== null) url.searchParams.append(key, String(value));
  const body =
    request.data === undefined
      ? undefined
      : typeof request.data === 'string'
        ? request.data
        : JSON.stringify(request.data);
  const response = await fetch(url, {
    method: request.method ?? 'GET',
    body,
    credentials: 'same-origin',
    signal: request.abortSignal,
    headers: {
      Accept: 'application/json, text/plain, */*',
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...request.headers,
    },
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
