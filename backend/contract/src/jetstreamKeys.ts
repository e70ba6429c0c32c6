import { z } from 'zod';
import type { Action } from './access';
import { bucketName, kvKey } from './common';
import { bucketParams, kvEntry } from './jetstream';
import { confirmName } from './jetstreamChanges';
import { route, table, type Need } from './route';
import { storeRoutes } from './storeRoutes';
import { watchAfter, watchEvents } from './watch';

const onKeys = (action: Action, each = true): Need => ({
  resource: 'kv_values',
  action,
  cluster: 'clusterId',
  name: 'bucket',
  each,
});
const bucketPath = '/clusters/:clusterId/kv/:bucket';

/** Seconds that a value or a delete marker lives (Nats-TTL); NATS 2.11 and newer, on a bucket that allows it. */
export const timeToLive = z.coerce
  .number()
  .int()
  .min(1)
  .max(10 * 365 * 86_400);
/** A revision that somebody saw. */
const revision = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const keyPart = z
  .string()
  .max(1024)
  .regex(/^[-/_=.a-zA-Z0-9]*$/, 'a key holds letters, digits and - / _ = . only');

/** An entity tag that is a revision: `"12"`, or `12`. */
const revisionTag = z
  .string()
  .regex(/^"?[1-9]\d{0,15}"?$/, 'is the revision that you saw, such as "12"')
  .transform((tag) => Number(tag.replaceAll('"', '')));

export const keyWritten = z.object({ revision: z.number().int(), stream: z.string() });

export const markersFound = z.object({
  /** keys that have no value any more and whose marker is old enough to go */
  markers: z.number().int(),
  /** messages that would go with them: markers, and what is left of the history before them */
  messages: z.number().int(),
  /** keys without a value whose marker is younger, so that watchers still learn of them */
  younger: z.number().int(),
  keys: z.number().int(),
  refusals: z.array(z.string()),
  countedBy: z.string(),
});
const compactBody = {
  olderThanSeconds: z
    .int()
    .min(0)
    .max(10 * 365 * 86_400)
    .default(1800),
};

export const watchEvent = watchEvents(kvEntry);
export type WatchEvent = z.infer<typeof watchEvent>;

const stores = storeRoutes({
  path: '/clusters/:clusterId/kv',
  param: 'bucket',
  name: bucketName,
  resource: 'kv_stores',
  what: 'a KV bucket',
  audit: 'kv',
});

export const keyRoutes = table({
  createBucket: stores.create,
  planBucket: stores.plan,
  getBucketConfig: stores.config,
  planBucketUpdate: stores.planUpdate,
  updateBucket: stores.update,
  deleteBucket: stores.delete,
  getBucketImpact: stores.impact,
  putKey: route({
    method: 'PUT',
    path: `${bucketPath}/value`,
    summary:
      'Puts a value. With If-Match only where the newest revision is still that one; with If-None-Match: * only where the key has no value. Without either it replaces whatever is there, which takes the right to create as well',
    params: bucketParams,
    access: [onKeys('update')],
    credential: 'operate',
    audit: 'kv.put',
    takes: 'bytes',
    query: z.strictObject({ key: kvKey, ttlSeconds: timeToLive.optional() }),
    headers: z.strictObject({
      'if-match': revisionTag.optional(),
      'if-none-match': z.literal('*').optional(),
    }),
    response: keyWritten,
  }),
  revertKey: route({
    method: 'POST',
    path: `${bucketPath}/revert`,
    summary:
      'Puts the value of an earlier revision again, byte for byte, where the newest is still the one that was seen',
    params: bucketParams,
    access: [onKeys('update')],
    credential: 'operate',
    audit: 'kv.revert',
    body: z.strictObject({ key: kvKey, to: revision, basedOn: revision }),
    response: keyWritten,
  }),
  deleteKey: route({
    method: 'DELETE',
    path: `${bucketPath}/value`,
    summary: 'Deletes a key: a marker takes its place, and the history that the bucket keeps stays',
    params: bucketParams,
    access: [onKeys('delete')],
    credential: 'admin',
    audit: 'kv.delete_key',
    body: z.strictObject({ key: kvKey, confirm: confirmName.max(1024), basedOn: revision.optional() }),
    response: keyWritten,
  }),
  purgeKey: route({
    method: 'POST',
    path: `${bucketPath}/purge`,
    summary: 'Purges a key: its history goes, and a marker takes its place',
    params: bucketParams,
    access: [onKeys('purge')],
    credential: 'admin',
    audit: 'kv.purge_key',
    body: z.strictObject({
      key: kvKey,
      confirm: confirmName.max(1024),
      basedOn: revision.optional(),
      ttlSeconds: timeToLive.optional().describe('after which the marker goes as well'),
    }),
    response: keyWritten,
  }),
  planCompact: route({
    method: 'POST',
    path: `${bucketPath}/compact/plan`,
    summary: 'Counts the delete markers that a compaction would remove; nothing is removed',
    params: bucketParams,
    access: [onKeys('purge', false)],
    // It takes a consumer for a moment, which a credential that reads may not be allowed to make.
    credential: 'admin',
    audit: null,
    body: z.strictObject(compactBody),
    response: markersFound,
  }),
  compactBucket: route({
    method: 'POST',
    path: `${bucketPath}/compact`,
    summary: 'Removes delete markers, and what is left of the history of keys that are gone; values stay',
    params: bucketParams,
    access: [onKeys('purge', false)],
    credential: 'admin',
    audit: 'kv.compact',
    body: z.strictObject({ ...compactBody, confirm: confirmName }),
    response: z.object({
      purged: z.number().int(),
      keys: z.number().int(),
      /** markers that are still there: more than one request removes, or of keys that were written meanwhile */
      left: z.number().int(),
    }),
  }),
  watchKeys: route({
    method: 'GET',
    path: `${bucketPath}/watch`,
    summary:
      'Changes of keys as they happen; closing the connection ends it, and so does the loss of the right to read',
    params: bucketParams,
    access: [{ ...onKeys('read'), each: true }],
    credential: 'read',
    sends: 'events',
    query: z.strictObject({
      prefix: keyPart.default('').describe('keys that begin like this'),
      after: watchAfter,
      previewBytes: z.coerce.number().int().min(0).max(65_536).default(512),
    }),
    response: watchEvent,
  }),
});
