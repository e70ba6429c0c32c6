import { createHash } from 'node:crypto';
import { nuid } from '@nats-io/transport-node';
import type { QueryOf, ResponseOf, Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Link, Links } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { parseReply } from '../api';
import { changeRequest } from '../manage/exactApi';
import { publishAcked } from '../publish';
import { assertNotSealed, openToWrite, type Written } from '../stores/bucket';
import { chunkSubject, digestOf, metaSubject, sameDigest, toRow, type ObjectInfo } from './info';
import { describe, present, type AtStore, type Found } from './stores';

/** Chunks that the stream has not acknowledged yet: this much of an upload is in memory, and no more. */
const inFlightBytes = 2 * 1024 * 1024;
/** What subject and headers take of the server's largest payload. */
const besidesChunk = 4096;

type Answer = ResponseOf<Routes['uploadObject']>;

export async function openStore(links: Links, ctx: Ctx, { clusterId, store }: AtStore): Promise<Written> {
  const what = `The object store ${store}`;
  const written = await openToWrite(await links.open(ctx, clusterId), `OBJ_${store}`, what, ctx.signal);
  assertNotSealed(written, what);
  return written;
}

/** Cuts what comes as it comes into chunks of one size, the last one smaller. */
export async function* chunked(parts: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer, void> {
  let kept: Buffer[] = [];
  let have = 0;
  for await (const part of parts) {
    let rest = part;
    while (have + rest.length >= size) {
      const missing = size - have;
      yield Buffer.concat([...kept, rest.subarray(0, missing)], size);
      rest = rest.subarray(missing);
      kept = [];
      have = 0;
    }
    if (rest.length > 0) {
      kept.push(rest);
      have += rest.length;
    }
  }
  if (have > 0) yield Buffer.concat(kept, have);
}

/** Publishes chunks in order, with so many bytes unacknowledged at once. @throws the first refusal, once all have settled */
async function sendChunks(link: Link, stream: string, subject: string, chunks: AsyncIterable<Buffer>) {
  const hash = createHash('sha256');
  const failed: unknown[] = [];
  const under = new Set<Promise<void>>();
  let waiting = 0;
  let size = 0;
  let count = 0;
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.length;
      count++;
      waiting += chunk.length;
      const sent: Promise<void> = publishAcked(link, subject, chunk, { 'Nats-Expected-Stream': stream })
        .then(
          () => undefined,
          (error: unknown) => {
            failed.push(error);
          },
        )
        .finally(() => {
          waiting -= chunk.length;
          under.delete(sent);
        });
      under.add(sent);
      while (waiting >= inFlightBytes && failed.length === 0) await Promise.race(under);
      if (failed.length > 0) throw failed[0];
    }
  } finally {
    // A chunk that arrives after the others were taken away would stay for ever.
    await Promise.all(under);
  }
  if (failed.length > 0) throw failed[0];
  return { size, count, digest: digestOf(hash.digest()) };
}

const purged = z.object({ purged: z.number() });
/** Takes away the chunks of one upload. */
export async function removeChunks(link: Link, stream: string, subject: string): Promise<number> {
  const name = `STREAM.PURGE.${stream}`;
  return parseReply(purged, await changeRequest(link, name, { filter: subject }), name).purged;
}

/** Writes what describes an object, where what described it before is still that. */
export async function publishInfo(
  link: Link,
  store: string,
  info: ObjectInfo,
  prior: Pick<Found, 'stored'> | null,
): Promise<number> {
  const pairs = {
    'Nats-Rollup': 'sub',
    'Nats-Expected-Stream': `OBJ_${store}`,
    'Nats-Expected-Last-Subject-Sequence': String(prior?.stored.seq ?? 0),
  };
  const data = Buffer.from(JSON.stringify({ ...info, bucket: store, mtime: new Date().toISOString() }));
  try {
    return (await publishAcked(link, prior?.stored.subject ?? metaSubject(store, info.name), data, pairs)).seq;
  } catch (error) {
    if (error instanceof ApiError && [10071, 10164].includes(error.details.nats?.errCode ?? 0))
      throw new ApiError(
        409,
        'object_conflict',
        `Somebody else wrote ${info.name} meanwhile. Nothing of yours was kept: look at what is there now.`,
        { cause: error },
      );
    throw error;
  }
}

