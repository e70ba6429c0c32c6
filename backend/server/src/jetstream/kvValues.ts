import { performance } from 'node:perf_hooks';
import type { kvEntry, QueryOf, Routes } from '@jetstream-console/contract';
import type { z } from 'zod';
import type { Link, Links } from '../clusters/link';
import type { TypeOf, Types } from '../decoders/types';
import { secondsOf } from '../platform/duration';
import { notFound } from '../platform/errors';
import type { Ctx } from '../platform/handler';
import { atMost } from './api';
import { viewContent } from './decode';
import { directGet, knowsBatches } from './direct';
import { streamFacts } from './messages';
import { makeReader, type Stored } from './reader';
import { emptyProgress, scan } from './scan';

type Entry = z.infer<typeof kvEntry>;

/** DIRECT.GET answers at most this many for one multi_last (nats-server). */
const multiLast = 1024;
const historyMax = 64;

export const provenance = (source: string, started: number) => ({
  source,
  askedAt: new Date().toISOString(),
  tookMs: Math.round(performance.now() - started),
});

/** `PURGE`, `DEL`, or a marker the server itself left (max age, purge, remove). */
export function operationOf(headers: ReadonlyMap<string, string>): Entry['operation'] {
  const operation = headers.get('kv-operation');
  const marker = headers.get('nats-marker-reason');
  if (operation === 'PURGE' || marker === 'Purge') return 'purge';
  return operation === 'DEL' || marker !== undefined ? 'delete' : 'put';
}

/** `Nats-TTL` in seconds: a number of them, or a duration as Go writes it (`1h0m0s`); null for `never` and for what is neither. */
export function ttlOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (!/^(\d+(\.\d+)?(h|ms|m|s|us|µs|ns))+$/.test(text)) return null;
  return secondsOf(text);
}

/** @param typeOf of the bucket's stream */
export function toEntry(prefix: string, stored: Stored, maxBytes: number, raw: boolean, typeOf: TypeOf): Entry {
  const headers = new Map(stored.headers().map(([name, values]) => [name.toLowerCase(), values[0] ?? '']));
  return {
    key: stored.subject.slice(prefix.length),
    revision: stored.seq,
    operation: operationOf(headers),
    time: stored.time,
    ...viewContent(stored.data, maxBytes, raw, { wanted: 'auto', type: typeOf(stored.subject) }),
    ttlSeconds: ttlOf(headers.get('nats-ttl')),
    markerReason: headers.get('nats-marker-reason') ?? null,
  };
}

/** What stands before a key in its subject. A mirror of a bucket holds that bucket's subjects, under that one's name. */
export async function prefixOf(link: Link, bucket: string): Promise<string> {
  const { mirrorOf } = await streamFacts(link, `KV_${bucket}`, false);
  return `$KV.${mirrorOf?.startsWith('KV_') ? mirrorOf.slice(3) : bucket}.`;
}

/** The values of one page of keys, by subject: one batched get where the server can, else the last of each key. */
export async function lastOf(
  link: Link,
  stream: string,
  subjects: readonly string[],
  ctx: Pick<Ctx, 'signal'>,
): Promise<Map<string, Stored>> {
  const facts = await streamFacts(link, stream, false);
  const found = new Map<string, Stored>();
  if (!facts.direct || !knowsBatches(link)) {
    const reader = makeReader(link, facts, ctx.signal);
    const messages = await atMost(8, subjects, (subject) => reader.lastOf(subject));
    for (const message of messages) if (message) found.set(message.subject, message);
    return found;
  }
  for (let i = 0; i < subjects.length; i += multiLast) {
    let wanted = subjects.slice(i, i + multiLast);
    // The server ends an answer at 64 MB and says that there is more: the rest is asked for again.
    for (let more = true; more && wanted.length > 0;) {
      const answer = await directGet(link, stream, { multi_last: wanted }, ctx.signal);
      for (const message of answer.messages) found.set(message.subject, message);
      more = answer.more && answer.messages.length > 0;
      wanted = wanted.filter((subject) => !found.has(subject));
    }
  }
  return found;
}

/** The newest revisions of one subject, newest first. */
async function history(link: Link, stream: string, subject: string, limit: number, ctx: Ctx): Promise<Stored[]> {
  const facts = await streamFacts(link, stream, true);
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
  const progress = emptyProgress(request.start, facts.firstSeq, facts.lastSeq);
  for await (const stored of scan(makeReader(link, facts, ctx.signal), facts, request, progress, ctx.signal))
    found.push(stored);
  return found;
}

export async function getKey(
  { links, types }: { readonly links: Links; readonly types: Types },
  ctx: Ctx,
  clusterId: string,
  bucket: string,
  query: QueryOf<Routes['getKey']>,
) {
  const started = performance.now();
  ctx.require({ resource: 'kv_values', action: 'read' }, { cluster: clusterId, name: bucket, subject: query.key });
  const link = await links.open(ctx, clusterId);
  const stream = `KV_${bucket}`;
  const prefix = await prefixOf(link, bucket);
  const subject = prefix + query.key;
  const facts = await streamFacts(link, stream, true);
  const revisions = query.history
    ? await history(link, stream, subject, historyMax, ctx)
    : [await makeReader(link, facts, ctx.signal).lastOf(subject)];
  const [last] = revisions;
  const typeOf = await types.ofStream(ctx, clusterId, stream);
  if (!last) throw notFound(`Key ${query.key} of ${bucket}`);
  return {
    entry: toEntry(prefix, last, query.maxBytes, true, typeOf),
    history: query.history
      ? revisions.filter((r) => r !== null).map((stored) => toEntry(prefix, stored, 4096, false, typeOf))
      : [],
    provenance: provenance(facts.direct ? 'DIRECT.GET' : 'STREAM.MSG.GET', started),
  };
}
