import { setTimeout as delay } from 'node:timers/promises';

/** Waits shorter than this are not worth a timer: several messages then go together. */
const leastMs = 5;

/** Lets so many a second through, evenly. Null: as many as come. */
export function makePace(
  perSecond: number | null,
  signal: AbortSignal,
  now: () => number = Date.now,
  wait: (ms: number) => Promise<unknown> = (ms) => delay(ms, undefined, { signal }),
): () => Promise<void> {
  if (perSecond === null) return async () => undefined;
  const every = 1000 / perSecond;
  let due = now();
  return async () => {
    const early = due - now();
    due += every;
    if (early >= leastMs) await wait(early);
    // Time that was lost to a slow stream is not caught up in a burst.
    else if (early < -1000) due = now() + every;
  };
}
