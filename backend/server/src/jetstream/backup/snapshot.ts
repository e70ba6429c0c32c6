import { createInbox } from '@nats-io/transport-node';
import { z } from 'zod';
import type { Link } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import { clientGone, fromClientError, parseReply } from '../api';
import { exactRequest } from '../manage/exactApi';

/** A server that has sent nothing for so long has gone, or has lost the stream. */
const silenceMs = 30_000;
/** The server's own default, and well below the smallest payload limit that is in use. */
const chunkBytes = 128 * 1024;

const reply = z.looseObject({
  config: z.looseObject({}),
  state: z.looseObject({ messages: z.coerce.number(), bytes: z.coerce.number() }),
});

export interface Snapshot {
  /** as the server says them, no digit lost */
  readonly config: Record<string, unknown>;
  readonly state: Record<string, unknown> & { readonly messages: number; readonly bytes: number };
  /** the stream as one s2 stream, in the server's chunks */
  readonly chunks: AsyncGenerator<Uint8Array, void>;
  /** ends it where its chunks are not read */
  cancel(): void;
}

const broken = (code: number, description: string) =>
  new ApiError(
    502,
    'backup_broken',
    code === 408
      ? 'NATS ended the backup: it was taken too slowly. Start it again over a faster connection.'
      : `NATS ended the backup: ${description || `status ${code}`}. What came so far is of no use; start it again.`,
  );

/**
 * Asks the stream's leader for a snapshot. The server sends the next chunks when earlier ones are acknowledged (8 MiB in
 * flight), so that what is not taken is not read.
 */
export async function takeSnapshot(link: Link, stream: string, signal: AbortSignal): Promise<Snapshot> {
  const inbox = createInbox(link.inboxPrefix);
  const subscription = link.nc.subscribe(inbox);
  const name = `STREAM.SNAPSHOT.${stream}`;
  try {
    const answer = await exactRequest(link, name, { deliver_subject: inbox, chunk_size: chunkBytes }, signal);
    const { config, state } = parseReply(reply, answer, name);
    return { config, state, chunks: chunksOf(subscription, signal), cancel: () => subscription.unsubscribe() };
  } catch (error) {
    subscription.unsubscribe();
    throw error;
  }
}

async function* chunksOf(
  subscription: ReturnType<Link['nc']['subscribe']>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  let silent = false;
  const end = () => subscription.unsubscribe();
  const timer = setTimeout(() => {
    silent = true;
    end();
  }, silenceMs);
  signal.addEventListener('abort', end, { once: true });
  try {
    for await (const msg of subscription) {
      const code = msg.headers?.code ?? 0;
      if (code >= 400) throw broken(code, msg.headers?.description ?? '');
      if (msg.data.length === 0) return;
      clearTimeout(timer);
      yield msg.data;
      // Acknowledged once it is taken: that is what lets the server send another one.
      msg.respond();
      timer.refresh();
    }
    if (signal.aborted) throw clientGone();
    throw broken(0, silent ? 'it sends nothing any more' : 'the connection was lost');
  } catch (error) {
    throw fromClientError(error, subscription.getSubject());
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    end();
  }
}
