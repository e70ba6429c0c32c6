import { balanceEvent, routes, type BalanceAccount, type BodyIn, type Routes } from '@jetstream-console/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { events, toProblem } from '../../../api/client';
import type { RunPhase } from '../../../components/RunAccount';

type Body = BodyIn<Routes['balanceLeaders']>;
export interface BalanceRun {
  readonly phase: RunPhase;
  readonly account: BalanceAccount | null;
  readonly error: unknown;
}

/** Moves leaders, and tells how far it is. Stopped, the one under way is still brought to its end by the backend. */
export function useBalance(clusterId: string) {
  const client = useQueryClient();
  const [run, setRun] = useState<BalanceRun | null>(null);
  const running = useRef<AbortController | null>(null);

  const start = async (body: Body) => {
    const control = new AbortController();
    running.current = control;
    let last: BalanceAccount | null = null;
    setRun({ phase: 'running', account: null, error: null });
    try {
      for await (const event of events(routes.balanceLeaders, { params: { clusterId }, body }, control.signal)) {
        const known = balanceEvent.parse(event);
        if (known.type === 'error') throw new TypeError(known.detail);
        last = known.account;
        setRun({ phase: known.type === 'end' ? 'ended' : 'running', account: last, error: null });
        if (known.type === 'end') return;
      }
      throw new TypeError('the connection was closed');
    } catch (error) {
      if (control.signal.aborted && last) {
        const account = { ...last, why: 'stopped' as const };
        return setRun({ phase: 'ended', account, error: null });
      }
      setRun({ phase: 'failed', account: last, error: toProblem(error) });
    } finally {
      void client.invalidateQueries();
    }
  };

  // Who leaves the page stops it; what was done is in the audit.
  useEffect(() => () => running.current?.abort(), []);
  return {
    run,
    start: (body: Body) => {
      void start(body);
    },
    stop: () => running.current?.abort(),
  };
}
