import type { WatchEvent } from '@jetstream-console/contract';
import { useEffect, useState } from 'react';
import { toProblem } from './api/client';

/** What is told besides changes is told of keys and objects alike. */
type Told<E> = Exclude<WatchEvent, { type: 'entry' }> | { readonly type: 'entry'; readonly entry: E };

/** @param after go on behind this revision */
export type Look<E> = (after: number | undefined, signal: AbortSignal) => AsyncIterable<Told<E>>;

export interface Watched<E> {
  /** newest first */
  readonly entries: readonly E[];
  readonly skipped: number;
  readonly state: 'connecting' | 'watching' | 'lost' | 'ended';
  readonly error: Error | null;
}

const kept = 200;
const againMs = 3000;
const nothing = { entries: [], skipped: 0, state: 'connecting', error: null } as const;

/** Refusals do not pass by themselves. */
const ends = (error: unknown) => [400, 403, 404].includes(toProblem(error).problem.status);

const wait = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/**
 * Changes as they happen. A connection that breaks is made anew, and goes on where it was.
 * @param look one that stays the same as long as the same is watched
 */
export function useWatch<E extends { readonly revision: number }>(look: Look<E>): Watched<E> {
  const [watched, setWatched] = useState<Watched<E>>(nothing);
  useEffect(() => {
    setWatched(nothing);
    const control = new AbortController();
    const { signal } = control;
    let after: number | undefined;
    const change = (next: (before: Watched<E>) => Partial<Watched<E>>) => {
      if (!signal.aborted) setWatched((before) => ({ ...before, ...next(before) }));
    };
    const once = async () => {
      for await (const event of look(after, signal)) {
        if (event.type === 'end') return;
        if (event.type === 'error') throw new Error(event.detail);
        if (event.type === 'watching') {
          after = event.revision;
          change(() => ({ state: 'watching', error: null }));
        } else if (event.type === 'skipped') change(({ skipped }) => ({ skipped: skipped + event.changes }));
        else {
          after = event.entry.revision;
          change(({ entries }) => ({ entries: [event.entry, ...entries].slice(0, kept) }));
        }
      }
    };
    const follow = async () => {
      while (!signal.aborted) {
        try {
          await once();
        } catch (error) {
          const over = ends(error);
          change(() => ({ state: over ? 'ended' : 'lost', error: toProblem(error) }));
          if (over) return;
          await wait(againMs, signal);
        }
      }
    };
    void follow();
    return () => control.abort();
  }, [look]);
  return watched;
}
