import { routes, type advisoryRoutes, type leaderRoutes, type operationRoutes } from '@jetstream-console/contract';
import type { Least } from './matrix';
import type { Given, World } from './world';

type OperationId = keyof (typeof operationRoutes & typeof advisoryRoutes & typeof leaderRoutes);

/** Clients and servers belong to whoever answers for the whole cluster. */
export const operationMatrix: Readonly<Record<OperationId, Least>> = {
  listAdvisories: 'viewer',
  getAdvisory: 'viewer',
  listClusterConnections: 'admin',
  getClusterConnection: 'admin',
  kickConnection: 'admin',
  listConsumerClients: 'admin',
  checkServers: 'admin',
  listAccounts: 'admin',
  getAccount: 'admin',
  getMetaGroup: 'admin',
  getLeaders: 'viewer',
  planLeaders: 'admin',
  balanceLeaders: 'admin',
  stepDownMeta: 'admin',
  removeMetaPeer: 'admin',
};

const here = (w: World) => ({ params: { clusterId: w.clusterId } });

export const operationRequests: Readonly<Record<OperationId, (w: World) => Given | Promise<Given>>> = {
  listAdvisories: here,
  getAdvisory: (w) => {
    const { id, time } = w.advisory;
    return { params: { clusterId: w.clusterId, advisoryId: id }, query: { time } };
  },
  listClusterConnections: here,
  getClusterConnection: async (w) => {
    const { items } = await w.api.get(routes.listClusterConnections, { ...here(w), query: { limit: 1 } }, w.api.admin);
    const [first] = items;
    if (!first) throw new Error('the server knows of no connection, not even our own');
    return { params: { clusterId: w.clusterId, server: first.server.id, cid: first.cid } };
  },
  kickConnection: (w) => ({
    params: { clusterId: w.clusterId, server: `N${'A'.repeat(55)}`, cid: 1 },
    body: { startedAt: '2026-03-01T12:00:00Z', confirm: '10.0.0.7:51234' },
  }),
  listConsumerClients: (w) => ({ params: { ...here(w).params, stream: 'ORDERS', consumer: 'billing' } }),
  checkServers: here,
  listAccounts: here,
  getAccount: (w) => ({ params: { ...here(w).params, account: 'APP' } }),
  getMetaGroup: here,
  getLeaders: here,
  planLeaders: (w) => ({ ...here(w), body: {} }),
  balanceLeaders: (w) => ({ ...here(w), body: { moves: [{ stream: 'GONE', from: 'n1', to: 'n2' }] } }),
  stepDownMeta: (w) => ({ ...here(w), body: {} }),
  removeMetaPeer: (w) => ({ ...here(w), body: { peer: 'n9', confirm: 'n9' } }),
};
