import { performance } from 'node:perf_hooks';

/** `access`: identity, limits and the decision; `audit`: intent and outcome; `act`: what was asked for. */
type Stage = 'access' | 'audit' | 'act';

export interface Stages {
  /** Adds how long the work took to its stage, whether or not it succeeds. */
  time<T>(stage: Stage, work: () => T | Promise<T>): Promise<T>;
  /** The `Server-Timing` header (W3C), in milliseconds: browsers show it beside the request. */
  show(): string;
}

export function makeStages(now: () => number = () => performance.now()): Stages {
  const spent = new Map<Stage, number>();
  return {
    time: async (stage, work) => {
      const started = now();
      try {
        return await work();
      } finally {
        spent.set(stage, (spent.get(stage) ?? 0) + now() - started);
      }
    },
    show: () => [...spent].map(([stage, ms]) => `${stage};dur=${ms.toFixed(2)}`).join(', '),
  };
}
