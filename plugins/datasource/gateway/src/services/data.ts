import type { BackendOf } from '../backend/backends';
import { runQueries } from '../query/run';
import type { QueryDataRequest, QueryDataResponse } from '../protocol/pluginv2';
import { unary, type CallDeps } from './calls';

export function dataService(deps: CallDeps & { readonly backendOf: BackendOf }) {
  return {
    QueryData: unary<QueryDataRequest, QueryDataResponse>(deps, 'QueryData', async (request, signal) => {
      const responses = await runQueries(deps.backendOf, request, signal);
      for (const { status } of responses.values()) deps.metrics.response(status);
      return { responses };
    }),
  };
}
