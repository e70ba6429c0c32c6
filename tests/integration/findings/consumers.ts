import { AckPolicy } from '@nats-io/jetstream';
import type { Subscription } from '@nats-io/transport-node';
import { count } from '../../../backend/server/src/query/findings/say';
import { eventually } from '../setup/wait';
import { consumerOf, infoOf, longWait, placeOf, pull } from './places';
import type { Scenario } from './scenario';
import { publish } from './streams';

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
  // A server of 2.15 and newer allows a stream 1,000 consumers where neither sets a limit.
  also: ['stream_consumer_limit'],
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

export const consumerScenarios: readonly Scenario[] = [
  stuck,
  noSubscriber,
  unbound,
  idlePush,
  fallingBehind,
  lossRisk,
  paused,
  leak,
];
