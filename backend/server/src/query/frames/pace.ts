import { setImmediate as nextTurn } from 'node:timers/promises';

/** About a millisecond of work at a time: others' requests are served between two slices. */
export const sliceValues = 10_000;

/** Runs over `length` items in slices and lets the event loop turn between them. */
export async function inSlices(length: number, work: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < length; from += sliceValues) {
    if (from > 0) await nextTurn();
    work(from, Math.min(from + sliceValues, length));
  }
}
