import { z } from 'zod';
import type { Link } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import { fromClientError, parseReply, readReply, withoutError } from '../api';
import { changeRequest } from '../manage/exactApi';

/** So many chunks are on their way at once: the server writes while we read. */
const inFlight = 16;
const chunkBytes = 128 * 1024;
/** The server writes a chunk to its disk before it answers. */
const chunkMs = 30_000;
/** After the last chunk it makes the stream, consumers included, from what it was sent. */
const finishMs = 10 * 60_000;

const begun = z.looseObject({ deliver_subject: z.string().min(1) });
const made = z.looseObject({
  state: z.looseObject({
    messages: z.coerce.number(),
    bytes: z.coerce.number(),
    first_seq: z.coerce.number(),
    last_seq: z.coerce.number(),
    consumer_count: z.coerce.number().default(0),
  }),
});

export interface RestoreWriter {
  write(bytes: Buffer): Promise<void>;
  /** the stream is there after it */
  finish(): Promise<z.infer<typeof made>['state']>;
  /** ends it in the middle; nothing is there after it, since there was nothing before it either */
  abort(): Promise<void>;
}

const refused = (error: unknown, subject: string): ApiError => {
  const known = fromClientError(error, subject);
  if (known.code === 'jetstream_unavailable' || known.code === 'nats_timeout')
    return new ApiError(
      502,
      'restore_broken',
      'NATS ended the restore: nothing came for five seconds, or its leader went away. Nothing is left of it; start again.',
      { cause: error },
    );
  const { nats } = known.details;
  return nats === undefined
    ? known
    : new ApiError(422, 'restore_refused', `NATS refuses this backup: ${nats.description}. Nothing is left of it.`, {
        nats,
        cause: error,
      });
};

const leftBehind = (stream: string, cause: unknown) =>
  new ApiError(
    502,
    'restore_left_behind',
    `The restore broke off, and what is left of it could not be removed since NATS does not answer. Look whether there is a stream ${stream}, and delete it.`,
    { cause },
  );

/** Servers from 2.15 on keep what they had when a restore broke off; older ones keep nothing. */
async function removeRest(link: Link, stream: string): Promise<void> {
  try {
    await changeRequest(link, `STREAM.DELETE.${stream}`, undefined);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'stream_not_found') throw leftBehind(stream, error);
  }
}

/** Hands a stream back to the server, chunk by chunk with its answer for each (STREAM.RESTORE). */
export async function beginRestore(link: Link, stream: string, body: unknown): Promise<RestoreWriter> {
  const name = `STREAM.RESTORE.${stream}`;
  const { deliver_subject: subject } = parseReply(begun, await changeRequest(link, name, body), name);
  const most = Math.min(chunkBytes, link.nc.info?.max_payload ?? chunkBytes);
  const waiting = new Set<Promise<void>>();
  let failed: ApiError | null = null;
  const send = async (chunk: Uint8Array): Promise<void> => {
    try {
      const answer = await link.nc.request(subject, chunk, { timeout: chunkMs });
      if (answer.data.length > 0) withoutError(readReply(answer.string(), subject));
    } catch (error) {
      failed ??= refused(error, subject);
    }
  };
  return {
    write: async (bytes) => {
      for (let at = 0; at < bytes.length; at += most) {
        if (waiting.size >= inFlight) await Promise.race(waiting);
        if (failed) throw failed;
        const sent = send(bytes.subarray(at, at + most)).finally(() => waiting.delete(sent));
        waiting.add(sent);
      }
    },
    finish: async () => {
      await Promise.all(waiting);
      if (failed) throw failed;
      try {
        const answer = await link.nc.request(subject, undefined, { timeout: finishMs });
        return parseReply(made, withoutError(readReply(answer.string(), subject)), name).state;
      } catch (error) {
        if (fromClientError(error, subject).code === 'nats_timeout')
          throw new ApiError(
            504,
            'outcome_unknown',
            `NATS has all of it and did not say in time whether the stream ${stream} is made. Look at it again before you repeat it.`,
            { cause: error },
          );
        failed = refused(error, subject);
        throw failed;
      }
    },
    abort: async () => {
      await Promise.all(waiting);
      // What the server refused it has ended by itself, and a server may leave a further request without an answer.
      if (failed?.code === 'restore_refused') return removeRest(link, stream);
      try {
        await link.nc.request(subject, undefined, { timeout: finishMs });
      } catch (error) {
        // Nobody answers where the server has ended it already.
        if (fromClientError(error, subject).code !== 'jetstream_unavailable') throw leftBehind(stream, error);
      }
      await removeRest(link, stream);
    },
  };
}
