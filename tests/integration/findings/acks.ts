import { nanos } from '@nats-io/transport-node';
import { eventually } from '../setup/wait';
import type { Expected } from './expectation';
import { consumerOf, infoOf, placeOf, pull } from './places';
import type { Scenario } from './scenario';
import { publish } from './streams';

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

export const ackScenarios: readonly Scenario[] = [almostSaturated, saturated, stalledAcks, redelivery, deadLetters];
