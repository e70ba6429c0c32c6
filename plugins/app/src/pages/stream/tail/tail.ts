import type { ApiProblem, Message, ResponseOf, Routes } from '@jetstream-console/contract';

type Page = ResponseOf<Routes['listMessages']>;

/** What is kept on the page: more is scrolled through by nobody, and slows every redraw. */
export const mostShown = 300;
/** Further behind the newest message than this a tail shows the past: it goes on at the newest. */
export const mostBehind = 2000;
/** How many of the newest it then still shows. */
export const afterSkip = 200;

export interface Tail {
  /** newest first */
  readonly messages: readonly Message[];
  /** the sequence that is looked at next; null before the first answer */
  readonly next: number | null;
  /** how many came since it began */
  readonly came: number;
  /** sequences that were not looked at, since more came than can be shown */
  readonly skipped: number;
  /** more is there already: no need to wait */
  readonly more: boolean;
  /** of the last try; null when it went well */
  readonly error: ApiProblem | null;
}
export const newTail: Tail = { messages: [], next: null, came: 0, skipped: 0, more: false, error: null };

/** The first look: the newest messages as they are, and where to go on from. */
export const begun = (page: Page): Tail => ({
  ...newTail,
  messages: page.items,
  next: page.progress.toSeq + 1,
});

/** What a look from `next` on brought. A stream that ends before it was purged or made anew: begin again. */
export function grown(tail: Tail, page: Page): Tail {
  const { atSeq, toSeq, why } = page.progress;
  if (tail.next !== null && toSeq < tail.next - 1) return newTail;
  const behind = toSeq + 1 - atSeq;
  const skips = behind > mostBehind;
  return {
    messages: [...page.items.toReversed(), ...tail.messages].slice(0, mostShown),
    next: skips ? toSeq + 1 - afterSkip : atSeq,
    came: tail.came + page.items.length,
    skipped: tail.skipped + (skips ? behind - afterSkip : 0),
    more: why !== 'end',
    error: null,
  };
}

/** Faults that pass by themselves; after any other it makes no sense to ask again. */
export const passes = ({ problem: { status } }: ApiProblem): boolean => status === 0 || status === 429 || status >= 500;
