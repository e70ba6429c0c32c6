import { routes, type operationRoutes } from '@jetstream-console/contract';
import type { Least } from './matrix';
import type { Given, World } from './world';

type OperationId = keyof typeof operationRoutes;

/** Clients and servers belong to whoever answers for the whole cluster. */
export const operationMatrix: Readonly<Record<OperationId, Least>> = {
  listClusterConnections: 'admin',
  getClusterConnection: 'admin',
  checkServers: 'admin',
  listAccounts: 'admin',
  getMetaGroup: 'admin',
  stepDownMeta: 'admin',
  removeMetaPeer: 'admin',
};

const here = (w: World) => ({ params: { clusterId: w.clusterId } });

export const operationRequests: Readonly<Record<OperationId, (w: World) => Given | Promise<Given>>> = {
  listClusterConnections: here,
  getClusterConnection: async (w) => {
    const { items } = await w.api.get(routes.listClusterConnections, { ...here(w), query: { limit: 1 } }, w.api.admin);
    const [first] = items;
    if (!first) throw new Error('the server knows of no connection, not even our own');
    return { params: { clusterId: w.clusterId, server: first.server.id, cid: first.cid } };
  },
  checkServers: here,
  listAccounts: here,
  getMetaGroup: here,
  stepDownMeta: (w) => ({ ...here(w), body: {} }),
  removeMetaPeer: (w) => ({ ...here(w), body: { peer: 'n9', confirm: 'n9' } }),
};
