import {
  type ApiProblem,
  retryPlanEvent,
  routes,
  type DeadLetterFilter,
  type RetryPlan,
} from '@jetstream-console/contract';
import { useEffect, useState } from 'react';
import { events, toProblem } from '../../api/client';

export interface Planning {
  readonly looked: number;
  readonly of: number;
  /** null until all of them were looked at */
  readonly plan: RetryPlan | null;
  readonly error: ApiProblem | null;
}
const nothingYet: Planning = { looked: 0, of: 0, plan: null, error: null };

/** Has what a retry would send counted, with how far that has come; whoever leaves stops it. */
export function useRetryPlan(clusterId: string, filter: Omit<DeadLetterFilter, 'state'>) {
  const [planning, setPlanning] = useState(nothingYet);
  const asked = JSON.stringify(filter);
  useEffect(() => {
    setPlanning(nothingYet);
    const control = new AbortController();
    const look = async () => {
      const input = { params: { clusterId }, body: JSON.parse(asked) as unknown };
      for await (const data of events(routes.planDeadLetterRetry, input, control.signal)) {
        const event = retryPlanEvent.parse(data);
        if (event.type === 'error') throw new Error(event.detail);
        if (event.type === 'end') return setPlanning((before) => ({ ...before, plan: event.plan }));
        setPlanning({ ...nothingYet, looked: event.looked, of: event.of });
      }
      throw new TypeError('the connection was closed');
    };
    look().catch((error: unknown) => {
      if (!control.signal.aborted) setPlanning({ ...nothingYet, error: toProblem(error) });
    });
    return () => control.abort();
  }, [clusterId, asked]);
  return planning;
}
