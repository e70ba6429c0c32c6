import { createHash } from 'node:crypto';
import type { Link } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import { directPending, knowsBatches } from '../direct';
import { streamFacts } from '../messages';
import { makeReader, type Stored, type StreamFacts } from '../reader';
import { chunkSubject, digestOf, sameDigest, type ObjectInfo } from './info';
import type { Span } from './range';

/** Read at once; the next batch is fetched while one is written, so twice that is in memory for a download. */
const batch = { maxMessages: 64, maxBytes: 2 * 1024 * 1024 };

export interface Content {
  readonly link: Link;
  readonly facts: StreamFacts;
  readonly store: string;
  readonly info: ObjectInfo;
}

export async function contentOf(link: Link, store: string, info: ObjectInfo): Promise<Content> {
  return { link, store, info, facts: await streamFacts(link, `OBJ_${store}`, true) };
}

async function* chunksFrom({ link, facts, store, info }: Content, seq: number, signal: AbortSignal) {
  const reader = makeReader(link, facts, signal);
  const subject = chunkSubject(store, info.nuid);
  const get = (from: number) => reader.range(from, facts.lastSeq + 1, batch, subject);
  let coming = get(seq);
  for (;;) {
    const { messages, next } = await coming;
    const more = messages.length > 0 && next <= facts.lastSeq;
    if (more) {
      coming = get(next);
      // It is awaited in the next turn; whoever leaves before that is told of nothing.
      coming.catch(() => undefined);
    }
    yield* messages;
    if (!more) return;
  }
}

const broken = (why: string) =>
  new ApiError(
    502,
    'object_broken',
    `This object is not whole: ${why}. Get it from where it came, and store it again.`,
  );

export interface Whole {
  readonly fault: string | null;
  readonly bytes: number;
  readonly chunks: number;
  readonly digest: string;
}

/**
 * All of the content, and in the end what is wrong with it. The last chunk is held back until that is known: a download
 * that is not whole ends short of the length that was told, and no client takes it for one.
 * @returns through `done`, once everything was read
 */
export async function* wholeContent(
  content: Content,
  signal: AbortSignal,
  done: (whole: Whole) => void,
): AsyncGenerator<Buffer, void> {
  const { info, facts } = content;
  const hash = createHash('sha256');
  let bytes = 0;
  let chunks = 0;
  let held: Buffer | null = null;
  for await (const { data } of chunksFrom(content, facts.firstSeq, signal)) {
    hash.update(data);
    bytes += data.length;
    chunks++;
    if (held) yield held;
    held = data;
  }
  const digest = digestOf(hash.digest());
  const fault =
    bytes !== info.size
      ? `${bytes.toLocaleString('en')} of ${info.size.toLocaleString('en')} bytes are there`
      : info.digest && !sameDigest(info.digest, digest)
        ? 'its digest is another than the one that was told when it was stored'
        : null;
  done({ fault, bytes, chunks, digest });
  if (held) yield held;
}

/** The whole for a download. @throws ApiError 502 before its end where it is not whole */
export async function* checkedContent(content: Content, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  yield* wholeContent(content, signal, ({ fault }) => {
    if (fault !== null) throw broken(fault);
  });
}

/** The sizes of the chunks, where the description lets them be known: all the same but for the last. */
function chunkSize({ size, chunks, options }: ObjectInfo): number | null {
  const each = options?.max_chunk_size ?? 0;
  return each > 0 && chunks === Math.ceil(size / each) ? each : null;
}

/** The sequence of the n-th chunk, by halving on what the server counts from a sequence on. */
async function sequenceOf(content: Content, nth: number, first: Stored, last: Stored, signal: AbortSignal) {
  const { link, facts, store, info } = content;
  // Nothing came between the chunks: most uploads.
  if (last.seq - first.seq + 1 === info.chunks) return first.seq + nth;
  if (!facts.direct || !knowsBatches(link)) return null;
  const subject = chunkSubject(store, info.nuid);
  const after = info.chunks - nth;
  let low = first.seq + nth;
  let high = last.seq;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((await directPending(link, facts.name, middle, subject, signal)) >= after) low = middle;
    else high = middle - 1;
  }
  return low;
}

async function startOf(content: Content, from: number, signal: AbortSignal): Promise<{ seq: number; skip: number }> {
  const { link, facts, store, info } = content;
  const all = { seq: facts.firstSeq, skip: from };
  const each = chunkSize(info);
  if (each === null || from < each) return all;
  const reader = makeReader(link, facts, signal);
  const subject = chunkSubject(store, info.nuid);
  const [{ messages }, last] = await Promise.all([
    reader.range(facts.firstSeq, facts.lastSeq + 1, { maxMessages: 1, maxBytes: 1 }, subject),
    reader.lastOf(subject),
  ]);
  const [first] = messages;
  if (!first || !last) return all;
  const nth = Math.floor(from / each);
  const seq = await sequenceOf(content, nth, first, last, signal);
  return seq === null ? all : { seq, skip: from - nth * each };
}

/** A part of the content; nothing before it is read where the chunks are of one size. No digest covers a part. */
export async function* partialContent(
  content: Content,
  { from, to }: Span,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void> {
  const start = await startOf(content, from, signal);
  let { skip } = start;
  let left = to - from + 1;
  for await (const { data } of chunksFrom(content, start.seq, signal)) {
    if (skip >= data.length) {
      skip -= data.length;
      continue;
    }
    const part = data.subarray(skip, skip + left);
    skip = 0;
    left -= part.length;
    yield part;
    if (left === 0) return;
  }
  throw broken(`${left.toLocaleString('en')} bytes are missing`);
}
