import { performance } from 'node:perf_hooks';
import type { QueryOf, Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import type { bucketRow, kvEntry } from '@jetstream-console/contract';
import type { Link, Links } from '../clusters/link';
import { notFound } from '../platform/errors';
import type { Ctx } from '../platform/handler';
import { atMost } from './api';
import { viewPayload } from './decode';
import { streamFacts } from './messages';
import { intoFolders } from './kvFolders';
import { directBatch, makeReader, type Stored } from './reader';
import { scan, type Progress } from './scan';
import { pageSorted } from './sorted';
import { streamInfo, subjectCounts } from './streams';
import { shortCache } from './cache';
import { apiRequest, parseReply } from './api';
import { streamReply, timeOrNull, type StreamReply } from './streamReply';

type Bucket = z.infer<typeof bucketRow>;
type Entry = z.infer<typeof kvEntry>;

/** DIRECT.GET answers at most this many for one multi_last (nats-server). */
const multiLast = 1024;
const historyMax = 64;
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

const provenance = (source: string, started: number) => ({
  source,
  askedAt: new Date().toISOString(),
  tookMs: Math.round(performance.now() - started),
});

export async function getBucket(links: Links, ctx: Ctx, clusterId: string, bucket: string) {
  const {
    raw,
    info,
    provenance: from,
  } = await streamInfo(await links.open(ctx, clusterId), `KV_${bucket}`, ctx.signal);
  return { row: toBucket(info), config: raw.config, provenance: from };
}

/** `PURGE`, `DEL`, or a marker the server itself left (max age, purge, remove). */
function operationOf(headers: ReadonlyMap<string, string>): Entry['operation'] {
  const operation = headers.get('kv-operation');
  const marker = headers.get('nats-marker-reason');
  if (operation === 'PURGE' || marker === 'Purge') return 'purge';
  return operation === 'DEL' || marker !== undefined ? 'delete' : 'put';
}

function ttlOf(text: string | undefined): number | null {
  const found = /^(\d+(?:\.\d+)?)(h|m|s|ms)?$/.exec(text ?? '');
  if (!found) return null;
  const unit = { h: 3600, m: 60, s: 1, ms: 0.001 }[found[2] ?? 's'] ?? 1;
  return Number(found[1]) * unit;
}

function toEntry(bucket: string, stored: Stored, maxBytes: number, raw: boolean): Entry {
  const headers = new Map(stored.headers().map(([name, values]) => [name.toLowerCase(), values[0] ?? '']));
  return {
    key: stored.subject.slice(`$KV.${bucket}.`.length),
    revision: stored.seq,
    operation: operationOf(headers),
    time: stored.time,
    payload: viewPayload(stored.data, maxBytes, raw),
    ttlSeconds: ttlOf(headers.get('nats-ttl')),
    markerReason: headers.get('nats-marker-reason') ?? null,
  };
}

/** The values of one page of keys: one batched get where direct is allowed, else the last of each key. */
async function lastOf(link: Link, bucket: string, keys: readonly string[], ctx: Ctx): Promise<Map<string, Stored>> {
  const stream = `KV_${bucket}`;
  const facts = await streamFacts(link, stream, false);
  const subjects = keys.map((key) => `$KV.${bucket}.${key}`);
  if (facts.direct) {
    const found = new Map<string, Stored>();
    for (let i = 0; i < subjects.length; i += multiLast) {
      const { messages } = await directBatch(
        link,
        stream,
        { multi_last: subjects.slice(i, i + multiLast) },
        ctx.signal,
      );
      for (const message of messages) found.set(message.subject, message);
    }
    return found;
  }
  const reader = await atMost(8, subjects, (subject) => lastBySubject(link, stream, subject, ctx));
  return new Map(reader.filter((message) => message !== null).map((message) => [message.subject, message]));
}

async function lastBySubject(link: Link, stream: string, subject: string, ctx: Ctx): Promise<Stored | null> {
  const facts = await streamFacts(link, stream, true);
  if (facts.direct) return (await directBatch(link, stream, { last_by_subj: subject }, ctx.signal)).messages[0] ?? null;
  const found = await history(link, stream, subject, 1, ctx);
  return found[0] ?? null;
}

/** The newest revisions of one subject, newest first. */
async function history(link: Link, stream: string, subject: string, limit: number, ctx: Ctx): Promise<Stored[]> {
  const facts = await streamFacts(link, stream, true);
  const progress: Progress = {
    scanned: 0,
    matched: 0,
    atSeq: 0,
    fromSeq: 0,
    toSeq: 0,
    bytes: 0,
    done: false,
    why: null,
  };
  const found: Stored[] = [];
  const request = {
    direction: 'older' as const,
    start: facts.lastSeq + 1,
    limit,
    subject,
    filter: null,
    visible: () => true,
    limits: { scan: 1_000_000, bytes: 64 * 1024 * 1024, ms: 5000 },
  };
  for await (const stored of scan(makeReader(link, facts, ctx.signal), facts, request, progress, ctx.signal))
    found.push(stored);
  return found;
}

const keyLists = shortCache<Awaited<ReturnType<typeof subjectCounts>>>(5000, 50);

/** A prefix that ends in a dot is a filter the server applies; a part of a token is matched here. */
function filterFor(bucket: string, prefix: string): string {
  const whole = prefix.slice(0, prefix.lastIndexOf('.') + 1);
  return `$KV.${bucket}.${whole}>`;
}

export async function listKeys(
  links: Links,
  ctx: Ctx,
  clusterId: string,
  bucket: string,
  query: QueryOf<Routes['listKeys']>,
) {
  const started = performance.now();
  const link = await links.open(ctx, clusterId);
  const filter = filterFor(bucket, query.prefix);
  const counts = await keyLists.get(`${link.generation} ${filter}`, () =>
    subjectCounts(link, `KV_${bucket}`, filter, new AbortController().signal),
  );
  const skip = `$KV.${bucket}.`.length;
  const keys = counts.subjects
    .map(([subject, revisions]) => ({ key: subject.slice(skip), revisions }))
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
        page.items.filter(({ keys: inside }) => inside === null).map(({ key }) => key),
        ctx,
      )
    : new Map<string, Stored>();
  return {
    nextCursor: page.nextCursor,
    total: page.total,
    complete: counts.complete,
    items: page.items.map(({ key, revisions, keys: inside }) => {
      const stored = values.get(`$KV.${bucket}.${key}`);
      return {
        key,
        revisions,
        keys: inside,
        entry: stored ? toEntry(bucket, stored, query.previewBytes, false) : null,
      };
    }),
    provenance: provenance('STREAM.INFO with subjects_filter', started),
  };
}

export async function getKey(
  links: Links,
  ctx: Ctx,
  clusterId: string,
  bucket: string,
  query: QueryOf<Routes['getKey']>,
) {
  const started = performance.now();
  ctx.require({ resource: 'kv_values', action: 'read' }, { cluster: clusterId, name: bucket, subject: query.key });
  const link = await links.open(ctx, clusterId);
  const subject = `$KV.${bucket}.${query.key}`;
  const revisions = query.history
    ? await history(link, `KV_${bucket}`, subject, historyMax, ctx)
    : [await lastBySubject(link, `KV_${bucket}`, subject, ctx)];
  const [last] = revisions;
  if (!last) throw notFound(`Key ${query.key} of ${bucket}`);
  return {
    entry: toEntry(bucket, last, query.maxBytes, true),
    history: query.history
      ? revisions.filter((r) => r !== null).map((stored) => toEntry(bucket, stored, 4096, false))
      : [],
    provenance: provenance('DIRECT.GET', started),
  };
}
