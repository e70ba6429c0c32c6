import { AckPolicy, type ConsumerConfig, type JsMsg } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Subject } from './expectation';
import type { World } from './world';

export const longWait = nanos(3_600_000);
export const consumerOf = (stream: string): Subject => ({ kind: 'consumer', stream, consumer: 'app' });
export const infoOf = ({ jsm }: World, stream: string) => jsm.consumers.info(stream, 'app');

/** A stream of its own with one consumer, and what was taken from it and not acknowledged. */
interface Place {
  readonly stream: string;
  prepare(world: World): Promise<void>;
  /** Takes so many and keeps them. */
  take(world: World, messages: number): Promise<void>;
  ackAll(): Promise<void>;
  /** Takes and acknowledges whatever there is to be had. */
  readAll(world: World): Promise<void>;
  readonly taken: JsMsg[];
}

export function placeOf(
  stream: string,
  config: Partial<ConsumerConfig> = {},
  limits: { max_msgs_per_subject?: number } = {},
): Place {
  const taken: JsMsg[] = [];
  const take = async ({ js }: World, messages: number) => {
    const consumer = await js.consumers.get(stream, 'app');
    for await (const message of await consumer.fetch({ max_messages: messages, expires: 5000 })) {
      taken.push(message);
      if (taken.length === messages) break;
    }
  };
  const ackAll = async () => {
    await Promise.all(taken.splice(0).map((message) => message.ackAck()));
  };
  return {
    stream,
    taken,
    prepare: async ({ jsm }) => {
      await jsm.streams.add({ name: stream, subjects: [`${stream.toLowerCase()}.>`], ...limits });
      await jsm.consumers.add(stream, {
        durable_name: 'app',
        ack_policy: AckPolicy.Explicit,
        ack_wait: longWait,
        ...config,
      });
    },
    take,
    ackAll,
    readAll: async (world) => {
      await ackAll();
      for (;;) {
        const { num_pending } = await infoOf(world, stream);
        if (num_pending === 0) return;
        await take(world, Math.min(num_pending, 500));
        await ackAll();
      }
    },
  };
}

/** A pull that waits at the server for as long as somebody listens for its answer. */
export async function pull({ nc }: World, stream: string, options: object): Promise<void> {
  nc.subscribe(`answers.${stream}`, { callback: () => undefined });
  nc.publish(
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.app`,
    JSON.stringify({ batch: 1, expires: nanos(3_600_000), ...options }),
    { reply: `answers.${stream}` },
  );
  await nc.flush();
}
