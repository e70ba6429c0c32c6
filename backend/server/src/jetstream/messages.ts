import { performance } from 'node:perf_hooks';
import type { Message, MessageQuery, QueryOf, Routes, SearchEvent } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Link, Links } from '../clusters/link';
import { ApiError, invalid, notFound } from '../platform/errors';
import type { Ctx } from '../platform/handler';
import type { TypeOf, Types } from '../decoders/types';
import { shortCache } from './cache';
import { viewContent, viewHeaders, type ReadAs } from './decode';
import { compileFilter } from './filter';
import { messageGate } from './messaging/rights';
import { whileTelling } from './messaging/telling';
import { makeReader, type Reader, type Stored, type StreamFacts } from './reader';
import { emptyProgress, scan, type Progress, type ScanLimits } from './scan';
import { streamInfo } from './streams';

/** One answer, or one search: how much of a stream is looked at before it says where to go on. */
const pageLimits = { bytes: 256 * 1024 * 1024, ms: 12_000 };
const searchLimits = { bytes: 8 * 1024 * 1024 * 1024, ms: 120_000 };

const facts = shortCache<StreamFacts>(2000, 2000);

async function loadFacts(link: Link, stream: string): Promise<StreamFacts> {
  const { info } = await streamInfo(link, stream, new AbortController().signal);
  const { state, config, created } = info;
  return {
    name: stream,
    direct: config.allow_direct ?? false,
    mirrorOf: config.mirror?.name ?? null,
    firstSeq: Math.max(1, state.first_seq),
    lastSeq: state.last_seq,
    averageBytes: state.messages > 0 ? state.bytes / state.messages : 0,
    created,
  };
}

/** @param fresh the newest page must not miss what came in a second ago */
export const streamFacts = (link: Link, stream: string, fresh: boolean) =>
  facts[fresh ? 'renew' : 'get'](`${link.generation} ${stream}`, () => loadFacts(link, stream));

/** Permission, message by message. */
export const readable = (ctx: Ctx, clusterId: string, stream: string) => messageGate(ctx, ['read'], clusterId, stream);

/** A message of a list: the beginning of its payload. */
export const toListed = (stored: Stored, previewBytes: number, typeOf: TypeOf): Message =>
  toMessage(stored, previewBytes, false, { wanted: 'auto', type: typeOf(stored.subject) });

/** @param raw one that somebody opened: its bytes as well */
export function toMessage(stored: Stored, previewBytes: number, raw: boolean, as: ReadAs): Message {
  return {
    seq: stored.seq,
    subject: stored.subject,
    time: stored.time,
    headers: viewHeaders(stored.headers()),
    ...viewContent(stored.data, previewBytes, raw, as),
  };
}

const cursorSchema = z.tuple([z.enum(['newer', 'older']), z.int().min(0)]);
const encodeCursor = (direction: MessageQuery['direction'], at: number) =>
  Buffer.from(JSON.stringify([direction, at])).toString('base64url');

function decodeCursor(query: MessageQuery): number | null {
  if (query.cursor === undefined) return null;
  try {
    const [direction, at] = cursorSchema.parse(JSON.parse(Buffer.from(query.cursor, 'base64url').toString('utf8')));
    if (direction === query.direction) return at;
  } catch {
    // Falls through to the one answer for a cursor that is not ours.
  }
  throw invalid('query.cursor', 'belongs to another direction or list; leave it out to start again');
}

/** Where to start: at the cursor, the sequence, the instant, or the newest (older) or oldest (newer) end. */
async function startOf(query: MessageQuery, reader: Reader, stream: StreamFacts): Promise<number> {
  const older = query.direction === 'older';
  const kept = decodeCursor(query);
  if (kept !== null) return Math.min(kept, stream.lastSeq + 1);
  // A jump shows the message that was named, whichever way it goes on from there.
  if (query.seq !== undefined)
    return older ? Math.min(query.seq + 1, stream.lastSeq + 1) : Math.max(query.seq, stream.firstSeq);
  if (query.time !== undefined) {
    const found = await reader.atOrAfterTime(new Date(query.time).toISOString());
    return found?.seq ?? stream.lastSeq + 1;
  }
  return older ? stream.lastSeq + 1 : stream.firstSeq;
}

/** What messages are read through. */
export interface Readers {
  readonly links: Links;
  readonly types: Types;
}

interface Search {
  readonly typeOf: TypeOf;
  readonly progress: Progress;
  readonly matches: AsyncGenerator<Stored, void>;
  readonly provenance: { source: string; askedAt: string };
  nextCursor(): string | null;
}

