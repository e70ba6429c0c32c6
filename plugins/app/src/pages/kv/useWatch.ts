import { routes, watchEvent, type ResponseOf, type Routes } from '@jetstream-console/contract';
import { useEffect, useState } from 'react';
import { events, toProblem } from '../../api/client';

type Entry = ResponseOf<Routes['getKey']>['entry'];

export interface Watched {
  /** newest first */
  readonly entries: readonly Entry[];
  readonly skipped: number;
  readonly state: 'connecting' | 'watching' | 'lost';
  readonly error: Error | null;
}

const kept = 200;
const againMs = 3000;
const nothing: Watched = { entries: [], skipped: 0, state: 'connecting', error: null };

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

/** Changes of keys as they happen. A connection that breaks is made anew, and goes on where it was. */
export function useWatch(clusterId: string, bucket: string, prefix: string, on: boolean): Watched {
  const [watched, setWatched] = useState(nothing);
  useEffect(() => {
    setWatched(nothing);
    if (!on) return;
    const control = new AbortController();
    const { signal } = control;
    let after: number | undefined;
    const change = (next: (before: Watched) => Partial<Watched>) => {
      if (!signal.aborted) setWatched((before) => ({ ...before, ...next(before) }));
    };
    const look = async () => {
      const query = { prefix, ...(after !== undefined && { after }) };
      for await (const data of events(routes.watchKeys, { params: { clusterId, bucket }, query }, signal)) {
        const event = watchEvent.parse(data);
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
          await look();
        } catch (error) {
          change(() => ({ state: 'lost', error: toProblem(error) }));
          if (ends(error)) return;
          await wait(againMs, signal);
        }
      }
    };
    void follow();
    return () => control.abort();
  }, [clusterId, bucket, prefix, on]);
  return watched;
}
