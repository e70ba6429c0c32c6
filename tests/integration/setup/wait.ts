import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again until the answer is there; the test's own timeout ends it where it never comes.
 * @param probe undefined, null or false: not yet
 */
export async function eventually<T>(
  probe: () => Promise<T> | T,
  everyMs = 25,
): Promise<NonNullable<Exclude<T, false>>> {
  for (;;) {
    const answer = await probe();
    if (answer !== undefined && answer !== null && answer !== false) return answer as NonNullable<Exclude<T, false>>;
    await delay(everyMs);
  }
}