/** The newest end has to be known anew; a place that is known to lie inside the stream is not worth another request. */
async function factsFor(link: Link, stream: string, query: MessageQuery): Promise<StreamFacts> {
  if (query.cursor !== undefined) return streamFacts(link, stream, false);
  if (query.seq === undefined) return streamFacts(link, stream, true);
  const known = await streamFacts(link, stream, false);
  return query.seq < known.lastSeq ? known : streamFacts(link, stream, true);
}

async function begin(
  { links, types }: Readers,
  ctx: Ctx,
  clusterId: string,
  stream: string,
  query: MessageQuery,
  limits: ScanLimits,
): Promise<Search> {
  const typeOf = await types.ofStream(ctx, clusterId, stream);
  const filter = compileFilter(query, () => progress.unread++, typeOf);
  const link = await links.open(ctx, clusterId);
  const known = await factsFor(link, stream, query);
  const reader = makeReader(link, known, ctx.signal);
  const start = await startOf(query, reader, known);
  const older = query.direction === 'older';
  const progress = emptyProgress(start, older ? known.firstSeq : start, older ? start - 1 : known.lastSeq);
  const matches = scan(
    reader,
    known,
    {
      direction: query.direction,
      start,
      limit: query.limit,
      subject: query.subject,
      filter,
      visible: readable(ctx, clusterId, stream),
      limits,
    },
    progress,
    ctx.signal,
  );
  return {
    typeOf,
    progress,
    matches,
    provenance: { source: known.direct ? 'DIRECT.GET' : 'STREAM.MSG.GET', askedAt: new Date().toISOString() },
    nextCursor: () => (progress.why === 'end' ? null : encodeCursor(query.direction, progress.atSeq)),
  };
}

export async function listMessages(readers: Readers, ctx: Ctx, clusterId: string, stream: string, query: MessageQuery) {
  const started = performance.now();
  const search = await begin(readers, ctx, clusterId, stream, query, { scan: query.scan, ...pageLimits });
  const items: Message[] = [];
  for await (const stored of search.matches) items.push(toListed(stored, query.previewBytes, search.typeOf));
  return {
    items,
    nextCursor: search.nextCursor(),
    progress: { ...search.progress },
    provenance: { ...search.provenance, tookMs: Math.round(performance.now() - started) },
  };
}

/** The same as a stream of events: each match when it is found, progress while nothing is. */
export async function searchMessages(
  readers: Readers,
  ctx: Ctx,
  clusterId: string,
  stream: string,
  query: MessageQuery,
  emit: (event: SearchEvent) => Promise<void>,
): Promise<void> {
  const search = await begin(readers, ctx, clusterId, stream, query, { scan: query.scan, ...searchLimits });
  await emit({ type: 'progress', progress: { ...search.progress } });
  try {
    await whileTelling(
      () => emit({ type: 'progress', progress: { ...search.progress } }),
      async () => {
        for await (const stored of search.matches)
          await emit({ type: 'message', message: toListed(stored, query.previewBytes, search.typeOf) });
      },
    );
  } catch (error) {
    // The answer has begun, so its status is out: the reason goes the same way as the matches did.
    if (!(error instanceof ApiError)) throw error;
    await emit({ type: 'error', code: error.code, detail: error.message });
    return;
  }
  await emit({ type: 'end', progress: { ...search.progress }, nextCursor: search.nextCursor() });
}

/** The type that somebody picked, else the one that the subject is bound to where nothing else is asked for. */
async function typeFor(
  types: Types,
  ctx: Ctx,
  clusterId: string,
  { stream, subject }: { readonly stream: string; readonly subject: string },
  { decode, descriptor, type }: QueryOf<Routes['getMessage']>,
): Promise<ReadAs> {
  if (descriptor !== undefined && type !== undefined)
    return { wanted: decode, type: await types.picked(ctx, descriptor, type) };
  if (decode !== 'auto') return { wanted: decode };
  return { wanted: decode, type: await types.ofSubject(ctx, clusterId, stream, subject) };
}

export async function getMessage(
  { links, types }: Readers,
  ctx: Ctx,
  clusterId: string,
  stream: string,
  seq: number,
  query: QueryOf<Routes['getMessage']>,
) {
  const started = performance.now();
  const link = await links.open(ctx, clusterId);
  const known = await streamFacts(link, stream, false);
  const stored = await makeReader(link, known, ctx.signal).exact(seq);
  // A message whose subject one may not read answers like one that is not there.
  if (!stored || !readable(ctx, clusterId, stream)(stored)) throw notFound(`Message ${seq} of ${stream}`);
  const as = await typeFor(types, ctx, clusterId, { stream, subject: stored.subject }, query);
  return {
    ...toMessage(stored, query.maxBytes, true, as),
    provenance: {
      source: known.direct ? 'DIRECT.GET' : 'STREAM.MSG.GET',
      askedAt: new Date().toISOString(),
      tookMs: Math.round(performance.now() - started),
    },
  };
}
