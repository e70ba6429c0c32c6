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
  createConsumer: 'editor',
  planConsumer: 'editor',
  getConsumerConfig: 'viewer',
  planConsumerUpdate: 'editor',
  updateConsumer: 'editor',
  deleteConsumer: 'editor',
  exportConsumerConfig: 'viewer',
  pauseConsumer: 'operator',
  resumeConsumer: 'operator',
  planReset: 'editor',
  resetConsumer: 'editor',
  unpinConsumer: 'editor',
  stepDownConsumer: 'editor',
};

/** Routes that take a cluster of servers or its system account; the walk has one server without, and is told so. */
export const needsCluster: Partial<Record<string, number>> = {
  stepDownStream: 422,
  removeStreamPeer: 422,
  stepDownConsumer: 422,
  kickConnection: 422,
  checkServers: 422,
  listAccounts: 422,
  getAccount: 422,
  getMetaGroup: 422,
  stepDownMeta: 422,
  removeMetaPeer: 422,
};

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
const billing = (w: World) => ({ ...orders(w), consumer: 'billing' });
const durable = (rest: Record<string, unknown> = {}) => {
  const consumer = name();
  return { name: consumer, durable_name: consumer, ack_policy: 'explicit', ...rest };
};
/** A consumer for the one request that changes or destroys it. */
async function throwawayConsumer(w: World, rest: Record<string, unknown> = {}) {
  const config = durable(rest);
  await w.api.get(routes.createConsumer, { params: orders(w), body: { config: Object(config) } }, w.api.admin);
  return { ...orders(w), consumer: config.name };
}
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
  createConsumer: (w) => ({ params: orders(w), body: { config: durable() } }),
  planConsumer: (w) => ({ params: orders(w), body: { config: durable() } }),
  getConsumerConfig: (w) => ({ params: billing(w) }),
  planConsumerUpdate: (w) => ({ params: billing(w), body: { change: { description: 'planned' } } }),
  updateConsumer: async (w) => {
    const params = await throwawayConsumer(w);
    const { hash } = await w.api.get(routes.getConsumerConfig, { params }, w.api.admin);
    return { params, body: { basedOn: hash, change: { description: 'changed' } } };
  },
  deleteConsumer: async (w) => {
    const params = await throwawayConsumer(w);
    return { params, body: { confirm: params.consumer } };
  },
  exportConsumerConfig: (w) => ({ params: billing(w) }),
  pauseConsumer: async (w) => ({ params: await throwawayConsumer(w), body: { until: '2101-01-01T00:00:00Z' } }),
  resumeConsumer: async (w) => ({ params: await throwawayConsumer(w) }),
  planReset: (w) => ({ params: billing(w), body: { to: 'ack_floor' } }),
  resetConsumer: async (w) => {
    const params = await throwawayConsumer(w);
    return { params, body: { target: { to: 'ack_floor' }, confirm: params.consumer } };
  },
  unpinConsumer: async (w) => ({
    params: await throwawayConsumer(w, { priority_policy: 'pinned_client', priority_groups: ['A'] }),
    body: { group: 'A' },
  }),
  stepDownConsumer: (w) => ({ params: billing(w) }),
};
