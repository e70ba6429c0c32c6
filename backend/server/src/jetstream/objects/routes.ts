import { objectForm, type objectRoutes } from '@jetstream-console/contract';
import type { Handlers } from '../../platform/handler';
import { assertConfirmed } from '../manage/guarded';
import { storeManager } from '../stores/manage';
import type { WatchDeps } from '../stores/watch';
import { describeObject } from './describe';
import { downloadObject, verifyObject } from './download';
import { listLeftovers, removeLeftovers, type LeftoverDeps } from './leftovers';
import { linkObject } from './link';
import * as stores from './stores';
import { deleteObject, uploadObject } from './upload';
import { watchObjects } from './watch';

export function objectHandlers(deps: WatchDeps & LeftoverDeps): Handlers<typeof objectRoutes> {
  const { links } = deps;
  const manager = storeManager(links, objectForm, 'object_stores', stores.objectStoreLists);
  return {
    listObjectStores: ({ params, query }, ctx) => stores.listObjectStores(links, ctx, params.clusterId, query),
    getObjectStore: ({ params }, ctx) => stores.getObjectStore(links, ctx, params),
    createObjectStore: ({ params, body }, ctx) => manager.create(ctx, params.clusterId, body),
    planObjectStore: ({ params, body }, ctx) => manager.plan(ctx, params.clusterId, body),
    getObjectStoreConfig: ({ params }, ctx) => manager.config(ctx, params.clusterId, params.store),
    planObjectStoreUpdate: ({ params, body }, ctx) => manager.planUpdate(ctx, params.clusterId, params.store, body),
    updateObjectStore: ({ params, body }, ctx) => manager.update(ctx, params.clusterId, params.store, body),
    deleteObjectStore: ({ params, body }, ctx) => manager.remove(ctx, params.clusterId, params.store, body.confirm),
    getObjectStoreImpact: ({ params }, ctx) => manager.impact(ctx, params.clusterId, params.store),
    sealObjectStore: ({ params, body }, ctx) => manager.seal(ctx, params.clusterId, params.store, body.confirm),
    listObjects: ({ params, query }, ctx) => stores.listObjects(links, ctx, params, query),
    getObject: ({ params, query }, ctx) => stores.getObject(links, ctx, params, query.name),
    downloadObject: ({ params, query, headers }, ctx) => downloadObject(links, ctx, params, query.name, headers),
    verifyObject: ({ params, query }, ctx, emit) => verifyObject(links, ctx, params, query.name, emit),
    uploadObject: ({ params, query }, ctx) => uploadObject(links, ctx, params, query),
    describeObject: ({ params, body }, ctx) => describeObject(links, ctx, params, body),
    watchObjects: ({ params, query }, ctx, emit) => watchObjects(deps, ctx, params, query, emit),
    listLeftovers: ({ params }, ctx) => listLeftovers(deps, ctx, params),
    removeLeftovers: ({ params, body }, ctx) => {
      assertConfirmed(body.confirm, params.store);
      return removeLeftovers(deps, ctx, params);
    },
    deleteObject: ({ params, body }, ctx) => {
      assertConfirmed(body.confirm, body.name);
      return deleteObject(links, ctx, params, body.name);
    },
    linkObject: ({ params, body }, ctx) => linkObject(links, ctx, params, body),
  };
}
