import { z } from 'zod';
import type { Action, Resource } from './access';
import { bucketName, clusterParams, flagQuery, instant, limitQuery, page, pageQuery } from './common';
import { assetState, natsJson, provenance, sortOrder } from './jetstream';
import { route, table, type Need } from './route';
import { storeRoutes } from './storeRoutes';
import { watchAfter, watchEvents } from './watch';

const storesPath = '/clusters/:clusterId/objects';
const storePath = `${storesPath}/:store`;
const storeParams = clusterParams.extend({ store: bucketName });

const on = (resource: Resource, action: Action, each = false): Need => ({
  resource,
  action,
  cluster: 'clusterId',
  name: 'store',
  each,
});
const onData = (action: Action) => [on('object_data', action)];

/** Servers and clients set no form for the names of objects; a subject of 4 kB holds the encoded name. */
export const objectName = z
  .string()
  .min(1, 'an object has a name')
  .refine((name) => new TextEncoder().encode(name).length <= 2048, 'at most 2048 bytes');

export const storeRow = z.object({
  store: z.string(),
  description: z.string().nullable(),
  state: assetState,
  storage: z.string(),
  bytes: z.number().nullable(),
  maxBytes: z.number(),
  ttlSeconds: z.number(),
  replicas: z.number().int(),
  lastTime: instant.nullable(),
  compressed: z.boolean(),
  sealed: z.boolean(),
  mirrorOf: z.string().nullable(),
});

export const objectRow = z.object({
  name: z.string(),
  description: z.string().nullable(),
  size: z.number(),
  chunks: z.number().int(),
  chunkBytes: z.number().int().nullable(),
  /** `SHA-256=` and the digest in base64url, as the writer said it; null for links and where no writer said one */
  digest: z.string().nullable(),
  modified: instant,
  /** of the message that describes it; a new upload has a newer one */
  revision: z.number().int(),
  headers: z.record(z.string(), z.array(z.string())),
  metadata: z.record(z.string(), z.string()),
  /** what it stands for: an object of a store, or a whole store where `name` is null */
  link: z.object({ store: z.string(), name: z.string().nullable() }).nullable(),
});
export type ObjectRow = z.infer<typeof objectRow>;

/** What changed: an object that was put or described anew (`put`), or one that went (`delete`). */
export const objectWatchEvent = watchEvents(objectRow.extend({ operation: z.enum(['put', 'delete']) }));
export type ObjectWatchEvent = z.infer<typeof objectWatchEvent>;

/** Chunks that no object has: of an upload whose writer went away before its end. */
export const leftover = z.object({
  /** which upload they are of */
  nuid: z.string(),
  chunks: z.number().int(),
  /** reckoned from the first and the last chunk: all but the last one are of one size */
  bytes: z.number(),
  lastTime: instant,
});
export type Leftover = z.infer<typeof leftover>;
export const leftovers = z.object({
  /** the first 500 */
  items: z.array(leftover),
  uploads: z.number().int(),
  chunks: z.number().int(),
  /** uploads that may still be under way: their last chunk is younger than an hour */
  underWay: z.number().int(),
  /** why nothing can be told of this store, in words; null where all of it was looked at */
  unsure: z.string().nullable(),
});

const namedValues = z.record(z.string().min(1).max(256), z.string().max(4096));
const description = z.string().max(4096);
const named = { name: objectName };
/** `SHA-256=` and 32 bytes in base64url with padding, as object stores write it. */
export const objectDigest = z
  .string()
  .regex(/^SHA-256=[A-Za-z0-9_-]{43}=$/, 'is SHA-256= and the digest in base64url with padding');

/** What the check of an object tells while it reads, and in the end. */
export const verifyEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), bytes: z.number(), of: z.number() }),
  z.object({
    type: z.literal('end'),
    whole: z.boolean(),
    /** what is wrong, in words; null where nothing is */
    fault: z.string().nullable(),
    bytes: z.number(),
    chunks: z.number().int(),
    digest: z.string(),
    said: z.string().nullable(),
  }),
  z.object({ type: z.literal('error'), code: z.string(), detail: z.string() }),
]);
export type VerifyEvent = z.infer<typeof verifyEvent>;

const stores = storeRoutes({
  path: storesPath,
  param: 'store',
  name: bucketName,
  resource: 'object_stores',
  what: 'an object store',
  audit: 'object_store',
});

