import { randomBytes } from 'node:crypto';
import { routes, type protobufRoutes } from '@jetstream-console/contract';
import { ordersSet } from '../../../backend/server/src/decoders/orders.fixture';
import { uploadDescriptor } from '../decoders/world';
import type { Least } from './matrix';
import type { Given, World } from './world';

type ProtobufId = keyof typeof protobufRoutes;

/** What a payload is read by is configuration: seen by all, the sets kept by administrators, bound by editors. */
export const protobufMatrix: Readonly<Record<ProtobufId, Least>> = {
  listDescriptors: 'viewer',
  getDescriptor: 'viewer',
  uploadDescriptor: 'admin',
  replaceDescriptor: 'admin',
  deleteDescriptor: 'admin',
  listProtobufBindings: 'viewer',
  createProtobufBinding: 'editor',
  updateProtobufBinding: 'editor',
  deleteProtobufBinding: 'editor',
};

const unique = () => randomBytes(5).toString('hex');
const here = (w: World) => ({ clusterId: w.clusterId });

/** The one that is read and bound; an organization keeps few. */
const kept = new WeakMap<World, Promise<string>>();
function shared(w: World): Promise<string> {
  const known = kept.get(w);
  if (known) return known;
  const made = uploadDescriptor(w.api, `shared ${unique()}`).then(({ id }) => id);
  kept.set(w, made);
  return made;
}
/** One that goes with the request. */
const spare = async (w: World) => (await uploadDescriptor(w.api, `spare ${unique()}`)).id;

const binding = async (w: World) => ({
  subject: `orders.${unique()}`,
  stream: 'ORDERS',
  descriptor: await shared(w),
  type: 'orders.v1.Order',
});
async function bound(w: World) {
  const body = await binding(w);
  const made = await w.api.get(routes.createProtobufBinding, { params: here(w), body }, w.api.admin);
  return { params: { ...here(w), bindingId: made.id }, body };
}

export const protobufRequests: Readonly<Record<ProtobufId, (w: World) => Given | Promise<Given>>> = {
  listDescriptors: () => ({}),
  getDescriptor: async (w) => ({ params: { descriptorId: await shared(w) } }),
  uploadDescriptor: () => ({ query: { name: `walked ${unique()}` }, bytes: ordersSet() }),
  replaceDescriptor: async (w) => ({ params: { descriptorId: await shared(w) }, bytes: ordersSet() }),
  deleteDescriptor: async (w) => ({ params: { descriptorId: await spare(w) } }),
  listProtobufBindings: (w) => ({ params: here(w) }),
  createProtobufBinding: async (w) => ({ params: here(w), body: await binding(w) }),
  updateProtobufBinding: bound,
  deleteProtobufBinding: async (w) => ({ params: (await bound(w)).params }),
};
