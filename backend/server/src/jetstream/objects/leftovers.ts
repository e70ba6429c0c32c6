import type { Leftover, ResponseOf, Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Link, Links } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { atMost, clientGone } from '../api';
import { lastOf } from '../kvValues';
import { streamFacts } from '../messages';
import { makeReader } from '../reader';
import { streamInfo, subjectCounts } from '../streams';
import { chunkSubject, metaPrefix, readInfo } from './info';
import { originOf, type AtStore } from './stores';
import { openStore, removeChunks } from './upload';

const mostShown = 500;
const origins = z.looseObject({ sources: z.array(z.unknown()).nullish(), subject_transform: z.unknown().nullish() });
const timed = z.looseObject({ ts: z.string() });
/** A chunk has up to 8 MiB, and 128 KiB from most clients. */
const atOnce = 64;

type Counted = readonly [subject: string, messages: number];

export interface LeftoverDeps {
  readonly links: Links;
  /** a writer that was quiet for as long has gone away: clients send chunks one after the other */
  readonly quietMs: number;
}

interface Orphan {
  readonly nuid: string;
  readonly subject: string;
  readonly chunks: number;
  readonly lastTime: string;
  readonly lastBytes: number;
}
interface Looked {
  readonly orphans: readonly Orphan[];
  readonly underWay: number;
  readonly unsure: string | null;
}

const unsureOf = (why: string): Looked => ({
  orphans: [],
  underWay: 0,
  unsure: `${why} Nothing is removed from here.`,
});

/** The last message of each subject, so many at a time that their content does not fill the memory. */
async function* lastOfEach(link: Link, stream: string, subjects: readonly Counted[], ctx: Ctx) {
  for (let i = 0; i < subjects.length; i += atOnce) {
    const part = subjects.slice(i, i + atOnce);
    const found = await lastOf(
      link,
      stream,
      part.map(([subject]) => subject),
      ctx,
    );
    for (const counted of part) yield [counted, found.get(counted[0])] as const;
  }
}

/** Chunks first and descriptions after them: what is described meanwhile counts as an object. */
async function look(link: Link, store: string, quietMs: number, ctx: Ctx): Promise<Looked> {
  const stream = `OBJ_${store}`;
  const { raw } = await streamInfo(link, stream, ctx.signal);
  const { sources, subject_transform: transform } = origins.parse(raw.config);
  // There an object may come long after its chunks, and what is purged here never comes again.
  if ((sources?.length ?? 0) > 0 || transform)
    return unsureOf('What this store holds comes from other streams, so whose chunks are whose is not known.');
  // By the clock that gave the chunks their times: the console's may be another.
  const now = Date.parse(timed.parse(raw).ts);
  const origin = await originOf(link, store);
  const chunked = await subjectCounts(link, stream, chunkSubject(origin, '*'), ctx.signal);
  if (!chunked.complete) return unsureOf('There are the chunks of more than 100,000 uploads here.');
  if (chunked.subjects.length === 0) return { orphans: [], underWay: 0, unsure: null };
  const described = await subjectCounts(link, stream, `${metaPrefix(origin)}*`, ctx.signal);
  if (!described.complete) return unsureOf('There are more than 100,000 objects here.');
  const owned = new Set<string>();
  for await (const [[subject], stored] of lastOfEach(link, stream, described.subjects, ctx)) {
    const info = stored && readInfo(stored);
    // Whose chunks an unknown description means cannot be told.
    if (!info) return unsureOf(`The description ${subject} cannot be read, so whose chunks are whose is not known.`);
    if (!info.deleted) owned.add(chunkSubject(origin, info.nuid));
  }
  const loose = chunked.subjects.filter(([subject]) => !owned.has(subject));
  const all: Orphan[] = [];
  for await (const [[subject, chunks], last] of lastOfEach(link, stream, loose, ctx)) {
    const nuid = subject.slice(chunkSubject(origin, '').length);
    if (last) all.push({ nuid, subject, chunks, lastTime: last.time, lastBytes: last.data.length });
  }
  const orphans = all.filter(({ lastTime }) => now - Date.parse(lastTime) >= quietMs);
  return { orphans, underWay: all.length - orphans.length, unsure: null };
}

export async function listLeftovers(
  { links, quietMs }: LeftoverDeps,
  ctx: Ctx,
  { clusterId, store }: AtStore,
): Promise<ResponseOf<Routes['listLeftovers']>> {
  const link = await links.open(ctx, clusterId);
  const { orphans, underWay, unsure } = await look(link, store, quietMs, ctx);
  const facts = await streamFacts(link, `OBJ_${store}`, true);
  const reader = makeReader(link, facts, ctx.signal);
  const shown = orphans.toSorted((a, b) => b.chunks - a.chunks).slice(0, mostShown);
  const items = await atMost(8, shown, async ({ nuid, subject, chunks, lastTime, lastBytes }): Promise<Leftover> => {
    const one = { maxMessages: 1, maxBytes: 1 };
    const [first] = (await reader.range(facts.firstSeq, facts.lastSeq + 1, one, subject)).messages;
    return { nuid, chunks, lastTime, bytes: (first ? first.data.length : 0) * (chunks - 1) + lastBytes };
  });
  const chunks = orphans.reduce((sum, orphan) => sum + orphan.chunks, 0);
  return { items, uploads: orphans.length, chunks, underWay, unsure };
}

/** Looks anew before it removes anything. @throws ApiError 409 where it cannot be told whose chunks are whose */
export async function removeLeftovers(
  { links, quietMs }: LeftoverDeps,
  ctx: Ctx,
  at: AtStore,
): Promise<ResponseOf<Routes['removeLeftovers']>> {
  const { link } = await openStore(links, ctx, at);
  const { orphans, unsure } = await look(link, at.store, quietMs, ctx);
  if (unsure !== null) throw new ApiError(409, 'leftovers_unsure', unsure);
  const removed = { uploads: 0, chunks: 0 };
  for (const { subject } of orphans) {
    if (ctx.signal.aborted) throw clientGone();
    removed.chunks += await removeChunks(link, `OBJ_${at.store}`, subject);
    removed.uploads++;
    ctx.changed(null, { removed });
  }
  return removed;
}
