import { randomBytes } from 'node:crypto';
import { routes, type keyRoutes, type objectRoutes } from '@jetstream-console/contract';
import type { Least } from './matrix';
import type { Given, World } from './world';

type StoreId = keyof typeof keyRoutes | keyof typeof objectRoutes;

/** Who changes buckets and keys: operators update values, editors make, administrators destroy. */
export const storeMatrix: Readonly<Record<StoreId, Least>> = {
  createBucket: 'editor',
  planBucket: 'editor',
  getBucketConfig: 'viewer',
  planBucketUpdate: 'editor',
  updateBucket: 'editor',
  deleteBucket: 'admin',
  getBucketImpact: 'viewer',
  putKey: 'operator',
  revertKey: 'operator',
  deleteKey: 'admin',
  purgeKey: 'admin',
  planCompact: 'admin',
  compactBucket: 'admin',
  watchKeys: 'reader',
  listObjectStores: 'viewer',
  getObjectStore: 'viewer',
  createObjectStore: 'editor',
  planObjectStore: 'editor',
  getObjectStoreConfig: 'viewer',
  planObjectStoreUpdate: 'editor',
  updateObjectStore: 'editor',
  deleteObjectStore: 'admin',
  getObjectStoreImpact: 'viewer',
  sealObjectStore: 'admin',
  listObjects: 'reader',
  getObject: 'reader',
  downloadObject: 'reader',
  verifyObject: 'reader',
  uploadObject: 'editor',
  deleteObject: 'admin',
  linkObject: 'editor',
  describeObject: 'editor',
  watchObjects: 'reader',
  listLeftovers: 'reader',
  removeLeftovers: 'admin',
};

const name = () => `t${randomBytes(5).toString('hex')}`;
const settings = (w: World) => ({ clusterId: w.clusterId, bucket: 'settings' });

/** A bucket for the one request that changes or destroys it. */
async function bucket(w: World) {
  const params = { clusterId: w.clusterId, bucket: name() };
  const body = { name: params.bucket, config: { max_msgs_per_subject: 5 } };
  await w.api.get(routes.createBucket, { params: { clusterId: w.clusterId }, body }, w.api.admin);
  return params;
}
/** A key with two revisions in it. */
async function key(w: World) {
  const params = await bucket(w);
  const written: number[] = [];
  for (const bytes of ['one', 'two']) {
    const answer = await w.api.send({
      method: 'PUT',
      path: `/api/v1/clusters/${params.clusterId}/kv/${params.bucket}/value?key=a`,
      headers: [['authorization', `Bearer ${w.api.admin}`]],
      body: bytes,
    });
    written.push(routes.putKey.response.parse(answer.json()).revision);
  }
  const [first = 0, newest = 0] = written;
  return { params, first, newest };
}

/** An object store for the one request that changes or destroys it, with an object in it. */
async function objects(w: World) {
  const params = { clusterId: w.clusterId, store: name() };
  await w.api.get(
    routes.createObjectStore,
    { params: { clusterId: w.clusterId }, body: { name: params.store } },
    w.api.admin,
  );
  await w.api.send({
    method: 'PUT',
    path: `/api/v1/clusters/${params.clusterId}/objects/${params.store}/content?name=file`,
    headers: [['authorization', `Bearer ${w.api.admin}`]],
    body: 'content',
  });
  return params;
}
const file = { name: 'file' };

export const storeRequests: Readonly<Record<StoreId, (w: World) => Given | Promise<Given>>> = {
  createBucket: (w) => ({ params: { clusterId: w.clusterId }, body: { name: name() } }),
  planBucket: (w) => ({ params: { clusterId: w.clusterId }, body: { name: name() } }),
  getBucketConfig: (w) => ({ params: settings(w) }),
  planBucketUpdate: (w) => ({ params: settings(w), body: { change: { description: 'planned' } } }),
  updateBucket: async (w) => {
    const params = await bucket(w);
    const { hash } = await w.api.get(routes.getBucketConfig, { params }, w.api.admin);
    return { params, body: { basedOn: hash, change: { description: 'changed' } } };
  },
  deleteBucket: async (w) => {
    const params = await bucket(w);
    return { params, body: { confirm: params.bucket } };
  },
  getBucketImpact: (w) => ({ params: settings(w) }),
  putKey: async (w) => {
    const { params, newest } = await key(w);
    return { params, query: { key: 'a' }, headers: [['if-match', `"${newest}"`]], bytes: 'three' };
  },
  revertKey: async (w) => {
    const { params, first, newest } = await key(w);
    return { params, body: { key: 'a', to: first, basedOn: newest } };
  },
  deleteKey: async (w) => ({ params: (await key(w)).params, body: { key: 'a', confirm: 'a' } }),
  purgeKey: async (w) => ({ params: (await key(w)).params, body: { key: 'a', confirm: 'a' } }),
  planCompact: (w) => ({ params: settings(w), body: {} }),
  compactBucket: async (w) => {
    const params = await bucket(w);
    return { params, body: { confirm: params.bucket } };
  },
  watchKeys: (w) => ({ params: settings(w) }),
  listObjectStores: (w) => ({ params: { clusterId: w.clusterId } }),
  getObjectStore: async (w) => ({ params: await objects(w) }),
  createObjectStore: (w) => ({ params: { clusterId: w.clusterId }, body: { name: name() } }),
  planObjectStore: (w) => ({ params: { clusterId: w.clusterId }, body: { name: name() } }),
  getObjectStoreConfig: async (w) => ({ params: await objects(w) }),
  planObjectStoreUpdate: async (w) => ({ params: await objects(w), body: { change: { description: 'planned' } } }),
  updateObjectStore: async (w) => {
    const params = await objects(w);
    const { hash } = await w.api.get(routes.getObjectStoreConfig, { params }, w.api.admin);
    return { params, body: { basedOn: hash, change: { description: 'changed' } } };
  },
  deleteObjectStore: async (w) => {
    const params = await objects(w);
    return { params, body: { confirm: params.store } };
  },
  getObjectStoreImpact: async (w) => ({ params: await objects(w) }),
  sealObjectStore: async (w) => {
    const params = await objects(w);
    return { params, body: { confirm: params.store } };
  },
  listObjects: async (w) => ({ params: await objects(w) }),
  getObject: async (w) => ({ params: await objects(w), query: file }),
  downloadObject: async (w) => ({ params: await objects(w), query: file }),
  verifyObject: async (w) => ({ params: await objects(w), query: file }),
  uploadObject: async (w) => ({ params: await objects(w), query: { name: 'other' }, bytes: 'other' }),
  deleteObject: async (w) => ({ params: await objects(w), body: { ...file, confirm: 'file' } }),
  describeObject: async (w) => {
    const params = await objects(w);
    const { object } = await w.api.get(routes.getObject, { params, query: file }, w.api.admin);
    return { params, body: { ...file, basedOn: object.revision, description: 'said', metadata: {}, headers: {} } };
  },
  watchObjects: async (w) => ({ params: await objects(w) }),
  listLeftovers: async (w) => ({ params: await objects(w) }),
  removeLeftovers: async (w) => {
    const params = await objects(w);
    return { params, body: { confirm: params.store } };
  },
  linkObject: async (w) => {
    const params = await objects(w);
    return { params, body: { name: 'link', to: { store: params.store, name: 'file' } } };
  },
};
