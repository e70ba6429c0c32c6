import { retryEvent, routes, type BodyIn, type RetryAccount, type Routes } from '@jetstream-console/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { call, events, toProblem } from '../../api/client';

export type RetryRunBody = Omit<BodyIn<Routes['retryDeadLetters']>, 'run'>;

export interface RetryRun {
  readonly phase: 'running' | 'stopping' | 'ended' | 'failed';
  readonly account: RetryAccount | null;
  readonly error: unknown;
}

/** How often the account of a run is asked for after its connection is gone, until what was on its way is answered. */
const askEveryMs = 500;
const mostAsked = 30;
const wait = () => new Promise((resolve) => setTimeout(resolve, askEveryMs));
const lostWords = 'the connection was lost; this is what the console has written down';

/** Sends many again, and has the account however it ends: the backend knows each by the run's id. */
export function useRetryRun(clusterId: string) {
  const client = useQueryClient();
  const [run, setRun] = useState<RetryRun | null>(null);
  const running = useRef<AbortController | null>(null);
  const params = { clusterId };

  /** What is written down of a run that nobody hears of any more, once nothing of it moves. */
  const settled = async (run: string, letters: number): Promise<RetryAccount> => {
    let before = '';
    for (let asked = 0; ; asked++) {
      const known = await call(routes.getDeadLetterRun, { params: { ...params, run } });
      const now = JSON.stringify(known);
      if ((now === before && known.unknown === 0) || asked === mostAsked) {
        const all = Math.max(letters, known.letters);
        return { ...known, letters: all, untouched: all - known.letters };
      }
      before = now;
      await wait();
    }
  };

  const start = async (body: RetryRunBody) => {
    const control = new AbortController();
    running.current = control;
    const id = crypto.randomUUID();
    let last: RetryAccount | null = null;
    setRun({ phase: 'running', account: null, error: null });
    try {
      for await (const event of events(
        routes.retryDeadLetters,
        { params, body: { ...body, run: id } },
        control.signal,
      )) {
        const known = retryEvent.parse(event);
        last = known.account;
        setRun({ phase: known.type === 'end' ? 'ended' : 'running', account: last, error: null });
        if (known.type === 'end') return;
      }
      throw new TypeError('the connection was closed');
    } catch (error) {
      if (last === null && !control.signal.aborted)
        return setRun({ phase: 'failed', account: null, error: toProblem(error) });
      setRun({ phase: 'stopping', account: last, error: null });
      try {
        const account = await settled(id, last?.letters ?? 0);
        const stopped = control.signal.aborted;
        setRun({
          phase: 'ended',
          account: { ...account, why: stopped ? 'stopped' : 'failed', failure: stopped ? null : lostWords },
          error: null,
        });
      } catch (lost) {
        setRun({ phase: 'failed', account: last, error: toProblem(lost) });
      }
    } finally {
      void client.invalidateQueries();
    }
  };

  // Who leaves the page stops it; what was sent is written down with each letter.
  useEffect(() => () => running.current?.abort(), []);
  return {
    run,
    start: (body: RetryRunBody) => {
      void start(body);
    },
    stop: () => running.current?.abort(),
  };
}
