import { performance } from 'node:perf_hooks';
import { type streamSorts, type QueryOf, type Routes, type StreamRow } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Link, Links } from '../clusters/link';
import type { Ctx } from '../platform/handler';
import { isSampled, type PerStream } from '../query/metrics/perStream';
import { apiRequest, atMost, parseReply } from './api';
import { shortCache } from './cache';
import { pageSorted } from './sorted';
import { bucketOf, keyOf, rowWithout, sourceRow, streamReply, toRow, shortRow } from './streamReply';

/** STREAM.LIST answers pages of 256 (nats-server JSApiListLimit). */
const pageSize = 256;
/** More at once would queue behind each other at the meta leader and crowd out other people's requests. */
const pagesAtOnce = 4;

const listReply = z.object({
  total: z.number(),
  streams: z.array(z.unknown()).nullish(),
  missing: z.array(z.string()).nullish(),
  offline: z.record(z.string(), z.string()).nullish(),
});

export interface Listing {
  readonly rows: readonly StreamRow[];
  readonly missing: readonly string[];
  readonly askedAt: string;
  readonly tookMs: number;
}
type StreamOffset = { offset: number; subject?: string };

/** Every page of STREAM.LIST, at most four in flight. */
export async function listPages(link: Link, subject: string | undefined, signal: AbortSignal) {
  const ask = async (offset: number) => {
    const body: StreamOffset = { offset, ...(subject !== undefined && { subject }) };
    return parseReply(listReply, await apiRequest(link, 'STREAM.LIST', body, signal), 'STREAM.LIST');
  };
  const first = await ask(0);
  const offsets = Array.from(
    { length: Math.max(0, Math.ceil(first.total / pageSize) - 1) },
    (_, i) => (i + 1) * pageSize,
  );
  return [first, ...(await atMost(pagesAtOnce, offsets, ask))];
}

async function loadList(link: Link, subject: string | undefined, signal: AbortSignal): Promise<Listing> {
  const started = performance.now();
  const askedAt = new Date().toISOString();
  const pages = await listPages(link, subject, signal);
  const rows = new Map<string, StreamRow>();
  const missing = new Set<string>();
  for (const page of pages) {
    for (const entry of page.streams ?? []) {
      const row = toRow(parseReply(streamReply, entry, 'STREAM.LIST'));
      rows.set(row.name, row);
    }
    for (const name of page.missing ?? []) missing.add(name);
    for (const [name, reason] of Object.entries(page.offline ?? {}))
      rows.set(name, rowWithout(name, 'offline', reason));
  }
  for (const name of missing)
    if (!rows.has(name))
      rows.set(name, rowWithout(name, 'missing', "Its leader did not answer the cluster's meta leader in time."));
  return { rows: [...rows.values()], missing: [...missing], askedAt, tookMs: Math.round(performance.now() - started) };
}

/** How long a list may be shown without asking again. */
export const listTtlMs = 10_000;
const lists = shortCache<Listing>(listTtlMs, 200);

/** Every stream of the account by paged LIST, never a request a stream; shared by all who look at once. */
export function listing(
  link: Link,
  { fresh = false, subject }: { fresh?: boolean; subject?: string } = {},
): Promise<Listing> {
  // Shared by many clients, so no single one's leaving may end it: the request's own timeout bounds it.
  return lists.get(
    `${link.generation} ${subject ?? ''}`,
    () => loadList(link, subject, new AbortController().signal),
    fresh ? 0 : listTtlMs,
  );
}

type Sort = (typeof streamSorts)[number];
type Figures = ReadonlyMap<string, number>;
function sortValue(row: StreamRow, sort: Sort, figures: Figures): string | number | null {
  return sort === 'name' ? row.name : isSampled(sort) ? (figures.get(row.name) ?? null) : row[sort];
}
/** `key`, or `key=value`; a key may hold a `=` itself. */
const hasLabel = ({ labels }: StreamRow, wanted: string): boolean =>
  Object.hasOwn(labels, wanted) || Object.entries(labels).some(([key, value]) => `${key}=${value}` === wanted);
const hasProblem = ({ state, replica, limitUse }: StreamRow) =>
  state !== 'ok' || !['ok', 'single'].includes(replica.state) || (limitUse ?? 0) >= 0.9;

