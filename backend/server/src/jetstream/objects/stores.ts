import { performance } from 'node:perf_hooks';
import type { ObjectRow, QueryOf, ResponseOf, Routes, StoreRow } from '@jetstream-console/contract';
import type { Link, Links } from '../../clusters/link';
import { ApiError, notFound } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { shortCache } from '../cache';
import { lastOf, provenance } from '../kvValues';
import { streamFacts } from '../messages';
import { makeReader, type Stored } from '../reader';
import { pageSorted } from '../sorted';
import { storeLists } from '../stores/lists';
import { timeOrNull, type StreamReply } from '../streamReply';
import { streamInfo, subjectCounts } from '../streams';
import { decodeName, metaPrefix, metaSubjects, readInfo, toRow, type ObjectInfo } from './info';

export interface AtStore {
  readonly clusterId: string;
  readonly store: string;
}

const toStore = ({ config, state }: StreamReply): StoreRow => ({
  store: config.name.slice(4),
  description: config.description ?? null,
  state: 'ok',
  storage: config.storage,
  bytes: state.bytes,
  maxBytes: config.max_bytes,
  ttlSeconds: config.max_age / 1e9,
  replicas: config.num_replicas,
  lastTime: timeOrNull(state.last_ts),
  compressed: (config.compression ?? 'none') !== 'none',
  sealed: config.sealed ?? false,
  mirrorOf: config.mirror?.name.replace(/^OBJ_/, '') ?? null,
});
const missingStore = (stream: string, state: 'missing' | 'offline'): StoreRow => ({
  store: stream.slice(4),
  description: null,
  state,
  storage: 'unknown',
  bytes: null,
  maxBytes: -1,
  ttlSeconds: 0,
  replicas: 0,
  lastTime: null,
  compressed: false,
  sealed: false,
  mirrorOf: null,
});
export const objectStoreLists = storeLists('OBJ_', toStore, missingStore);

export async function listObjectStores(
  links: Links,
  ctx: Ctx,
  clusterId: string,
  query: QueryOf<Routes['listObjectStores']>,
): Promise<ResponseOf<Routes['listObjectStores']>> {
  const list = await objectStoreLists.of(await links.open(ctx, clusterId));
  const search = query.search?.toLowerCase();
  const readable = ctx.each({ resource: 'object_stores', action: 'read' }, { cluster: clusterId });
  const rows = list.rows.filter(
    ({ store }) => (search === undefined || store.toLowerCase().includes(search)) && readable({ name: store }),
  );
  return {
    ...pageSorted(
      rows,
      query,
      (row) => row[query.sort],
      (row) => row.store,
    ),
    provenance: { source: 'STREAM.LIST', askedAt: list.askedAt, tookMs: list.tookMs },
  };
}

const storeGone = (error: unknown, store: string): unknown =>
  error instanceof ApiError && error.code === 'stream_not_found' ? notFound(`The object store ${store}`) : error;

export async function getObjectStore(
  links: Links,
  ctx: Ctx,
  { clusterId, store }: AtStore,
): Promise<ResponseOf<Routes['getObjectStore']>> {
  const link = await links.open(ctx, clusterId);
  const found = await streamInfo(link, `OBJ_${store}`, ctx.signal).catch((error: unknown) => {
    throw storeGone(error, store);
  });
  return { row: toStore(found.info), config: found.raw.config, provenance: found.provenance };
}

/** What stands before the name in a subject: a mirror of a store holds that one's subjects. */
export async function originOf(link: Link, store: string): Promise<string> {
  const { mirrorOf } = await streamFacts(link, `OBJ_${store}`, false).catch((error: unknown) => {
    throw storeGone(error, store);
  });
  return mirrorOf?.startsWith('OBJ_') ? mirrorOf.slice(4) : store;
}

const nameLists = shortCache<{ names: { name: string; subject: string }[]; complete: boolean }>(2000, 50);

