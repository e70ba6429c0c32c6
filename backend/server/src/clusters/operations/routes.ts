import type { advisoryRoutes, leaderRoutes, operationRoutes } from '@jetstream-console/contract';
import type { Handlers } from '../../platform/handler';
import type { Ask } from '../../query/engine/ask';
import type { ClusterStore } from '../store';
import { getAccount } from './accountDetail';
import { listAccounts } from './accounts';
import { getAdvisory, listAdvisories } from './advisories';
import { balanceLeaders, type BalanceDeps } from './balance';
import { getClusterConnection, listClusterConnections } from './connections';
import { listConsumerClients } from './consumerClients';
import { checkServers } from './health';
import { kickConnection } from './kick';
import { getLeaders, planLeaders } from './leaders';
import { getMetaGroup, removeMetaPeer, stepDownMeta } from './meta';

interface Deps extends BalanceDeps {
  readonly store: Pick<ClusterStore, 'known' | 'connectionNames'>;
  readonly ask: Ask;
}

export function operationHandlers(
  deps: Deps,
): Handlers<typeof operationRoutes & typeof advisoryRoutes & typeof leaderRoutes> {
  const { links } = deps;
  return {
    listAdvisories: ({ params, query }, ctx) => listAdvisories(deps, ctx, params.clusterId, query),
    getAdvisory: ({ params, query }, ctx) => getAdvisory(deps, ctx, params, query),
    listClusterConnections: ({ params, query }, ctx) => listClusterConnections(links, ctx, params.clusterId, query),
    getClusterConnection: ({ params }, ctx) => getClusterConnection(links, ctx, params),
    kickConnection: ({ params, body }, ctx) => kickConnection(deps, ctx, params, body),
    listConsumerClients: ({ params }, ctx) => listConsumerClients(links, ctx, params),
    checkServers: ({ params, query }, ctx) => checkServers(links, ctx, params.clusterId, query),
    listAccounts: ({ params, query }, ctx) => listAccounts(links, ctx, params.clusterId, query),
    getAccount: ({ params }, ctx) => getAccount(links, ctx, params),
    getLeaders: ({ params, query }, ctx) => getLeaders(links, ctx, params.clusterId, query),
    planLeaders: ({ params }, ctx) => planLeaders(links, ctx, params.clusterId),
    balanceLeaders: ({ params, body }, ctx, emit) => balanceLeaders(deps, ctx, params.clusterId, body, emit),
    getMetaGroup: ({ params }, ctx) => getMetaGroup(links, ctx, params.clusterId),
    stepDownMeta: ({ params, body }, ctx) => stepDownMeta(links, ctx, params.clusterId, body),
    removeMetaPeer: ({ params, body }, ctx) => removeMetaPeer(links, ctx, params.clusterId, body),
  };
}
