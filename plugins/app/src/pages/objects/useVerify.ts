import { routes, verifyEvent, type VerifyEvent } from '@jetstream-console/contract';
import { useEffect, useState } from 'react';
import { events, toProblem } from '../../api/client';

export type Ended = Extract<VerifyEvent, { type: 'end' }>;
export interface Verifying {
  readonly bytes: number;
  readonly of: number;
  readonly end: Ended | null;
  readonly error: Error | null;
}

/** Has an object read to its end, with how far that has come; whoever leaves stops it. */
export function useVerify(clusterId: string, store: string, name: string, revision: number, on: boolean) {
  const [state, setState] = useState<Verifying | null>(null);
  useEffect(() => {
    setState(null);
    if (!on) return;
    const control = new AbortController();
    const look = async () => {
      const input = { params: { clusterId, store }, query: { name } };
      for await (const data of events(routes.verifyObject, input, control.signal)) {
        const event = verifyEvent.parse(data);
        if (event.type === 'error') throw new Error(event.detail);
        setState((before) =>
          event.type === 'progress'
            ? { bytes: event.bytes, of: event.of, end: null, error: null }
            : { bytes: event.bytes, of: before?.of ?? event.bytes, end: event, error: null },
        );
      }
    };
    look().catch((error: unknown) => {
      if (!control.signal.aborted) setState({ bytes: 0, of: 0, end: null, error: toProblem(error) });
    });
    return () => control.abort();
  }, [clusterId, store, name, revision, on]);
  return state;
}
