import { routes } from '@jetstream-console/contract';
import { useEffect, useRef, useState } from 'react';
import { call, toProblem } from '../../../api/client';
import type { MessageQueryIn } from '../filter';
import { begun, grown, newTail, passes, type Tail } from './tail';

const everyMs = 1000;
const afterFaultMs = 5000;
const firstLook = { limit: 20, scan: 1000 };
const eachLook = { limit: 200, scan: 20_000 };
const previewBytes = 256;

interface Followed {
  readonly clusterId: string;
  readonly stream: string;
  /** the same object as long as it is the same filter */
  readonly query: MessageQueryIn;
  readonly paused: boolean;
}

/** Waits, or less where the signal ends it. */
const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/**
 * Messages as they are stored. It looks for newer ones each second the way the page reads everything: without a
 * consumer, so that no delivery is counted and filters of every kind hold. While it is paused, or its page is out of
 * sight, nothing is asked; then it goes on where it was.
 */
export function useTail({ clusterId, stream, query, paused }: Followed): Tail {
  const [tail, setTail] = useState(newTail);
  const kept = useRef<{ of: MessageQueryIn; tail: Tail }>({ of: query, tail: newTail });
  useEffect(() => {
    if (kept.current.of !== query) kept.current = { of: query, tail: newTail };
    setTail(kept.current.tail);
    if (paused) return;
    const control = new AbortController();
    const { signal } = control;
    const { seq: _seq, time: _time, ...filter } = query;
    const look = async (from: number | null) =>
      call(
        routes.listMessages,
        {
          params: { clusterId, stream },
          query: {
            ...filter,
            previewBytes,
            ...(from === null ? { ...firstLook, direction: 'older' } : { ...eachLook, seq: from, direction: 'newer' }),
          },
        },
        signal,
      );
    const follow = async () => {
      while (!signal.aborted) {
        const before = kept.current.tail;
        let after: Tail;
        try {
          const page = await look(before.next);
          after = before.next === null ? begun(page) : grown(before, page);
        } catch (error) {
          after = { ...before, more: false, error: toProblem(error) };
        }
        if (signal.aborted) return;
        kept.current = { of: query, tail: after };
        setTail(after);
        if (after.error && !passes(after.error)) return;
        if (!after.more) await wait(after.error ? afterFaultMs : everyMs, signal);
        while (document.hidden && !signal.aborted) await wait(everyMs, signal);
      }
    };
    void follow();
    return () => control.abort();
  }, [clusterId, stream, query, paused]);
  return tail;
}
