import type { operationRoutes } from '@jetstream-console/contract';
import type { Handlers } from '../../platform/handler';
import type { Links } from '../link';
import { listAccounts } from './accounts';
import { getClusterConnection, listClusterConnections } from './connections';
import { checkServers } from './health';
import { getMetaGroup, removeMetaPeer, stepDownMeta } from './meta';

export function operationHandlers({ links }: { readonly links: Links }): Handlers<typeof operationRoutes> {
  return {
    listClusterConnections: ({ params, query }, ctx) => listClusterConnections(links, ctx, params.clusterId, query),
    getClusterConnection: ({ params }, ctx) => getClusterConnection(links, ctx, params),
    checkServers: ({ params, query }, ctx) => checkServers(links, ctx, params.clusterId, query),
    listAccounts: ({ params, query }, ctx) => listAccounts(links, ctx, params.clusterId, query),
    getMetaGroup: ({ params }, ctx) => getMetaGroup(links, ctx, params.clusterId),
    stepDownMeta: ({ params, body }, ctx) => stepDownMeta(links, ctx, params.clusterId, body),
    removeMetaPeer: ({ params, body }, ctx) => removeMetaPeer(links, ctx, params.clusterId, body),
  };
}
