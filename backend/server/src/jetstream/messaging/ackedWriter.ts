import { createInbox, type MsgHdrs } from '@nats-io/transport-node';
import { z } from 'zod';
import type { Link } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import { fromClientError, withoutError } from '../api';

/** So many messages and bytes are on their way at once: a stream's leader then never waits for us, and memory stays flat. */
const mostWaiting = 512;
const mostWaitingBytes = 8 * 1024 * 1024;
/** A stream that acknowledges nothing for so long is taken for one that does not answer. */
const silenceMs = 10_000;

const ackReply = z.object({ stream: z.string(), seq: z.number(), duplicate: z.boolean().optional() });

export interface Sending {
  /** the caller's name for it: its sequence in the source */
  readonly seq: number;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: MsgHdrs;
}

export interface Acked {
  readonly seq: number;
  readonly targetSeq: number;
  readonly duplicate: boolean;
  readonly bytes: number;
}

export interface AckedWriter {
  /** Sends one, once there is room. @returns false where nothing more may be sent: something failed before */
  send(message: Sending): Promise<boolean>;
  /** Waits until everything that was sent is answered, or will not be. */
  settle(): Promise<void>;
  /** the first that was refused */
  failure(): { readonly seq: number; readonly error: ApiError } | null;
  /** refused, in order of sequence */
  refused(): number[];
  /** sent, and never answered */
  unanswered(): number[];
  close(): void;
}

/** Publishes in order with many on their way, and knows of each whether the stream has it. */
export function makeAckedWriter(link: Link, target: string, onAck: (acked: Acked) => void): AckedWriter {
  const inbox = createInbox(link.inboxPrefix);
  const waiting = new Map<string, { seq: number; bytes: number }>();
  const refused: number[] = [];
  let waitingBytes = 0;
  let number = 0;
  let first: { seq: number; error: ApiError } | null = null;
  let silent = false;
  let wake: () => void = () => undefined;
  const fail = (seq: number, error: ApiError) => {
    refused.push(seq);
    if (first === null || seq < first.seq) first = { seq, error };
  };
  const answered = (name: string, text: string, code: number) => {
    const sent = waiting.get(name);
    if (!sent) return;
    waiting.delete(name);
    waitingBytes -= sent.bytes;
    try {
      if (code === 503)
        throw new ApiError(
          503,
          'no_stream',
          `No stream takes this subject now: ${target} may have lost its leader, or its subjects.`,
        );
      const { stream, seq, duplicate = false } = ackReply.parse(withoutError(JSON.parse(text)));
      if (stream !== target)
        throw new ApiError(409, 'stored_elsewhere', `The stream ${stream} stored it as message ${seq}, not ${target}.`);
      onAck({ seq: sent.seq, targetSeq: seq, duplicate, bytes: sent.bytes });
    } catch (error) {
      fail(sent.seq, error instanceof ApiError ? error : fromClientError(error, target));
    }
  };
  const watch = setTimeout(() => {
    silent = true;
    wake();
  }, silenceMs);
  const subscription = link.nc.subscribe(`${inbox}.*`, {
    callback: (error, msg) => {
      if (!error) answered(msg.subject.slice(inbox.length + 1), msg.string(), msg.headers?.code ?? 0);
      watch.refresh();
      wake();
    },
  });
  const until = async (holds: () => boolean) => {
    watch.refresh();
    while (!holds() && !silent && !link.nc.isClosed()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    send: async ({ seq, subject, data, headers }) => {
      if (waiting.size >= mostWaiting || waitingBytes + data.length > mostWaitingBytes)
        await until(
          () => waiting.size === 0 || (waiting.size < mostWaiting && waitingBytes + data.length <= mostWaitingBytes),
        );
      if (first !== null || silent || link.nc.isClosed()) return false;
      const name = String(number++);
      waiting.set(name, { seq, bytes: data.length });
      waitingBytes += data.length;
      try {
        link.nc.publish(subject, data, { reply: `${inbox}.${name}`, headers });
      } catch (error) {
        // The client refuses what it cannot send, such as one larger than the server takes: that one is not stored.
        waiting.delete(name);
        waitingBytes -= data.length;
        fail(seq, fromClientError(error, subject));
        return false;
      }
      return true;
    },
    settle: () => until(() => waiting.size === 0),
    failure: () => first,
    refused: () => [...refused].sort((a, b) => a - b),
    unanswered: () => [...waiting.values()].map(({ seq }) => seq).sort((a, b) => a - b),
    close: () => {
      clearTimeout(watch);
      subscription.unsubscribe();
    },
  };
}
