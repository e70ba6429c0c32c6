import type { BodyIn, ParamsOf, QueryIn, ResponseOf, Route } from './route';
import type { Problem } from './problem';

type Input<T> = { params?: ParamsOf<T>; query?: QueryIn<T>; body?: BodyIn<T> };

/** A route's URL below the api's base, with its parameters encoded. Undefined query values are left out. */
export function urlOf(
  route: Pick<Route, 'path'>,
  params: Record<string, unknown> = {},
  query: Record<string, unknown> = {},
): string {
  const path = route.path.replace(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== null) search.append(key, String(value));
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

/** What the server answered when it refused; `problem` is its own account of why. */
export class ApiProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'ApiProblem';
  }
}

/** How a request gets there: fetch for direct use, Grafana's backendSrv in the pages. Rejects with ApiProblem. */
export type Send = (request: { method: string; url: string; body: unknown; signal?: AbortSignal }) => Promise<unknown>;

/** One typed function for all routes: `call(routes.getStream, { params })`. */
export function makeClient(send: Send) {
  return async function call<T extends Pick<Route, 'path' | 'method' | 'params' | 'query' | 'body' | 'response'>>(
    route: T,
    input: Input<T> = {},
    signal?: AbortSignal,
  ): Promise<ResponseOf<T>> {
    const url = urlOf(
      route,
      input.params as Record<string, unknown> | undefined,
      input.query as Record<string, unknown> | undefined,
    );
    return (await send({ method: route.method, url, body: input.body, signal })) as ResponseOf<T>;
  };
}
export type Client = ReturnType<typeof makeClient>;
