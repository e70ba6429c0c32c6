import { framesMediaType, queryRoutes } from '@jetstream-console/contract';
import { askingBy } from '../backend/asker';
import type { BackendOf } from '../backend/backends';
import { Failure, notTheConsole } from '../backend/failure';
import type { DataResponse, QueryDataRequest } from '../protocol/pluginv2';
import { readEnvelope } from './envelope';
import { planQueries, responseOf, type Plan } from './plan';

type Responses = Map<string, DataResponse>;

const unanswered = responseOf(
  new Failure(
    502,
    'plugin',
    'The console left this query without an answer. Bring plugin and console to the same version.',
  ),
);

/** Grafana's queries, answered one by one: what is wrong with one is its own answer. */
export async function runQueries(
  backendOf: BackendOf,
  request: QueryDataRequest,
  signal: AbortSignal,
): Promise<Responses> {
  const { requests, answered } = planQueries(request.queries);
  const responses: Responses = new Map(answered);
  const asking = askingBy(request.pluginContext, request.headers);

  const ask = async ({ queries, ...range }: Plan['requests'][number]): Promise<void> => {
    let found: Responses;
    try {
      const backend = backendOf(request.pluginContext);
      const { type, body } = await backend.read({
        method: 'POST',
        path: queryRoutes.query.path,
        asking,
        accept: framesMediaType,
        body: Buffer.from(JSON.stringify({ ...range, queries })),
        signal,
      });
      if (!type.startsWith(framesMediaType)) throw new Failure(502, 'downstream', notTheConsole(backend.apiUrl, 200));
      found = readEnvelope(body);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const response = responseOf(error);
      found = new Map(queries.map(({ refId }) => [refId, response]));
    }
    for (const { refId } of queries) responses.set(refId, found.get(refId) ?? unanswered);
  };

  await Promise.all(requests.map(ask));
  return responses;
}
