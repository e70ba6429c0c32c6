import { setImmediate as breathe } from 'node:timers/promises';
import type { MessageFilter } from '../filter';
import type { Bounds, Reader, Stored } from '../reader';

/**
 * One window is worked on while the next is read: this much of each is held, however long the stream is. Four times as
 * much made an export a fifth slower: messages then outlive the young part of the heap, and each is moved.
 */
const window: Bounds = { maxMessages: 1000, maxBytes: 1024 * 1024 };
/** Filters run on the event loop: after this long others get their turn. */
const sliceMs = 20;

export interface WalkRequest {
  /** from <= seq < to */
  readonly from: number;
  readonly to: number;
  readonly subject?: string;
  readonly filter: MessageFilter | null;
  /** permission, message by message */
  readonly visible: (message: Stored) => boolean;
  /** ends after so many */
  readonly limit?: number;
}

export interface WalkProgress {
  /** messages that were looked at */
  scanned: number;
  /** the next sequence to look at */
  atSeq: number;
}

/** Goes through a part of a stream, oldest first, and yields what matches, window by window. */
export async function* walk(
  reader: Reader,
  { from, to, subject, filter, visible, limit = Infinity }: WalkRequest,
  progress: WalkProgress,
  now: () => number = Date.now,
): AsyncGenerator<readonly Stored[], void> {
  const read = (at: number) => (at < to ? reader.range(at, to, window, subject) : null);
  let coming = read(from);
  let left = limit;
  let sliceEnd = now() + sliceMs;
  progress.atSeq = from;
  while (coming) {
    const { messages, next } = await coming;
    coming = read(next);
    // Whoever awaits it meets its failure; where the walk ends before that, nobody needs it.
    coming?.catch(() => undefined);
    const found: Stored[] = [];
    for (const message of messages) {
      progress.scanned++;
      progress.atSeq = message.seq + 1;
      if (visible(message) && (filter === null || filter(message))) {
        found.push(message);
        if (--left === 0) break;
      }
      if (filter !== null && now() >= sliceEnd) {
        await breathe();
        sliceEnd = now() + sliceMs;
      }
    }
    if (left > 0) progress.atSeq = next;
    if (found.length > 0) yield found;
    if (left === 0) return;
  }
}
