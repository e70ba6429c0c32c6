import { AckPolicy, type ConsumerConfig, type JsMsg } from '@nats-io/jetstream';
import { nanos, type Subscription } from '@nats-io/transport-node';
import { count } from '../../../backend/server/src/query/findings/say';
import { eventually } from '../setup/wait';
import type { Expected, Subject } from './expectation';
import type { Scenario } from './scenario';
import { publish } from './streams';
import type { World } from './world';

const longWait = nanos(3_600_000);
const consumerOf = (stream: string): Subject => ({ kind: 'consumer', stream, consumer: 'app' });
const infoOf = ({ jsm }: World, stream: string) => jsm.consumers.info(stream, 'app');

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

function placeOf(
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
async function pull({ nc }: World, stream: string, options: object): Promise<void> {
  nc.subscribe(`answers.${stream}`, { callback: () => undefined });
  nc.publish(
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.app`,
    JSON.stringify({ batch: 1, expires: nanos(3_600_000), ...options }),
    { reply: `answers.${stream}` },
  );
  await nc.flush();
}

/** Pulls that wait for more than there is are the one way to wait beside messages without a fault of the server. */
const stuckPlace = placeOf('STUCK', { priority_groups: ['late'], priority_policy: 'overflow' });
const stuck: Scenario = {
  rule: 'consumer_stuck',
  prepare: stuckPlace.prepare,
  provoke: async (world) => {
    await publish(world, 'STUCK', 3);
    await pull(world, 'STUCK', { group: 'late', min_pending: 1000 });
  },
  expected: async (world) => {
    const info = await infoOf(world, 'STUCK');
    return {
      severity: 'critical',
      subject: consumerOf('STUCK'),
      title: 'STUCK > app is stuck',
      evidence: new RegExp(
        `^${info.num_waiting} pulls wait, ${info.num_pending} messages are pending, nothing was delivered for 1\\d min$`,
      ),
      since: 'before',
      cure: /step-down/,
    };
  },
  cure: async ({ jsm }) => {
    await jsm.streams.purge('STUCK');
  },
};

const lonelyPlace = placeOf('LONELY');
const noSubscriber: Scenario = {
  rule: 'consumer_no_subscriber',
  prepare: lonelyPlace.prepare,
  provoke: (world) => publish(world, 'LONELY', 4),
  expected: async (world) => ({
    severity: 'warning',
    subject: consumerOf('LONELY'),
    evidence: new RegExp(
      `^${(await infoOf(world, 'LONELY')).num_pending} messages are pending, and no pull waited for 1\\d min$`,
    ),
    since: 'before',
    cure: /Start the application that reads it/,
  }),
  cure: lonelyPlace.readAll,
};

const unboundPlace = placeOf('UNBOUND', { deliver_subject: 'to.unbound', ack_policy: AckPolicy.None, ack_wait: 0 });
const unbound: Scenario = {
  rule: 'consumer_push_unbound',
  prepare: unboundPlace.prepare,
  provoke: (world) => publish(world, 'UNBOUND', 3),
  expected: async (world) => ({
    severity: 'critical',
    subject: consumerOf('UNBOUND'),
    evidence: `${(await infoOf(world, 'UNBOUND')).num_pending} messages are pending for a push consumer without a subscriber`,
    since: 'before',
    cure: /subscribes to its deliver subject/,
  }),
  cure: async (world) => {
    world.nc.subscribe('to.unbound', { callback: () => undefined });
    await eventually(async () => (await infoOf(world, 'UNBOUND')).num_pending === 0);
  },
};

const almostPlace = placeOf('ALMOST', { max_ack_pending: 5 });
const almostSaturated: Scenario = {
  rule: 'consumer_ack_saturated',
  prepare: almostPlace.prepare,
  provoke: async (world) => {
    await publish(world, 'ALMOST', 4);
    await almostPlace.take(world, 4);
  },
  expected: async (world) => {
    const { num_ack_pending, config } = await infoOf(world, 'ALMOST');
    return {
      severity: 'warning',
      subject: consumerOf('ALMOST'),
      title: 'ALMOST > app has nearly as many unacknowledged messages as it may',
      evidence: new RegExp(
        `^${num_ack_pending} of ${config.max_ack_pending} unacknowledged, never below 80 % in the last 1\\d min$`,
      ),
      since: 'before',
      cure: /raise max_ack_pending/,
    };
  },
  cure: almostPlace.ackAll,
};

/** Pulls wait here beside pending messages, and that is no fault of the server: it is not called stuck. */
const fullPlace = placeOf('SATURATED', { max_ack_pending: 5 });
const saturated: Scenario = {
  rule: 'consumer_ack_saturated',
  prepare: fullPlace.prepare,
  provoke: async (world) => {
    await publish(world, 'SATURATED', 8);
    await fullPlace.take(world, 5);
    await pull(world, 'SATURATED', {});
  },
  expected: async (world) => {
    const { num_ack_pending, num_waiting, num_pending, config } = await infoOf(world, 'SATURATED');
    if (num_waiting === 0 || num_pending === 0) throw new Error('Pulls were to wait beside pending messages');
    return {
      severity: 'critical',
      subject: consumerOf('SATURATED'),
      title: 'SATURATED > app delivers nothing more until something is acknowledged',
      evidence: new RegExp(
        `^${num_ack_pending} of ${config.max_ack_pending} unacknowledged, never below 100 % in the last 1\\d min$`,
      ),
      since: 'before',
      cure: /Run more of it/,
    };
  },
  cure: async (world) => {
    await fullPlace.ackAll();
    // What the pull that waited gets goes to nobody.
    await world.jsm.streams.purge('SATURATED');
    await world.jsm.consumers.delete('SATURATED', 'app');
  },
};

const silentPlace = placeOf('SILENT');
const stalledAcks: Scenario = {
  rule: 'consumer_stalled_acks',
  prepare: silentPlace.prepare,
  provoke: async (world) => {
    await publish(world, 'SILENT', 3);
    await silentPlace.take(world, 3);
    await silentPlace.taken.shift()?.ackAck();
  },
  expected: async (world): Promise<Expected> => {
    const { num_ack_pending, ack_floor } = await infoOf(world, 'SILENT');
    return {
      severity: 'warning',
      subject: consumerOf('SILENT'),
      evidence: new RegExp(
        `^${num_ack_pending} messages are unacknowledged, the last acknowledgement came 1\\d min ago$`,
      ),
      since: { atMs: Date.parse(String(ack_floor.last_active)) },
      cure: /acknowledge on a connection that is gone/,
    };
  },
  cure: silentPlace.ackAll,
};

const againPlace = placeOf('AGAIN');
const redelivery: Scenario = {
  rule: 'consumer_redelivery',
  prepare: againPlace.prepare,
  provoke: async (world) => {
    await publish(world, 'AGAIN', 4);
    await againPlace.take(world, 4);
    for (const message of againPlace.taken.splice(0, 2)) message.nak();
    await againPlace.take(world, 4);
  },
  expected: async (world) => {
    const { num_redelivered, num_ack_pending } = await infoOf(world, 'AGAIN');
    return {
      severity: 'warning',
      subject: consumerOf('AGAIN'),
      evidence: `${num_redelivered} of ${num_ack_pending} unacknowledged messages were delivered more than once`,
      since: 'before',
      cure: /ack_wait is shorter.*max_deliver and a backoff/,
    };
  },
  cure: againPlace.ackAll,
};

const heldUp: { subscription?: Subscription } = {};
const idlePlace = placeOf('HELDUP', { deliver_subject: 'to.heldup', max_ack_pending: 1 });
const idlePush: Scenario = {
  rule: 'consumer_idle_push',
  also: ['consumer_ack_saturated'],
  prepare: idlePlace.prepare,
  provoke: async (world) => {
    heldUp.subscription = world.nc.subscribe('to.heldup', { callback: () => undefined });
    await world.nc.flush();
    await publish(world, 'HELDUP', 3);
    await eventually(async () => (await infoOf(world, 'HELDUP')).num_ack_pending === 1);
  },
  expected: async (world) => {
    const { num_pending, delivered } = await infoOf(world, 'HELDUP');
    return {
      severity: 'warning',
      subject: consumerOf('HELDUP'),
      evidence: new RegExp(`^${num_pending} messages are pending, the last delivery was 1\\d min ago$`),
      since: { atMs: Date.parse(String(delivered.last_active)) },
      cure: /flow control, rate limit and max_ack_pending/,
    };
  },
  cure: async ({ jsm }) => {
    heldUp.subscription?.unsubscribe();
    await jsm.consumers.delete('HELDUP', 'app');
  },
};

const behindPlace = placeOf('BEHIND');
const fallingBehind: Scenario = {
  rule: 'consumer_falling_behind',
  also: ['consumer_no_subscriber'],
  prepare: behindPlace.prepare,
  provoke: (world) => publish(world, 'BEHIND', 2000),
  between: (world) => publish(world, 'BEHIND', 100),
  expected: async (world) => ({
    severity: 'warning',
    subject: consumerOf('BEHIND'),
    title: 'BEHIND > app falls behind',
    evidence: new RegExp(
      `^lag ${count((await infoOf(world, 'BEHIND')).num_pending)}, growing by 2,(?:3[5-9]\\d|400) an hour$`,
    ),
    since: null,
    cure: /Run more instances/,
  }),
  cure: behindPlace.readAll,
};

const losingPlace = placeOf('LOSING', {}, { max_msgs_per_subject: 2 });
const lossRisk: Scenario = {
  rule: 'consumer_loss_risk',
  also: ['consumer_no_subscriber'],
  prepare: async (world) => {
    await losingPlace.prepare(world);
    await publish(world, 'LOSING', 5);
    await losingPlace.take(world, 2);
    await losingPlace.ackAll();
  },
  provoke: (world) => publish(world, 'LOSING', 2),
  between: (world) => publish(world, 'LOSING', 4),
  expected: async (world) => {
    const { state } = await world.jsm.streams.info('LOSING');
    const { delivered } = await infoOf(world, 'LOSING');
    return {
      severity: 'warning',
      subject: consumerOf('LOSING'),
      title: 'LOSING drops messages before app has seen them',
      evidence: new RegExp(
        `^the stream starts at ${state.first_seq}, the consumer is at ${delivered.stream_seq}, and \\d+ sequences went in the window$`,
      ),
      since: null,
      cure: /Raise the limits of the stream/,
    };
  },
  cure: losingPlace.readAll,
};

const pausedPlace = placeOf('PAUSED');
const paused: Scenario = {
  rule: 'consumer_paused',
  prepare: pausedPlace.prepare,
  provoke: async (world) => {
    await world.jsm.consumers.pause('PAUSED', 'app', new Date(world.now() + 86_400_000));
    await publish(world, 'PAUSED', 6);
  },
  expected: async (world) => ({
    severity: 'info',
    subject: consumerOf('PAUSED'),
    evidence: `${(await infoOf(world, 'PAUSED')).num_pending} messages wait until it goes on`,
    since: 'before',
    cure: /Resume it/,
  }),
  cure: async (world) => {
    await world.jsm.consumers.resume('PAUSED', 'app');
    await pausedPlace.readAll(world);
  },
};

const leaked: string[] = [];
const leak: Scenario = {
  rule: 'consumer_leak',
  prepare: async ({ jsm }) => {
    await jsm.streams.add({ name: 'LEAKY', subjects: ['leaky.>'] });
  },
  provoke: async ({ jsm }) => {
    const config = { inactive_threshold: longWait, mem_storage: true };
    while (leaked.length < 820) {
      const made = await Promise.all(Array.from({ length: 82 }, () => jsm.consumers.add('LEAKY', config)));
      leaked.push(...made.map(({ name }) => name));
    }
  },
  expected: async ({ jsm }) => ({
    severity: 'warning',
    subject: { kind: 'stream', stream: 'LEAKY' },
    evidence: `${count((await jsm.streams.info('LEAKY')).state.consumer_count)} ephemeral consumers`,
    since: 'first',
    cure: /inactive_threshold/,
  }),
  cure: async ({ jsm }) => {
    while (leaked.length > 0)
      await Promise.all(leaked.splice(0, 100).map((name) => jsm.consumers.delete('LEAKY', name)));
  },
};

/** Given up by their number of deliveries and by the application: one finding, since the first of them. */
const lettersPlace = placeOf('LETTERS', { ack_wait: nanos(200), max_deliver: 1 });
const letters: { times: number[] } = { times: [] };
const deadLetters: Scenario = {
  rule: 'dead_letters',
  prepare: lettersPlace.prepare,
  provoke: async (world) => {
    const times: number[] = [];
    const subscription = world.nc.subscribe('$JS.EVENT.ADVISORY.CONSUMER.*.LETTERS.app', {
      callback: (error, message) => {
        if (!error) times.push(Date.parse(message.json<{ timestamp: string }>().timestamp));
      },
    });
    await publish(world, 'LETTERS', 3);
    await lettersPlace.take(world, 3);
    lettersPlace.taken.shift()?.term('no such order');
    await eventually(() => times.length === 3);
    subscription.unsubscribe();
    letters.times = times;
  },
  expected: async () => ({
    severity: 'warning',
    subject: consumerOf('LETTERS'),
    title: 'LETTERS > app gave messages up',
    // Which of the two that timed out is the last is the server's choice.
    evidence: /^3 in the last hour; the last: Consumer app of LETTERS gave up message [23] after 1 deliveries$/,
    since: { atMs: Math.min(...letters.times) },
    cure: /dead letters/,
  }),
  cure: async ({ jsm }) => {
    await jsm.streams.purge('LETTERS');
  },
};

export const consumerScenarios: readonly Scenario[] = [
  stuck,
  noSubscriber,
  unbound,
  almostSaturated,
  saturated,
  stalledAcks,
  redelivery,
  idlePush,
  fallingBehind,
  lossRisk,
  paused,
  leak,
  deadLetters,
];