/** A page is filled with objects that are there: the marks of deleted ones are stepped over. */
export async function listObjects(
  links: Links,
  ctx: Ctx,
  { clusterId, store }: AtStore,
  query: QueryOf<Routes['listObjects']>,
): Promise<ResponseOf<Routes['listObjects']>> {
  const started = performance.now();
  const link = await links.open(ctx, clusterId);
  const stream = `OBJ_${store}`;
  const prefix = metaPrefix(await originOf(link, store));
  const list = await nameLists.get(`${link.generation} ${store}`, async () => {
    const counts = await subjectCounts(link, stream, `${prefix}*`, new AbortController().signal);
    const names = counts.subjects.flatMap(([subject]) => {
      const name = decodeName(subject.slice(prefix.length));
      return name === null ? [] : [{ name, subject }];
    });
    return { names, complete: counts.complete };
  });
  const search = query.search?.toLowerCase();
  const wanted =
    search === undefined ? list.names : list.names.filter(({ name }) => name.toLowerCase().includes(search));
  const items: ObjectRow[] = [];
  let cursor = query.cursor;
  let nextCursor: string | null = null;
  do {
    const page = pageSorted(
      wanted,
      { sort: 'name', order: 'asc', limit: query.limit - items.length, cursor },
      ({ name }) => name,
      ({ name }) => name,
    );
    const found = await lastOf(
      link,
      stream,
      page.items.map(({ subject }) => subject),
      ctx,
    );
    for (const { subject } of page.items) {
      const stored = found.get(subject);
      const info = stored && readInfo(stored);
      if (stored && info && !info.deleted) items.push(toRow(info, stored));
    }
    nextCursor = page.nextCursor;
    cursor = page.nextCursor ?? undefined;
  } while (nextCursor !== null && items.length < query.limit);
  return {
    items,
    nextCursor,
    total: null,
    complete: list.complete,
    provenance: provenance('STREAM.INFO with subjects_filter, DIRECT.GET', started),
  };
}

export interface Found {
  readonly info: ObjectInfo;
  readonly stored: Stored;
}

/** The description of an object as it stands now, of a deleted one too; null where there never was one. */
export async function describe(link: Link, store: string, name: string, signal: AbortSignal): Promise<Found | null> {
  const facts = await streamFacts(link, `OBJ_${store}`, true).catch((error: unknown) => {
    throw storeGone(error, store);
  });
  const reader = makeReader(link, facts, signal);
  for (const subject of metaSubjects(await originOf(link, store), name)) {
    const stored = await reader.lastOf(subject);
    const info = stored && readInfo(stored);
    if (stored && info) return { info, stored };
  }
  return null;
}

/** @throws ApiError 404 for one that is deleted or never was */
export async function present(link: Link, store: string, name: string, signal: AbortSignal): Promise<Found> {
  const found = await describe(link, store, name, signal);
  if (!found || found.info.deleted) throw notFound(`The object ${name} of ${store}`);
  return found;
}

/** Links stand for objects, not for links; a client that made one to a link is followed this far. */
const mostHops = 4;

/** The object itself, or the one that a link stands for, in whatever store that is. @throws ApiError 403, 404, 422 */
export async function resolve(
  link: Link,
  ctx: Ctx,
  { clusterId, store }: AtStore,
  name: string,
): Promise<Found & { readonly store: string }> {
  let at = { store, name };
  for (let hops = 0; hops <= mostHops; hops++) {
    ctx.require({ resource: 'object_data', action: 'read' }, { cluster: clusterId, name: at.store });
    const found = await present(link, at.store, at.name, ctx.signal);
    const to = found.info.options?.link;
    if (!to) return { ...found, store: at.store };
    if (to.name === undefined)
      throw new ApiError(
        422,
        'links_to_store',
        `${at.name} stands for the whole store ${to.bucket}, which has no content of its own. Open that store.`,
      );
    at = { store: to.bucket, name: to.name };
  }
  throw new ApiError(422, 'links_in_circle', `${name} leads from link to link and to no object.`);
}

export async function getObject(
  links: Links,
  ctx: Ctx,
  { clusterId, store }: AtStore,
  name: string,
): Promise<ResponseOf<Routes['getObject']>> {
  const started = performance.now();
  const found = await present(await links.open(ctx, clusterId), store, name, ctx.signal);
  return { object: toRow(found.info, found.stored), provenance: provenance('DIRECT.GET', started) };
}
