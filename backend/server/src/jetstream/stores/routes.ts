import { kvForm, type keyRoutes } from '@jetstream-console/contract';
import type { Handlers } from '../../platform/handler';
import { bucketLists } from '../kv';
import { compactBucket, planCompact } from './compact';
import * as keys from './keys';
import { storeManager } from './manage';
import { watchKeys, type KeyWatchDeps } from './watchKeys';

export function storeHandlers(deps: KeyWatchDeps): Handlers<typeof keyRoutes> {
  const { links } = deps;
  const buckets = storeManager(links, kvForm, 'kv_stores', bucketLists);
  return {
    createBucket: ({ params, body }, ctx) => buckets.create(ctx, params.clusterId, body),
    planBucket: ({ params, body }, ctx) => buckets.plan(ctx, params.clusterId, body),
    getBucketConfig: ({ params }, ctx) => buckets.config(ctx, params.clusterId, params.bucket),
    planBucketUpdate: ({ params, body }, ctx) => buckets.planUpdate(ctx, params.clusterId, params.bucket, body),
    updateBucket: ({ params, body }, ctx) => buckets.update(ctx, params.clusterId, params.bucket, body),
    deleteBucket: ({ params, body }, ctx) => buckets.remove(ctx, params.clusterId, params.bucket, body.confirm),
    getBucketImpact: ({ params }, ctx) => buckets.impact(ctx, params.clusterId, params.bucket),
    putKey: ({ params, query, headers }, ctx) => keys.putKey(links, ctx, params, query, headers),
    revertKey: ({ params, body }, ctx) => keys.revertKey(links, ctx, params, body),
    deleteKey: ({ params, body }, ctx) => keys.deleteKey(links, ctx, params, body),
    purgeKey: ({ params, body }, ctx) => keys.purgeKey(links, ctx, params, body),
    planCompact: ({ params, body }, ctx) => planCompact(links, ctx, params, body),
    compactBucket: ({ params, body }, ctx) => compactBucket(links, ctx, params, body),
    watchKeys: ({ params, query }, ctx, emit) => watchKeys(deps, ctx, params, query, emit),
  };
}
