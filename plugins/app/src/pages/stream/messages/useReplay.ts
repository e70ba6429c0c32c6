import { replayEvent, routes, type BodyIn, type ReplayAccount, type Routes } from '@jetstream-console/contract';
import { useEffect, useRef, useState } from 'react';
import { call, events, toProblem } from '../../../api/client';

export type ReplayBody = BodyIn<Routes['replayMessages']>;

export interface Replay {
  readonly phase: 'running' | 'stopping' | 'ended' | 'failed';
  readonly account: ReplayAccount | null;
  readonly error: unknown;
}

/** How often the account of a stopped copy is asked for, until what was on its way is answered. */
const askEveryMs = 500;
const wait = () => new Promise((resolve) => setTimeout(resolve, askEveryMs));

/** Runs a copy, and has its account however it ends: where the connection is gone the backend still knows it. */
export function useReplay(clusterId: string, stream: string) {
  const [replay, setReplay] = useState<Replay | null>(null);
  const running = useRef<AbortController | null>(null);
  const params = { clusterId, stream };

  const settled = async (run: string): Promise<ReplayAccount | null> => {
    for (;;) {
      const { status, account } = await call(routes.getReplay, { params: { ...params, run } });
      if (status !== 'running') return account;
      await wait();
    }
  };

  const start = async (body: ReplayBody) => {
    const control = new AbortController();
    running.current = control;
    setReplay({ phase: 'running', account: null, error: null });
    let run: string | null = null;
    let last: ReplayAccount | null = null;
    try {
      for await (const event of events(routes.replayMessages, { params, body }, control.signal)) {
        const known = replayEvent.parse(event);
        if (known.type === 'error') continue;
        if (known.type === 'started') run = known.run;
        last = known.account;
        setReplay({ phase: known.type === 'end' ? 'ended' : 'running', account: last, error: null });
        if (known.type === 'end') return;
      }
      throw new TypeError('the connection was closed');
    } catch (error) {
      if (run === null) return setReplay({ phase: 'failed', account: null, error: toProblem(error) });
      setReplay({ phase: 'stopping', account: last, error: null });
      try {
        setReplay({ phase: 'ended', account: (await settled(run)) ?? last, error: null });
      } catch (lost) {
        setReplay({ phase: 'failed', account: last, error: toProblem(lost) });
      }
    }
  };

  // Who leaves the page stops the copy; its account stays with the backend.
  useEffect(() => () => running.current?.abort(), []);
  return {
    replay,
    start: (body: ReplayBody) => {
      void start(body);
    },
    stop: () => running.current?.abort(),
    reset: () => setReplay(null),
  };
}
