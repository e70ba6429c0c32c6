import { DiscardPolicy } from '@nats-io/jetstream';
import { bytes, count, percent } from '../../../backend/server/src/query/findings/say';
import { eventually } from '../setup/wait';
import type { Subject } from './expectation';
import type { Scenario } from './scenario';
import type { World } from './world';

const streamOf = (stream: string): Subject => ({ kind: 'stream', stream });
export const subjectFor = (stream: string): string => `${stream.toLowerCase()}.a`;

/** Publishes so many, and knows that all are stored. */
export async function publish({ nc, js }: World, stream: string, messages: number, payload = 'x'): Promise<void> {
  for (let n = 1; n < messages; n++) nc.publish(subjectFor(stream), payload);
  if (messages > 0) await js.publish(subjectFor(stream), payload);
}

const fullByMessages: Scenario = {
  rule: 'stream_near_limit',
  prepare: async ({ jsm }) => {
    await jsm.streams.add({ name: 'MESSAGES', subjects: ['messages.>'], max_msgs: 10, discard: DiscardPolicy.New });
  },
  provoke: (world) => publish(world, 'MESSAGES', 9),
  expected: async ({ jsm }) => {
    const { state, config } = await jsm.streams.info('MESSAGES');
    return {
      severity: 'critical',
      subject: streamOf('MESSAGES'),
      title: 'MESSAGES is near its limit',
      evidence: `${state.messages} of ${config.max_msgs} messages (90 %)`,
      since: 'before',
      cure: /publishes are refused .discard new.*Raise the limit/,
    };
  },
  cure: async ({ jsm }) => {
    await jsm.streams.purge('MESSAGES');
  },
};

const fullByBytes: Scenario = {
  rule: 'stream_near_limit',
  prepare: async ({ jsm }) => {
    await jsm.streams.add({ name: 'BYTES', subjects: ['bytes.>'], max_bytes: 1_000_000 });
  },
  provoke: (world) => publish(world, 'BYTES', 8, 'x'.repeat(105_000)),
  expected: async ({ jsm }) => {
    const { state, config } = await jsm.streams.info('BYTES');
    return {
      severity: 'warning',
      subject: streamOf('BYTES'),
      evidence: `${bytes(state.bytes)} of ${bytes(config.max_bytes)} (${percent(state.bytes / config.max_bytes)})`,
      since: 'before',
      cure: /oldest messages are dropped .discard old/,
    };
  },
  cure: async ({ jsm }) => {
    const { config } = await jsm.streams.info('BYTES');
    await jsm.streams.update('BYTES', { ...config, max_bytes: 10_000_000 });
  },
};

/** Fifty more every two and a half minutes of the console's time. */
const filling: Scenario = {
  rule: 'stream_limit_eta',
  prepare: async ({ jsm }) => {
    await jsm.streams.add({ name: 'FILLING', subjects: ['filling.>'], max_msgs: 10_000 });
  },
  provoke: (world) => publish(world, 'FILLING', 4000),
  between: (world) => publish(world, 'FILLING', 50),
  expected: async ({ jsm }) => {
    const { state, config } = await jsm.streams.info('FILLING');
    return {
      severity: 'warning',
      subject: streamOf('FILLING'),
      title: 'FILLING meets its limit in 5 h',
      // The pace by the collector's clock, whose steps take some real milliseconds more than they say.
      evidence: new RegExp(
        `^${count(config.max_msgs - state.messages)} messages left, growing by 1,(?:19\\d|200) messages an hour$`,
      ),
      since: null,
      cure: /oldest messages go. Raise the limit/,
    };
  },
  cure: async ({ jsm }) => {
    const { config } = await jsm.streams.info('FILLING');
    await jsm.streams.update('FILLING', { ...config, max_msgs: 1_000_000 });
  },
};

const manyConsumers: Scenario = {
  rule: 'stream_consumer_limit',
  prepare: async ({ jsm }) => {
    await jsm.streams.add({ name: 'CROWDED', subjects: ['crowded.>'], max_consumers: 5 });
  },
  provoke: async ({ jsm }) => {
    for (const durable_name of ['a', 'b', 'c', 'd']) await jsm.consumers.add('CROWDED', { durable_name });
  },
  expected: async ({ jsm }) => {
    const { state, config } = await jsm.streams.info('CROWDED');
    return {
      severity: 'warning',
      subject: streamOf('CROWDED'),
      evidence: `${state.consumer_count} of ${config.max_consumers} consumers`,
      since: 'before',
      cure: /raise max_consumers/,
    };
  },
  cure: async ({ jsm }) => {
    await jsm.consumers.delete('CROWDED', 'd');
  },
};

/** A copy that has no room takes nothing more, and its origin is far ahead. */
const sourceLag: Scenario = {
  rule: 'stream_source_lag',
  also: ['stream_near_limit'],
  prepare: async (world) => {
    await world.jsm.streams.add({ name: 'ORIGIN', subjects: ['origin.>'] });
    await publish(world, 'ORIGIN', 5);
    await world.jsm.streams.add({
      name: 'COPY',
      max_msgs: 10,
      discard: DiscardPolicy.New,
      sources: [{ name: 'ORIGIN' }],
    });
  },
  provoke: async (world) => {
    await publish(world, 'ORIGIN', 1500);
    // The copy learns how far ahead its origin is with the next message that it is sent.
    await eventually(async () => ((await world.jsm.streams.info('COPY')).sources?.[0]?.lag ?? 0) >= 1000);
  },
  expected: async ({ jsm }) => {
    const { sources = [] } = await jsm.streams.info('COPY');
    const lag = count(sources[0]?.lag ?? 0);
    return {
      severity: 'warning',
      subject: streamOf('COPY'),
      evidence: `${lag} messages behind, and never less than ${lag} in the last 10 min`,
      since: 'before',
      cure: /connection to the origin.*faster than this stream can store/,
    };
  },
  cure: async ({ jsm }) => {
    const { config } = await jsm.streams.info('COPY');
    await jsm.streams.update('COPY', { ...config, max_msgs: 1_000_000 });
  },
};

export const streamScenarios: readonly Scenario[] = [fullByMessages, fullByBytes, filling, manyConsumers, sourceLag];
