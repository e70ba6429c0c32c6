import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Moment } from '../sample/increase';

/** Handed in, so that a test can let ten minutes pass. */
export interface Clock {
  now(): Moment;
}

const thisProcess = randomUUID();
export const systemClock: Clock = {
  now: () => ({ wallMs: Date.now(), steadyMs: performance.now(), clock: thisProcess }),
};
