import { z } from 'zod';
import {
  callResourceRequest,
  dataQuery,
  healthStatus,
  type CallResourceResponse,
  type PluginContext,
} from '../protocol/pluginv2';
import { frameJson } from './frameJson';
import type { Gateway } from './index';

// Grafana's HTTP API for one datasource, as far as its pages need it: what a host answers where no Grafana is.

/** Milliseconds since 1970, as the pages send it; words like now-1h are for people's own scripts. */
const instant = z
  .union([z.int(), z.string().regex(/^-?\d+$/)])
  .transform(Number)
  .pipe(z.int());
const query = z.looseObject({
  refId: z.string().min(1),
  intervalMs: z.number().default(0),
  maxDataPoints: z.number().default(0),
  queryType: z.string().optional(),
});
export const dsQueryBody = z.object({ from: instant, to: instant, queries: z.array(query).min(1) });

export interface HttpAnswer {
  readonly status: number;
  readonly json: unknown;
}

/** Who asks and which datasource is meant, with the headers that Grafana adds (`http_X-Grafana-Id`). */
export interface Behalf {
  readonly pluginContext: PluginContext;
  readonly headers: ReadonlyMap<string, string>;
}

/** POST /api/ds/query for queries of one datasource. One that fails makes the status 400; the others stay. */
export async function queryByHttp(
  { calls }: Pick<Gateway, 'calls'>,
  behalf: Behalf,
  body: z.output<typeof dsQueryBody>,
  signal?: AbortSignal,
): Promise<HttpAnswer> {
  const timeRange = { fromEpochMS: body.from, toEpochMS: body.to };
  const queries = body.queries.map((model) =>
    dataQuery.make({
      refId: model.refId,
      intervalMS: Math.round(model.intervalMs),
      maxDataPoints: Math.round(model.maxDataPoints),
      queryType: model.queryType ?? '',
      timeRange,
      json: Buffer.from(JSON.stringify(model)),
    }),
  );
  const { responses } = await calls.queryData({ ...behalf, queries }, signal);
  const results = [...responses].map(([refId, { status, error, errorSource, frames }]) => [
    refId,
    { status, ...(error && { error, errorSource }), frames: frames.map(frameJson) },
  ]);
  const failed = [...responses.values()].some(({ error }) => error !== '');
  return { status: failed ? 400 : 200, json: { results: Object.fromEntries(results) } };
}

/** GET /api/datasources/uid/<uid>/health */
export async function healthByHttp(
  { calls }: Pick<Gateway, 'calls'>,
  behalf: Behalf,
  signal?: AbortSignal,
): Promise<HttpAnswer> {
  const { status, message, jsonDetails } = await calls.checkHealth(behalf, signal);
  const ok = status === healthStatus.ok;
  const details: unknown = jsonDetails.length > 0 ? JSON.parse(Buffer.from(jsonDetails).toString('utf8')) : undefined;
  return { status: ok ? 200 : 400, json: { status: ok ? 'OK' : 'ERROR', message, details } };
}

export interface ResourceAsked {
  readonly pluginContext: PluginContext;
  readonly method: string;
  /** below /resources/, with its query */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Any of /api/datasources/uid/<uid>/resources/…: the parts of the answer as they come, status and headers in the first. */
export async function* resourceByHttp(
  { calls }: Pick<Gateway, 'calls'>,
  { headers, url, ...asked }: ResourceAsked,
  signal?: AbortSignal,
): AsyncGenerator<CallResourceResponse> {
  const request = callResourceRequest.make({
    ...asked,
    url,
    path: url.split('?')[0] ?? '',
    headers: new Map(Object.entries(headers).map(([name, value]) => [name, { values: [value] }])),
  });
  for await (const part of calls.callResource(request, signal)) yield part as CallResourceResponse;
}
