import { headers, type NatsConnection } from '@nats-io/transport-node';
import { performance } from 'node:perf_hooks';
import type { Moment } from '../sample/increase';
import type { Clock } from './clock';

/** What collecting costs the cluster: shown, since it is the console's own doing. */
export interface Usage {
  requests: number;
  bytes: number;
}

export interface Reply {
  readonly data: Uint8Array;
  readonly gzip: boolean;
  readonly at: Moment;
}

const timeoutMs = 10_000;

/** Asks over one connection, and counts what is asked and answered. */
export interface Asker {
  /** @throws what the client throws: no responders, timeout, permission */
  ask(subject: string, body?: unknown, gzip?: boolean): Promise<Reply>;
  readonly slowestMs: number;
  /** time of all answers together */
  readonly askedMs: number;
  readonly requests: number;
}

export function makeAsker(nc: NatsConnection, clock: Clock, usage: Usage): Asker {
  const compressed = headers();
  compressed.set('Accept-Encoding', 'gzip');
  let slowestMs = 0;
  let askedMs = 0;
  let requests = 0;
  return {
    ask: async (subject, body, gzip = false) => {
      usage.requests++;
      requests++;
      const started = performance.now();
      try {
        const reply = await nc.request(subject, body === undefined ? undefined : JSON.stringify(body), {
          timeout: timeoutMs,
          ...(gzip && { headers: compressed }),
        });
        usage.bytes += reply.data.byteLength;
        return {
          data: reply.data,
          gzip: reply.headers?.get('Content-Encoding') === 'gzip',
          at: clock.now(),
        };
      } finally {
        const took = performance.now() - started;
        slowestMs = Math.max(slowestMs, took);
        askedMs += took;
      }
    },
    get slowestMs() {
      return slowestMs;
    },
    get askedMs() {
      return askedMs;
    },
    get requests() {
      return requests;
    },
  };
}