export async function listStreams(
  { links, perStream }: { links: Links; perStream: PerStream },
  ctx: Ctx,
  clusterId: string,
  query: QueryOf<Routes['listStreams']>,
) {
  const link = await links.open(ctx, clusterId);
  const [list, figures] = await Promise.all([
    listing(link, { fresh: query.fresh, subject: query.subject }),
    isSampled(query.sort) ? perStream(ctx, clusterId, query.sort) : new Map<string, number>(),
  ]);
  const search = query.search?.toLowerCase();
  const readable = ctx.each({ resource: 'streams', action: 'read' }, { cluster: clusterId });
  const rows = list.rows.filter(
    (row) =>
      (query.kind === 'all' || row.kind === query.kind) &&
      (search === undefined ||
        row.name.toLowerCase().includes(search) ||
        row.subjects.some((subject) => subject.toLowerCase().includes(search)) ||
        Object.entries(row.labels).some((label) => label.join('=').toLowerCase().includes(search))) &&
      (query.label === undefined || hasLabel(row, query.label)) &&
      (query.health === 'all' || hasProblem(row)) &&
      readable({ name: row.name }),
  );
  const visible = new Set(rows.map((row) => row.name));
  const sum = (pick: (row: StreamRow) => number | null) => rows.reduce((total, row) => total + (pick(row) ?? 0), 0);
  const page = pageSorted(
    rows,
    query,
    (row) => sortValue(row, query.sort, figures),
    (row) => row.name,
  );
  return {
    ...page,
    items: page.items.map(shortRow),
    missing: list.missing.filter((name) => visible.has(name)),
    provenance: { source: 'STREAM.LIST', askedAt: list.askedAt, tookMs: list.tookMs },
    totals: {
      streams: rows.length,
      messages: sum((r) => r.messages),
      bytes: sum((r) => r.bytes),
      consumers: sum((r) => r.consumers),
    },
  };
}

const rawReply = z.looseObject({ config: z.record(z.string(), z.unknown()) });

/** The leader's own STREAM.INFO: parsed, and to the letter. */
export async function streamInfo(link: Link, stream: string, signal: AbortSignal, body?: Record<string, unknown>) {
  const started = performance.now();
  const askedAt = new Date().toISOString();
  const raw = parseReply(rawReply, await apiRequest(link, `STREAM.INFO.${stream}`, body, signal), 'STREAM.INFO');
  return {
    raw,
    info: parseReply(streamReply, raw, 'STREAM.INFO'),
    provenance: { source: 'STREAM.INFO', askedAt, tookMs: Math.round(performance.now() - started) },
  };
}

export async function getStream(links: Links, ctx: Ctx, clusterId: string, stream: string) {
  const link = await links.open(ctx, clusterId);
  const { raw, info, provenance } = await streamInfo(link, stream, ctx.signal);
  return {
    row: shortRow(toRow(info)),
    config: raw.config,
    raw,
    mirror: info.mirror ? sourceRow(info.mirror) : null,
    sources: (info.sources ?? []).map(sourceRow),
    provenance,
  };
}

/** STREAM.INFO counts at most this many subjects an answer. */
const subjectsPage = 100_000;
const subjectsReply = z.object({
  total: z.number().optional(),
  state: z.object({ subjects: z.record(z.string(), z.number()).nullish(), num_subjects: z.number().optional() }),
});

/** Subjects under a filter with their counts; `complete` is false where there are more than one answer holds. */
export async function subjectCounts(link: Link, stream: string, filter: string, signal: AbortSignal, offset = 0) {
  const reply = parseReply(
    subjectsReply,
    await apiRequest(link, `STREAM.INFO.${stream}`, { subjects_filter: filter, ...(offset > 0 && { offset }) }, signal),
    'STREAM.INFO',
  );
  const subjects = Object.entries(reply.state.subjects ?? {});
  return {
    subjects,
    complete: offset + subjects.length >= (reply.total ?? subjects.length) && subjects.length < subjectsPage,
  };
}

/** The subjects of a bucket are its keys, which only a grant on them shows; elsewhere they belong to the topology. */
function mayNameSubject(ctx: Ctx, cluster: string, stream: string): (subject: string) => boolean {
  const ofStream = ctx.each({ resource: 'streams', action: 'read' }, { cluster, name: stream });
  // A mirror of buckets may hold the keys of several.
  const ofBucket = ctx.each({ resource: 'kv_values', action: 'read' }, { cluster });
  return (subject) => {
    if (!ofStream({ subject })) return false;
    const bucket = bucketOf(stream, subject);
    return bucket === undefined || ofBucket({ name: bucket, subject: keyOf(subject) });
  };
}

const subjectLists = shortCache<Awaited<ReturnType<typeof subjectCounts>> & { askedAt: string; tookMs: number }>(
  5000,
  50,
);

export async function listSubjects(
  links: Links,
  ctx: Ctx,
  clusterId: string,
  stream: string,
  query: QueryOf<Routes['listSubjects']>,
) {
  const link = await links.open(ctx, clusterId);
  const started = performance.now();
  const found = await subjectLists.get(`${link.generation} ${stream} ${query.filter}`, async () => {
    const counts = await subjectCounts(link, stream, query.filter, new AbortController().signal);
    return { ...counts, askedAt: new Date().toISOString(), tookMs: Math.round(performance.now() - started) };
  });
  const order = query.sort === 'count' ? 'desc' : 'asc';
  const mayName = mayNameSubject(ctx, clusterId, stream);
  const shown = found.subjects.filter(([subject]) => mayName(subject));
  const page = pageSorted(
    shown,
    { ...query, order },
    ([subject, messages]) => (query.sort === 'count' ? messages : subject),
    ([subject]) => subject,
  );
  return {
    ...page,
    items: page.items.map(([subject, messages]) => ({ subject, messages })),
    complete: found.complete,
    provenance: { source: 'STREAM.INFO with subjects_filter', askedAt: found.askedAt, tookMs: found.tookMs },
  };
}
