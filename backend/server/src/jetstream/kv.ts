import { performance } from 'node:perf_hooks';
import type { bucketRow, QueryOf, Routes } from '@jetstream-console/contract';
import type { z } from 'zod';
import type { Link, Links } from '../clusters/link';
import { noTypes, type Types } from '../decoders/types';
import type { Ctx } from '../platform/handler';
import { shortCache } from './cache';
import { intoFolders } from './kvFolders';
import { lastOf, prefixOf, provenance, toEntry } from './kvValues';
import type { Stored } from './reader';
import { pageSorted } from './sorted';
import { streamInfo, subjectCounts } from './streams';
import { storeLists } from './stores/lists';
import { timeOrNull, type StreamReply } from './streamReply';

type Bucket = z.infer<typeof bucketRow>;

const seconds = (nanoseconds: number | undefined) => (nanoseconds ?? 0) / 1e9;

function toBucket({ config, state }: StreamReply): Bucket {
  return {
    bucket: config.name.slice(3),
    description: config.description ?? null,
    state: 'ok',
    storage: config.storage,
    history: config.max_msgs_per_subject,
    ttlSeconds: seconds(config.max_age),
    values: state.messages,
    bytes: state.bytes,
    maxBytes: config.max_bytes,
    maxValueSize: config.max_msg_size,
    replicas: config.num_replicas,
    lastTime: timeOrNull(state.last_ts),
    markersTtlSeconds:
      config.subject_delete_marker_ttl === undefined ? null : seconds(config.subject_delete_marker_ttl),
    compressed: (config.compression ?? 'none') !== 'none',
    mirrorOf: config.mirror?.name.replace(/^KV_/, '') ?? null,
  };
}

const missingBucket = (name: string, state: 'missing' | 'offline'): Bucket => ({
  bucket: name.slice(3),
  description: null,
  state,
  storage: 'unknown',
  history: 0,
  ttlSeconds: 0,
  values: null,
  bytes: null,
  maxBytes: -1,
  maxValueSize: -1,
  replicas: 0,
  lastTime: null,
  markersTtlSeconds: null,
  compressed: false,
  mirrorOf: null,
});

export const bucketLists = storeLists('KV_', toBucket, missingBucket);

export async function listBuckets(links: Links, ctx: Ctx, clusterId: string, query: QueryOf<Routes['listBuckets']>) {
  const link = await links.open(ctx, clusterId);
  const list = await bucketLists.of(link);
  const search = query.search?.toLowerCase();
  const readable = ctx.each({ resource: 'kv_stores', action: 'read' }, { cluster: clusterId });
  const rows = list.rows.filter(
    (row) => (search === undefined || row.bucket.toLowerCase().includes(search)) && readable({ name: row.bucket }),
  );
  return {
    ...pageSorted(
      rows,
      query,
      (row) => row[query.sort],
      (row) => row.bucket,
    ),
    provenance: { source: 'STREAM.LIST', askedAt: list.askedAt, tookMs: list.tookMs },
  };
}

export async function getBucket(links: Links, ctx: Ctx, clusterId: string, bucket: string) {
  const {
    raw,
    info,
    provenance: from,
  } = await streamInfo(await links.open(ctx, clusterId), `KV_${bucket}`, ctx.signal);
  return { row: toBucket(info), config: raw.config, provenance: from };
}

interface KeyList {
  readonly keys: readonly { readonly key: string; readonly revisions: number; readonly keys: null }[];
  readonly complete: boolean;
}
const keyLists = shortCache<KeyList>(5000, 50);

async function readKeys(link: Link, bucket: string, subjectPrefix: string, filter: string): Promise<KeyList> {
  const counts = await subjectCounts(link, `KV_${bucket}`, filter, new AbortController().signal);
  return {
    keys: counts.subjects.map(([subject, revisions]) => ({
      key: subject.slice(subjectPrefix.length),
      revisions,
      keys: null,
    })),
    complete: counts.complete,
  };
}

/** Whole tokens of a prefix are a filter the server applies; a part of a token is matched here. */
export const filterFor = (subjectPrefix: string, keyPrefix: string): string =>
  `${subjectPrefix}${keyPrefix.slice(0, keyPrefix.lastIndexOf('.') + 1)}>`;

export async function listKeys(
  { links, types }: { readonly links: Links; readonly types: Types },
  ctx: Ctx,
  clusterId: string,
  bucket: string,
  query: QueryOf<Routes['listKeys']>,
) {
  const started = performance.now();
  const link = await links.open(ctx, clusterId);
  const subjectPrefix = await prefixOf(link, bucket);
  const filter = filterFor(subjectPrefix, query.prefix);
  const list = await keyLists.get(`${link.generation} ${bucket} ${filter}`, () =>
    readKeys(link, bucket, subjectPrefix, filter),
  );
  const mayRead = ctx.each({ resource: 'kv_values', action: 'read' }, { cluster: clusterId, name: bucket });
  const keys = list.keys.filter(({ key }) => key.startsWith(query.prefix) && mayRead({ subject: key }));
  const listed = query.folders ? intoFolders(keys, query.prefix) : keys;
  const page = pageSorted(
    listed,
    { sort: query.folders ? 'folder' : 'key', order: 'asc', limit: query.limit, cursor: query.cursor },
    ({ key }) => key,
    ({ key }) => key,
  );
  const values = query.values
    ? await lastOf(
        link,
        `KV_${bucket}`,
        page.items.filter(({ keys: inside }) => inside === null).map(({ key }) => subjectPrefix + key),
        ctx,
      )
    : new Map<string, Stored>();
  const typeOf = values.size > 0 ? await types.ofStream(ctx, clusterId, `KV_${bucket}`) : noTypes;
  return {
    nextCursor: page.nextCursor,
    total: page.total,
    complete: list.complete,
    items: page.items.map(({ key, revisions, keys: inside }) => {
      const stored = values.get(subjectPrefix + key);
      return {
        key,
        revisions,
        keys: inside,
        entry: stored ? toEntry(subjectPrefix, stored, query.previewBytes, false, typeOf) : null,
      };
    }),
    provenance: provenance('STREAM.INFO with subjects_filter', started),
  };
}
