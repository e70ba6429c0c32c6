import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Log } from '../engines/servers';
import { publishOrder, publishPayment, publishReading } from './seed';

export interface Traffic {
  stop(): Promise<void>;
}

/** A pull loop that ends when asked; an error is told once and the loop goes on, since servers may be restarted. */
function loop(name: string, log: Log, signal: AbortSignal, turn: () => Promise<void>, everyMs: number): Promise<void> {
  let told = false;
  const wait = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(done, everyMs);
      function done() {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done, { once: true });
    });
  const run = async () => {
    while (!signal.aborted) {
      try {
        await turn();
        told = false;
      } catch (error) {
        if (!told && !signal.aborted)
          log(`demo traffic (${name}): ${error instanceof Error ? error.message : String(error)}`);
        told = true;
      }
      await wait();
    }
  };
  return run();
}

async function take(
  js: JetStreamClient,
  stream: string,
  consumer: string,
  count: number,
  handle: (n: number, message: { ack(): void; nak(ms?: number): void }) => void,
): Promise<void> {
  const messages = await (await js.consumers.get(stream, consumer)).fetch({ max_messages: count, expires: 1000 });
  let n = 0;
  for await (const message of messages) handle(n++, message);
}

/** About twenty messages a second, and consumers that do well, fall behind, refuse, or leave messages lying. */
export function startTraffic(nc: NatsConnection, log: Log): Traffic {
  const js = jetstream(nc);
  const stopping = new AbortController();
  const { signal } = stopping;
  let n = Math.floor(Date.now() / 100);
  const loops = [
    loop(
      'orders',
      log,
      signal,
      async () => {
        n++;
        await publishOrder(js, n);
        if (n % 2 === 0) await publishPayment(js, n);
      },
      110,
    ),
    loop(
      'telemetry',
      log,
      signal,
      async () => {
        await publishReading(js, n);
        if (n % 5 === 0) await js.publish('jobs.shipping.small', JSON.stringify({ parcel: n }));
        if (n % 7 === 0) await js.publish('notify.mail', 'Your parcel is on its way');
      },
      160,
    ),
    loop('billing', log, signal, () => take(js, 'ORDERS', 'billing', 50, (_, m) => m.ack()), 500),
    loop('analytics', log, signal, () => take(js, 'ORDERS', 'analytics', 1, (_, m) => m.ack()), 1000),
    // Nothing is acknowledged: after five messages the server delivers no more.
    loop('fraud-check', log, signal, () => take(js, 'ORDERS', 'fraud-check', 5, () => undefined), 5000),
    loop(
      'mailer',
      log,
      signal,
      () => take(js, 'PAYMENTS', 'mailer', 15, (i, m) => (i % 3 === 2 ? m.nak(2000) : m.ack())),
      1000,
    ),
    loop('packers', log, signal, () => take(js, 'SHIPPING_JOBS', 'packers', 2, (_, m) => m.ack()), 900),
    loop('push', log, signal, () => take(js, 'NOTIFICATIONS', 'push', 20, (_, m) => m.ack()), 1500),
  ];
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}
