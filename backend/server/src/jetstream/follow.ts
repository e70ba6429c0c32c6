import { setTimeout as delay } from 'node:timers/promises';
import type { Link } from '../clusters/link';
import { streamFacts } from './messages';
import { makeReader, type Stored } from './reader';

/** A screen holds no more of one second; the newest are shown, and how many were left out. */
const mostShown = 100;
/** Looked at in one turn, so that a filter which matches little does not read for ever. */
const mostRead = 2000;
const mostBytes = 4 * 1024 * 1024;
const pollMs = { busy: 500, idle: 2000 };

/** What one turn goes by: asked anew each time, so that lost rights and changed connections hold at once. */
export interface Turn {
  readonly link: Link;
  readonly keep: (message: Stored) => boolean;
}

export interface Step {
  readonly messages: readonly Stored[];
  /** how many that would have been shown, or were not looked at, lie before them */
  readonly skipped: number;
  /** the last sequence that was looked at */
  readonly at: number;
}

/**
 * Messages as they are stored, without a consumer. The first step is empty: from there on nothing is missed. More than
 * can be shown are left out and counted; whoever reads slowly skips ahead to the newest, and nothing is held for them.
 * @param after go on behind this sequence; from now on where it is null
 * @param sparse the subject is of few messages among many, which the server picks: none of them is left out unseen
 */
export async function* follow(
  stream: string,
  {
    subject,
    after,
    sparse = false,
  }: { readonly subject?: string; readonly after: number | null; readonly sparse?: boolean },
  turn: () => Promise<Turn>,
  signal: AbortSignal,
): AsyncGenerator<Step, void> {
  let at = after;
  let begun = false;
  while (!signal.aborted) {
    const { link, keep } = await turn();
    const facts = await streamFacts(link, stream, !begun);
    // Purged and made anew, a stream starts again below where this stood.
    if (at === null || facts.lastSeq < at) at = facts.lastSeq;
    if (!begun) {
      begun = true;
      yield { messages: [], skipped: 0, at };
    }
    let shown = 0;
    if (facts.lastSeq > at) {
      const from: number = sparse ? at + 1 : Math.max(at + 1, facts.lastSeq - mostRead + 1);
      const { messages, next } = await makeReader(link, facts, signal).range(
        from,
        facts.lastSeq + 1,
        { maxMessages: mostRead, maxBytes: mostBytes },
        subject,
      );
      const matching = messages.filter(keep);
      const kept = matching.slice(-mostShown);
      const skipped: number = from - at - 1 + matching.length - kept.length;
      at = next - 1;
      shown = kept.length;
      yield { messages: kept, skipped, at };
    } else {
      yield { messages: [], skipped: 0, at };
    }
    await delay(shown > 0 ? pollMs.busy : pollMs.idle, undefined, { signal }).catch(() => undefined);
  }
}
