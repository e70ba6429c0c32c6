import type { MessageQuery } from '@jetstream-console/contract';
import type { MessageFilter } from './filter';
import type { Reader, Stored, StreamFacts } from './reader';

export interface Progress {
  scanned: number;
  matched: number;
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
  const ideal = Math.max(16, Math.min(maxWindow, Math.floor(windowBytes / Math.max(facts.averageBytes, 64))));
  // Without a filter a page is one window; with one, windows grow to their ideal size.
  let width = filter === null ? Math.min(limit, ideal) : Math.min(Math.max(limit, 256), ideal);
  let at = request.start;
  const over = (): Progress['why'] => {
    if (signal.aborted) return 'stopped';
    if (older ? at <= facts.firstSeq : at > facts.lastSeq) return 'end';
    if (progress.matched >= limit) return 'page_full';
    if (progress.scanned >= limits.scan) return 'scan_limit';
    if (progress.bytes >= limits.bytes) return 'byte_limit';
    return now() >= deadline ? 'time_limit' : null;
  };
  for (let why = over(); ; why = over()) {
    if (why !== null) {
      Object.assign(progress, { done: true, why, atSeq: at });
      return;
    }
    const from = older ? Math.max(facts.firstSeq, at - width) : at;
    const to = older ? at : Math.min(at + width, facts.lastSeq + 1);
    const messages = await readWindow(reader, from, to, subject, older ? maxWindow : Math.min(width, maxWindow));
    const ordered = older ? messages.kept.reverse() : messages.kept;
    progress.scanned += messages.read;
    progress.bytes += messages.bytes;
    for (const message of ordered) {
      at = older ? message.seq : message.seq + 1;
      progress.atSeq = at;
      if (!visible(message) || (filter !== null && !filter(message))) continue;
      progress.matched++;
      yield message;
      if (progress.matched >= limit) break;
    }
    if (progress.matched >= limit) continue;
    // What a sparse window cut off at its old end stays to be read; else the whole window is behind us.
    at = older ? (messages.cut ? (messages.kept.at(-1)?.seq ?? from) : from) : messages.next;
    progress.atSeq = at;
    width = messages.read < width / 4 ? width * 4 : Math.min(Math.max(width, ideal), Math.max(width, maxWindow));
    width = Math.min(width, facts.lastSeq - facts.firstSeq + 1);
  }
}

interface Window {
  kept: Stored[];
  read: number;
  bytes: number;
  next: number;
  cut: boolean;
}

/** The whole window, or, where more match than are kept, its newest part. */
async function readWindow(
  reader: Reader,
  from: number,
  to: number,
  subject: string | undefined,
  keep: number,
): Promise<Window> {
  let kept: Stored[] = [];
  let read = 0;
  let bytes = 0;
  let next = from;
  let cut = false;
  while (next < to) {
    const part = await reader.range(next, to, { maxMessages: keep, maxBytes: windowBytes * 4 }, subject);
    read += part.messages.length;
    for (const message of part.messages) bytes += message.data.length;
    kept = kept.length === 0 ? part.messages : kept.concat(part.messages);
    if (kept.length > keep) {
      kept = kept.slice(-keep);
      cut = true;
    }
    next = part.next;
  }
  return { kept, read, bytes, next, cut };
}
