import { setImmediate as breathe } from 'node:timers/promises';
import type { MessageQuery } from '@jetstream-console/contract';
import type { MessageFilter } from './filter';
import type { Reader, Stored, StreamFacts } from './reader';

export interface Progress {
  scanned: number;
  matched: number;
  /** too large for the filter to be tried on */
  unread: number;
  atSeq: number;
  fromSeq: number;
  toSeq: number;
  bytes: number;
  done: boolean;
  why: 'page_full' | 'end' | 'scan_limit' | 'byte_limit' | 'time_limit' | 'stopped' | null;
}

export interface ScanLimits {
  readonly scan: number;
  readonly bytes: number;
  readonly ms: number;
}
export interface ScanRequest {
  readonly direction: MessageQuery['direction'];
  /** older: the first sequence not to look at; newer: the first to look at */
  readonly start: number;
  readonly limit: number;
  readonly subject?: string;
  readonly filter: MessageFilter | null;
  /** permission, message by message */
  readonly visible: (message: Stored) => boolean;
  readonly limits: ScanLimits;
}

/** Windows hold about this much, so that a page of large messages does not fill the memory. */
const windowBytes = 2 * 1024 * 1024;
const maxWindow = 4000;
const minWindow = 16;
/** Unpacking and matching run on the event loop: after this long others get their turn. */
const sliceMs = 20;

export const emptyProgress = (atSeq: number, fromSeq: number, toSeq: number): Progress => ({
  scanned: 0,
  matched: 0,
  unread: 0,
  atSeq,
  fromSeq,
  toSeq,
  bytes: 0,
  done: false,
  why: null,
});

/**
 * Walks a stream from `start` and yields what matches, in the asked order, until the page is full, the stream ends or
 * a limit is met. `progress` is kept up to date between yields; `atSeq` is where the next page starts.
 */
export async function* scan(
  reader: Reader,
  facts: StreamFacts,
  request: ScanRequest,
  progress: Progress,
  signal: AbortSignal,
  now: () => number = Date.now,
): AsyncGenerator<Stored, void> {
  const { direction, limit, subject, filter, visible, limits } = request;
  const deadline = now() + limits.ms;
  const older = direction === 'older';
  const ideal = clamp(Math.floor(windowBytes / Math.max(facts.averageBytes, 64)), minWindow, maxWindow);
  /** How many messages are worth reading at once: without a content filter no more than the page still lacks. */
  const wanted = () => (filter === null ? clamp(limit - progress.matched, 1, ideal) : ideal);
  let width = filter === null ? wanted() : Math.min(Math.max(limit, 256), ideal);
  let at = request.start;
  let sliceEnd = now() + sliceMs;
  const over = (): Progress['why'] => {
    if (signal.aborted) return 'stopped';
    if (older ? at <= facts.firstSeq : at > facts.lastSeq) return 'end';
    if (progress.matched >= limit) return 'page_full';
    if (progress.scanned >= limits.scan) return 'scan_limit';
    if (progress.bytes >= limits.bytes) return 'byte_limit';
    return now() >= deadline ? 'time_limit' : null;
  };
  const read = (): Promise<Window> => {
    const bounds = {
      maxMessages: filter === null ? Math.min(wanted() * 4, maxWindow) : maxWindow,
      maxBytes: windowBytes * 4,
    };
    return older
      ? newestOf(reader, Math.max(facts.firstSeq, at - width), at, bounds, subject)
      : oldestOf(reader, at, Math.min(at + width, facts.lastSeq + 1), bounds, subject);
  };
  /** The next window, asked for while this one is looked through: the server and we then work at the same time. */
  let coming: Promise<Window> | null = null;
  for (let why = over(); ; why = over()) {
    if (why !== null) {
      Object.assign(progress, { done: true, why, atSeq: at });
      return;
    }
    const window = await (coming ?? read());
    const span = { at: window.next, width: nextWidth(window, wanted(), facts.lastSeq - facts.firstSeq + 1) };
    ({ at, width } = span);
    coming = filter !== null && over() === null ? read() : null;
    // Whoever awaits it meets its failure; where a full page ends the scan before that, nobody needs it.
    coming?.catch(() => undefined);
    let cut = false;
    for (const message of window.messages) {
      at = older ? message.seq : message.seq + 1;
      progress.scanned++;
      progress.bytes += message.data.length;
      progress.atSeq = at;
      if (visible(message) && (filter === null || filter(message))) {
        progress.matched++;
        yield message;
      }
      // Between two messages too: one gzip of a few kilobytes may unpack to megabytes.
      cut = over() !== null;
      if (cut) break;
      if (now() >= sliceEnd) {
        await breathe();
        sliceEnd = now() + sliceMs;
      }
    }
    if (cut) continue;
    at = span.at;
    progress.atSeq = at;
  }
}

const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value));

/** Sequences that, as densely filled as the last window, hold what is wanted; a window grows at most fourfold. */
function nextWidth(window: Window, wanted: number, most: number): number {
  const { width, messages } = window;
  const grown = messages.length === 0 ? width * 4 : Math.ceil((wanted * width) / messages.length);
  return clamp(Math.min(grown, width * 4), Math.min(minWindow, most), Math.max(most, 1));
}

interface Window {
  /** in the asked order */
  readonly messages: readonly Stored[];
  /** where the next window starts */
  readonly next: number;
  /** sequences it spans */
  readonly width: number;
}
type Size = Parameters<Reader['range']>[2];

async function oldestOf(reader: Reader, from: number, to: number, size: Size, subject?: string): Promise<Window> {
  const { messages, next } = await reader.range(from, to, size, subject);
  return { messages, next, width: next - from };
}

/**
 * The newest part of a window that fits, newest first. Servers read forward only: where more match than fit, the newer
 * half of what is left is tried instead, so that a window over a dense region costs a few reads and never the whole.
 */
async function newestOf(reader: Reader, from: number, to: number, size: Size, subject?: string): Promise<Window> {
  for (let low = from; ;) {
    const { messages, next } = await reader.range(low, to, size, subject);
    if (next >= to) return { messages: messages.reverse(), next: low, width: to - low };
    low = Math.max(next, Math.floor((next + to) / 2));
  }
}
