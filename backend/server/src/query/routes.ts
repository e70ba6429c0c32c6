import { framesMediaType, metricCatalog, type queryRoutes } from '@jetstream-console/contract';
import { Raw, type Handlers } from '../platform/handler';
import { runQueries, type RunDeps } from './engine/run';
import { forecast } from './forecast';
import { encodeEnvelope } from './frames/envelope';
import { encodeJson } from './frames/json';
import { overview, type OverviewDeps } from './overview';
import { listValues } from './values';

export function queryHandlers(deps: RunDeps & OverviewDeps): Handlers<typeof queryRoutes> {
  return {
    query: async ({ body }, ctx) => {
      const answers = await runQueries(deps, ctx, body);
      return ctx.accept.includes(framesMediaType)
        ? new Raw(framesMediaType, await encodeEnvelope(answers))
        : new Raw('application/json; charset=utf-8', encodeJson(answers));
    },
    listMetrics: async () => ({ items: metricCatalog.map((metric) => ({ ...metric })) }),
    listValues: ({ query }, ctx) => listValues(deps, ctx, query),
    forecast: ({ query }, ctx) => forecast(deps, ctx, query),
    clusterOverview: ({ query }, ctx) => overview(deps, ctx, query),
  };
}
