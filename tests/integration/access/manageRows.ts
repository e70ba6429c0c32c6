import { routes, type manageRoutes } from '@jetstream-console/contract';
import type { Least } from './matrix';
import type { Given, World } from './world';

type ManageId = keyof typeof manageRoutes;

/** Who changes streams and consumers: editors make and change, administrators destroy and operate. */
export const manageMatrix: Readonly<Record<ManageId, Least>> = {
  getStreamConfig: 'viewer',
  planStreamUpdate: 'editor',
  updateStream: 'editor',
};

const orders = (w: World) => ({ clusterId: w.clusterId, stream: 'ORDERS' });

export const manageRequests: Readonly<Record<ManageId, (w: World) => Given | Promise<Given>>> = {
  getStreamConfig: (w) => ({ params: orders(w) }),
  planStreamUpdate: (w) => ({ params: orders(w), body: { change: { description: 'planned' } } }),
  updateStream: async (w) => ({
    params: orders(w),
    body: {
      basedOn: (await w.api.get(routes.getStreamConfig, { params: orders(w) }, w.api.admin)).hash,
      change: { description: 'changed' },
    },
  }),
};
