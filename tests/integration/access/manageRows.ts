import { randomBytes } from 'node:crypto';
import { routes, type manageRoutes } from '@jetstream-console/contract';
import type { Least } from './matrix';
import type { Given, World } from './world';

type ManageId = keyof typeof manageRoutes;

/** Who changes streams and consumers: editors make and change, administrators destroy and operate. */
export const manageMatrix: Readonly<Record<ManageId, Least>> = {
  createStream: 'editor',
  planStream: 'editor',
  listStreamTemplates: 'viewer',
  getStreamConfig: 'viewer',
  planStreamUpdate: 'editor',
  updateStream: 'editor',
  deleteStream: 'admin',
  getStreamImpact: 'viewer',
  cloneStream: 'editor',
  exportStreamConfig: 'viewer',
  compareStreams: 'viewer',
  listStreamVersions: 'editor',
  restoreStreamVersion: 'editor',
  planPurge: 'admin',
  purgeStream: 'admin',
  sealStream: 'admin',
  stepDownStream: 'admin',
  removeStreamPeer: 'admin',
};

/** Routes that only a cluster of servers can do; the walk has one server, which says so. */
export const needsCluster: Partial<Record<string, number>> = { stepDownStream: 422, removeStreamPeer: 422 };

const name = () => `T${randomBytes(5).toString('hex')}`;
const orders = (w: World) => ({ clusterId: w.clusterId, stream: 'ORDERS' });
const fresh = (config: Record<string, unknown> = {}) => {
  const stream = name();
  return { name: stream, subjects: [`${stream}.>`], ...config };
};
/** A stream for the one request that destroys it. */
async function throwaway(w: World): Promise<{ clusterId: string; stream: string }> {
  const config = fresh();
  const params = { clusterId: w.clusterId };
  await w.api.get(routes.createStream, { params, body: { config } }, w.api.admin);
  return { ...params, stream: config.name };
}
const hashOf = async (w: World, params: { clusterId: string; stream: string }) =>
  (await w.api.get(routes.getStreamConfig, { params }, w.api.admin)).hash;
const purged = async (w: World, act: (params: { clusterId: string; stream: string }) => object): Promise<Given> => {
  const params = await throwaway(w);
  return { params, body: act(params) };
};

export const manageRequests: Readonly<Record<ManageId, (w: World) => Given | Promise<Given>>> = {
  createStream: (w) => ({ params: { clusterId: w.clusterId }, body: { config: fresh() } }),
  planStream: (w) => ({ params: { clusterId: w.clusterId }, body: { config: fresh() } }),
  listStreamTemplates: (w) => ({ params: { clusterId: w.clusterId } }),
  getStreamConfig: (w) => ({ params: orders(w) }),
  planStreamUpdate: (w) => ({ params: orders(w), body: { change: { description: 'planned' } } }),
  updateStream: async (w) => ({
    params: orders(w),
    body: { basedOn: await hashOf(w, orders(w)), change: { description: 'changed' } },
  }),
  deleteStream: (w) => purged(w, ({ stream }) => ({ confirm: stream })),
  getStreamImpact: (w) => ({ params: orders(w) }),
  cloneStream: (w) => {
    const { name: stream, subjects } = fresh();
    return { params: orders(w), body: { name: stream, change: { subjects } } };
  },
  exportStreamConfig: (w) => ({ params: orders(w) }),
  compareStreams: (w) => ({ params: orders(w), query: { with: 'KV_settings' } }),
  listStreamVersions: (w) => ({ params: orders(w) }),
  restoreStreamVersion: async (w) => {
    const params = await throwaway(w);
    const { items } = await w.api.get(routes.listStreamVersions, { params }, w.api.admin);
    return {
      params,
      body: { version: items[0]?.id, side: 'after', basedOn: await hashOf(w, params) },
    };
  },
  planPurge: (w) => ({ params: orders(w), body: {} }),
  purgeStream: (w) => purged(w, ({ stream }) => ({ confirm: stream })),
  sealStream: (w) => purged(w, ({ stream }) => ({ confirm: stream })),
  stepDownStream: (w) => ({ params: orders(w), body: {} }),
  removeStreamPeer: (w) => ({ params: orders(w), body: { peer: 'n1', confirm: 'ORDERS' } }),
};