export const objectRoutes = table({
  listObjectStores: route({
    method: 'GET',
    path: storesPath,
    summary: 'Object stores',
    params: clusterParams,
    access: [{ resource: 'object_stores', action: 'read', cluster: 'clusterId', each: true }],
    credential: 'read',
    query: z.strictObject({
      ...pageQuery,
      search: z.string().max(255).optional(),
      sort: z.enum(['store', 'bytes', 'lastTime']).default('store'),
      order: sortOrder.default('asc'),
    }),
    response: page(storeRow).extend({ provenance }),
  }),
  getObjectStore: route({
    method: 'GET',
    path: storePath,
    summary: 'An object store',
    params: storeParams,
    access: [on('object_stores', 'read')],
    credential: 'read',
    response: z.object({ row: storeRow, config: natsJson, provenance }),
  }),
  createObjectStore: stores.create,
  planObjectStore: stores.plan,
  getObjectStoreConfig: stores.config,
  planObjectStoreUpdate: stores.planUpdate,
  updateObjectStore: stores.update,
  deleteObjectStore: stores.delete,
  getObjectStoreImpact: stores.impact,
  sealObjectStore: stores.seal,
  listObjects: route({
    method: 'GET',
    path: `${storePath}/files`,
    summary: 'Objects by name, paged, without their content',
    params: storeParams,
    access: onData('read'),
    credential: 'read',
    query: z.strictObject({
      search: z.string().max(255).optional().describe('part of the name'),
      limit: limitQuery(50, 500),
      cursor: z.string().max(4096).optional(),
    }),
    response: page(objectRow).extend({
      provenance,
      /** false where there are more names than one request may count (100,000) */
      complete: z.boolean(),
    }),
  }),
  getObject: route({
    method: 'GET',
    path: `${storePath}/file`,
    summary: 'What is known of an object; the name travels in the query since it may hold slashes',
    params: storeParams,
    access: onData('read'),
    credential: 'read',
    query: z.strictObject(named),
    response: z.object({ object: objectRow, provenance }),
  }),
  downloadObject: route({
    method: 'GET',
    path: `${storePath}/content`,
    summary:
      'The content of an object, of a link what it stands for. The whole is checked against its digest before its end is sent: a broken one ends short. With Range a part, which no digest covers',
    params: storeParams,
    access: onData('read'),
    credential: 'read',
    sends: 'bytes',
    query: z.strictObject(named),
    headers: z.strictObject({ range: z.string().max(255).optional() }),
    response: z.undefined(),
  }),
  verifyObject: route({
    method: 'GET',
    path: `${storePath}/verify`,
    summary: 'Reads an object to its end and says whether all of it is there and its digest is right',
    params: storeParams,
    access: onData('read'),
    credential: 'read',
    sends: 'events',
    query: z.strictObject(named),
    response: verifyEvent,
  }),
  uploadObject: route({
    method: 'PUT',
    path: `${storePath}/content`,
    summary:
      'Stores an object of any size, part by part. It is visible once all of it is there; an upload that breaks off leaves nothing. To replace one takes the right to update',
    params: storeParams,
    access: onData('create'),
    credential: 'operate',
    audit: 'object.put',
    takes: 'bytes',
    query: z.strictObject({
      ...named,
      description: description.optional(),
      chunkBytes: z.coerce.number().int().min(1024).max(8_388_608).default(131_072),
      digest: objectDigest.optional().describe('of the content; where it differs from what came, nothing is kept'),
      replace: flagQuery.optional().describe('false refuses where there is one of this name'),
    }),
    response: z.object({
      object: objectRow,
      replaced: z.boolean(),
      /** what of the object before it could not be removed, in words; null where nothing is left */
      left: z.string().nullable(),
    }),
  }),
  describeObject: route({
    method: 'PUT',
    path: `${storePath}/file`,
    summary: 'Changes what is said of an object, and nothing of its content; refused where somebody else was first',
    params: storeParams,
    access: onData('update'),
    credential: 'operate',
    audit: 'object.describe',
    body: z.strictObject({
      ...named,
      basedOn: z.int().min(1).describe('the revision that was seen'),
      description: description.describe('empty for none; absent it stays, like the others').optional(),
      metadata: namedValues.optional(),
      headers: z.record(z.string().min(1).max(256), z.array(z.string().max(4096)).min(1).max(32)).optional(),
    }),
    response: z.object({ object: objectRow }),
  }),
  watchObjects: route({
    method: 'GET',
    path: `${storePath}/watch`,
    summary:
      'Changes of objects as they happen; closing the connection ends it, and so does the loss of the right to read',
    params: storeParams,
    access: onData('read'),
    credential: 'read',
    sends: 'events',
    query: z.strictObject({ after: watchAfter }),
    response: objectWatchEvent,
  }),
  listLeftovers: route({
    method: 'GET',
    path: `${storePath}/leftovers`,
    summary: 'Chunks that belong to no object: what uploads left whose writer went away',
    params: storeParams,
    access: onData('read'),
    credential: 'read',
    response: leftovers,
  }),
  removeLeftovers: route({
    method: 'DELETE',
    path: `${storePath}/leftovers`,
    summary: 'Removes chunks that belong to no object and are older than an hour',
    params: storeParams,
    access: onData('delete'),
    credential: 'admin',
    audit: 'object.remove_leftovers',
    body: z.strictObject({ confirm: bucketName }),
    response: z.object({ uploads: z.number().int(), chunks: z.number().int() }),
  }),
  deleteObject: route({
    method: 'DELETE',
    path: `${storePath}/file`,
    summary: 'Deletes an object with its content',
    params: storeParams,
    access: onData('delete'),
    credential: 'admin',
    audit: 'object.delete',
    body: z.strictObject({ ...named, confirm: z.string().min(1).max(2048) }),
    response: z.object({ deleted: z.literal(true), size: z.number() }),
  }),
  linkObject: route({
    method: 'POST',
    path: `${storePath}/link`,
    summary: 'Makes a name that stands for an object of this or another store, or for a whole store',
    params: storeParams,
    access: onData('create'),
    credential: 'operate',
    audit: 'object.link',
    status: 201,
    body: z.strictObject({
      ...named,
      description: description.optional(),
      to: z.strictObject({ store: bucketName, name: objectName.optional() }),
    }),
    response: z.object({ object: objectRow }),
  }),
});

export type StoreRow = z.infer<typeof storeRow>;