function chunkBytesFor({ link, config }: Written, wanted: number): number {
  const most = (link.nc.info?.max_payload ?? 1_048_576) - besidesChunk;
  const room = config.max_msg_size > 0 ? Math.min(most, config.max_msg_size - besidesChunk) : most;
  if (room < 1)
    throw new ApiError(
      422,
      'no_room_for_chunks',
      'The largest message that this store takes leaves no room for a chunk. Raise max_msg_size in its settings.',
    );
  return Math.min(wanted, room);
}

export async function uploadObject(
  links: Links,
  ctx: Ctx,
  at: AtStore,
  { name, description, chunkBytes, digest, replace }: QueryOf<Routes['uploadObject']>,
): Promise<Answer> {
  const { store } = at;
  const written = await openStore(links, ctx, at);
  const { link } = written;
  const prior = await describe(link, store, name, ctx.signal);
  const replaced = prior !== null && !prior.info.deleted;
  if (replaced) {
    ctx.require({ resource: 'object_data', action: 'update' }, { cluster: at.clusterId, name: store });
    if (replace === false)
      throw new ApiError(409, 'object_exists', `There is an object ${name} already. Nothing was stored.`);
  }
  const each = chunkBytesFor(written, chunkBytes);
  const own = nuid.next();
  const stream = `OBJ_${store}`;
  const subject = chunkSubject(store, own);
  const before = replaced ? { name, size: prior.info.size, digest: prior.info.digest ?? null } : null;
  ctx.changed(before, { name });
  let info: ObjectInfo;
  let seq: number;
  let described = false;
  try {
    const sent = await sendChunks(link, stream, subject, chunked(ctx.upload.parts, each));
    if (digest !== undefined && !sameDigest(digest, sent.digest))
      throw new ApiError(
        422,
        'digest_mismatch',
        `What came has the digest ${sent.digest}, and ${digest} was said. Nothing was kept: send it again.`,
      );
    info = {
      name,
      ...(description !== undefined && { description }),
      options: { max_chunk_size: each },
      nuid: own,
      size: sent.size,
      chunks: sent.count,
      digest: sent.digest,
    };
    described = true;
    seq = await publishInfo(link, store, info, prior);
  } catch (error) {
    // Where nobody knows whether its description is stored, its content has to stay.
    const unknown = described && error instanceof ApiError && error.code === 'outcome_unknown';
    if (!unknown) ctx.changed(before, { name, chunksRemoved: await removeChunks(link, stream, subject) });
    throw error;
  }
  ctx.changed(before, { name, size: info.size, digest: info.digest });
  const left = replaced ? await removeOld(link, stream, store, prior.info) : null;
  return { object: toRow(info, { seq, time: new Date().toISOString() }), replaced, left };
}

/** What was there before has no name any more; where it cannot be taken away it is only told. */
async function removeOld(link: Link, stream: string, store: string, { nuid: old, size }: ObjectInfo) {
  try {
    await removeChunks(link, stream, chunkSubject(store, old));
    return null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return `The ${size.toLocaleString('en')} bytes of the object before it are still there and take room: ${error.message}`;
  }
}

export async function deleteObject(links: Links, ctx: Ctx, at: AtStore, name: string) {
  const { link } = await openStore(links, ctx, at);
  const found = await present(link, at.store, name, ctx.signal);
  const { size, digest, nuid: own } = found.info;
  ctx.changed({ name, size, digest: digest ?? null }, null);
  await publishInfo(link, at.store, { ...found.info, deleted: true, size: 0, chunks: 0, digest: '' }, found);
  if (!found.info.options?.link) await removeChunks(link, `OBJ_${at.store}`, chunkSubject(at.store, own));
  return { deleted: true as const, size };
}
