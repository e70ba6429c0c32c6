import type { operationRoutes } from '@jetstream-console/contract';
import type { Handlers } from '../../platform/handler';
import type { Links } from '../link';
import type { ClusterStore } from '../store';
import { listAccounts } from './accounts';
import { getClusterConnection, listClusterConnections } from './connections';
import { checkServers } from './health';
import { kickConnection } from './kick';
import { getMetaGroup, removeMetaPeer, stepDownMeta } from './meta';

interface Deps {
  readonly links: Links;
  readonly store: Pick<ClusterStore, 'known'>;
}

export function operationHandlers(deps: Deps): Handlers<typeof operationRoutes> {
  const { links } = deps;
  return {
    listClusterConnections: ({ params, query }, ctx) => listClusterConnections(links, ctx, params.clusterId, query),
    getClusterConnection: ({ params }, ctx) => getClusterConnection(links, ctx, params),
    kickConnection: ({ params, body }, ctx) => kickConnection(deps, ctx, params, body),
    checkServers: ({ params, query }, ctx) => checkServers(links, ctx, params.clusterId, query),
    listAccounts: ({ params, query }, ctx) => listAccounts(links, ctx, params.clusterId, query),
    getMetaGroup: ({ params }, ctx) => getMetaGroup(links, ctx, params.clusterId),
    stepDownMeta: ({ params, body }, ctx) => stepDownMeta(links, ctx, params.clusterId, body),
    removeMetaPeer: ({ params, body }, ctx) => removeMetaPeer(links, ctx, params.clusterId, body),
  };
}
