import { performance } from 'node:perf_hooks';
import type { bucketRow, QueryOf, Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Link, Links } from '../clusters/link';
import type { Ctx } from '../platform/handler';
import { apiRequest, atMost, parseReply } from './api';
import { shortCache } from './cache';
import { intoFolders } from './kvFolders';
import { lastOf, prefixOf, provenance, toEntry } from './kvValues';
import type { Stored } from './reader';
import { pageSorted } from './sorted';
import { streamInfo, subjectCounts } from './streams';
import { streamReply, timeOrNull, type StreamReply } from './streamReply';

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

const listReply = z.object({
  total: z.number(),
  streams: z.array(z.unknown()).nullish(),
  missing: z.array(z.string()).nullish(),
  offline: z.record(z.string(), z.string()).nullish(),
});
const lists = shortCache<{ rows: Bucket[]; askedAt: string; tookMs: number }>(10_000, 200);

/** Buckets are the streams with subjects under `$KV.`; mirrors of buckets have none, so the name counts. */
async function loadBuckets(link: Link): Promise<{ rows: Bucket[]; askedAt: string; tookMs: number }> {
  const started = performance.now();
  const askedAt = new Date().toISOString();
  const ask = async (offset: number) =>
    parseReply(
      listReply,
      await apiRequest(link, 'STREAM.LIST', { offset }, new AbortController().signal),
      'STREAM.LIST',
    );
  const first = await ask(0);
  const rest = await atMost(
    4,
    Array.from({ length: Math.max(0, Math.ceil(first.total / 256) - 1) }, (_, i) => (i + 1) * 256),
    ask,
  );
  const isBucket = (name: string) => name.startsWith('KV_');
  const rows = [first, ...rest].flatMap((page) => [
    ...(page.streams ?? [])
      .map((entry) => parseReply(streamReply, entry, 'STREAM.LIST'))
      .filter(({ config }) => isBucket(config.name))
      .map(toBucket),
    ...(page.missing ?? []).filter(isBucket).map((name) => missingBucket(name, 'missing')),
    ...Object.keys(page.offline ?? {})
      .filter(isBucket)
      .map((name) => missingBucket(name, 'offline')),
  ]);
  return { rows, askedAt, tookMs: Math.round(performance.now() - started) };
}

export async function listBuckets(links: Links, ctx: Ctx, clusterId: string, query: QueryOf<Routes['listBuckets']>) {
  const link = await links.open(ctx, clusterId);
  const list = await lists.get(link.generation, () => loadBuckets(link));
  const search = query.search?.toLowerCase();
  const rows = list.rows.filter(
    (row) =>
      (search === undefined || row.bucket.toLowerCase().includes(search)) &&
      ctx.decide({ resource: 'kv_stores', action: 'read' }, { cluster: clusterId, name: row.bucket }).allowed,
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

const keyLists = shortCache<Awaited<ReturnType<typeof subjectCounts>>>(5000, 50);

/** Whole tokens of a prefix are a filter the server applies; a part of a token is matched here. */
export const filterFor = (subjectPrefix: string, keyPrefix: string): string =>
  `${subjectPrefix}${keyPrefix.slice(0, keyPrefix.lastIndexOf('.') + 1)}>`;

export async function listKeys(
  links: Links,
  ctx: Ctx,
  clusterId: string,
  bucket: string,
  query: QueryOf<Routes['listKeys']>,
) {
  const started = performance.now();
  const link = await links.open(ctx, clusterId);
  const subjectPrefix = await prefixOf(link, bucket);
  const filter = filterFor(subjectPrefix, query.prefix);
  const counts = await keyLists.get(`${link.generation} ${bucket} ${filter}`, () =>
    subjectCounts(link, `KV_${bucket}`, filter, new AbortController().signal),
  );
  const keys = counts.subjects
    .map(([subject, revisions]) => ({ key: subject.slice(subjectPrefix.length), revisions }))
    .filter(
      ({ key }) =>
        key.startsWith(query.prefix) &&
        ctx.decide({ resource: 'kv_values', action: 'read' }, { cluster: clusterId, name: bucket, subject: key })
          .allowed,
    );
  const listed = query.folders ? intoFolders(keys, query.prefix) : keys.map((key) => ({ ...key, keys: null }));
  const page = pageSorted(
    listed,
    { sort: query.folders ? 'folder' : 'key', order: 'asc', limit: query.limit, cursor: query.cursor },
    ({ key }) => key,
    ({ key }) => key,
  );
  const values = query.values
    ? await lastOf(
        link,
        bucket,
        page.items.filter(({ keys: inside }) => inside === null).map(({ key }) => subjectPrefix + key),
        ctx,
      )
    : new Map<string, Stored>();
  return {
    nextCursor: page.nextCursor,
    total: page.total,
    complete: counts.complete,
    items: page.items.map(({ key, revisions, keys: inside }) => {
      const stored = values.get(subjectPrefix + key);
      return {
        key,
        revisions,
        keys: inside,
        entry: stored ? toEntry(subjectPrefix, stored, query.previewBytes, false) : null,
      };
    }),
    provenance: provenance('STREAM.INFO with subjects_filter', started),
  };
}
