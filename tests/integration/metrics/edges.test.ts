import { AckPolicy, jetstream, jetstreamManager, StorageType, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Collector } from '../../../backend/server/src/metrics/collect/collector';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { linksTo, makeTables, openPipeline, recordOf, testClock, type Pipeline, type Tables } from './pipeline';

/** Two pages of streams, and of a stream's consumers; deleting the first of all moves this one onto the first page. */
const count = 300;
const nameOf = (prefix: string, i: number) => `${prefix}${String(i).padStart(3, '0')}`;
const [first, edge] = [0, 256];

let server: NatsServer;
let pipeline: Pipeline;
let tables: Tables;
let nc: NatsConnection;
let jsm: JetStreamManager;
let collector: Collector;
let links: ReturnType<typeof linksTo>;
/** done once, between the first page of a list and the next */
let between: { readonly list: string; readonly act: () => Promise<unknown> } | null = null;
const record = recordOf();
const clock = testClock();

beforeAll(async () => {
  [server, pipeline, tables] = await Promise.all([startNatsServer(), openPipeline(), makeTables()]);
  nc = await connectTo(server.url);
  jsm = await jetstreamManager(nc);
  for (let i = 0; i < count; i++)
    await jsm.streams.add({ name: nameOf('S', i), subjects: [nameOf('s', i)], storage: StorageType.Memory });
  await jsm.streams.add({ name: 'Z', subjects: ['z'], storage: StorageType.Memory });
  for (let i = 0; i < count; i++)
    await jsm.consumers.add('Z', { durable_name: nameOf('c', i), ack_policy: AckPolicy.None, mem_storage: true });
  links = linksTo([server.url], { user: '', password: '' }, null);
  // The real connection; only, something happens between two of its answers.
  const openFor: typeof links.openFor = async (wanted, side) => {
    const link = await links.openFor(wanted, side);
    if (!link) return link;
    const request: NatsConnection['request'] = async (subject, payload, options) => {
      const reply = await link.nc.request(subject, payload, options);
      if (between && subject.endsWith(between.list)) {
        const { act } = between;
        between = null;
        await act();
      }
      return reply;
    };
    const watched = new Proxy(link.nc, {
      get: (target, name) => {
        if (name === 'request') return request;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    return { ...link, nc: watched };
  };
  collector = pipeline.collector({ record, links: { ...links, openFor }, clock });
});
afterAll(async () => {
  await links.close();
  await nc.close();
  await pipeline.close();
  await tables.drop();
  await server.stop();
});

const turn = async () => {
  clock.pass(15_000);
  expect(await collector.turn()).toMatchObject({ ok: true, lost: 0 });
};
const rows = async <T>(table: string, columns: string, where: string) => {
  await pipeline.drain(tables.clickhouse);
  return tables.rows<T>(`SELECT ${columns} FROM ${table} WHERE cluster_id = '${record.id}' AND ${where} ORDER BY time`);
};

it('a stream that a page passes over is unknown, and counted on when it is named again', async () => {
  const [gone, passed] = [nameOf('S', first), nameOf('S', edge)];
  const publish = async (messages: number) => {
    for (let n = 0; n < messages; n++) await jetstream(nc).publish(nameOf('s', edge), 'x');
  };
  await publish(50);
  await turn();
  between = { list: 'STREAM.LIST', act: () => jsm.streams.delete(gone) };
  await publish(2);
  await turn();
  expect(between).toBeNull();
  await publish(3);
  await turn();
  await turn();
  const columns = 'state, published, round(elapsed_ms / 15000) AS turns, reset';
  expect((await rows('stream_metrics', columns, `stream = '${passed}'`)).slice(-4)).toEqual([
    { state: 'ok', published: 0, turns: 0, reset: 'first' },
    { state: 'unknown', published: 0, turns: 0, reset: '' },
    { state: 'ok', published: 5, turns: 2, reset: '' },
    { state: 'ok', published: 0, turns: 1, reset: '' },
  ]);
  expect(await rows('stream_metrics', 'state', `stream = '${gone}'`)).toHaveLength(2);
});

it('a consumer that a page passes over is unknown, and counted on when it is named again', async () => {
  const [gone, passed] = [nameOf('c', first), nameOf('c', edge)];
  const take = async (messages: number) => {
    for (let n = 0; n < messages; n++) await jetstream(nc).publish('z', 'x');
    const consumer = await jetstream(nc).consumers.get('Z', passed);
    for await (const message of await consumer.fetch({ max_messages: messages, expires: 2000 }))
      expect(message.seq).toBeGreaterThan(0);
  };
  await take(50);
  await turn();
  between = { list: 'CONSUMER.LIST.Z', act: () => jsm.consumers.delete('Z', gone) };
  await take(2);
  await turn();
  expect(between).toBeNull();
  await take(3);
  await turn();
  await turn();
  const columns = 'state, delivered, round(elapsed_ms / 15000) AS turns, reset';
  expect((await rows('consumer_metrics', columns, `consumer = '${passed}'`)).slice(-3)).toEqual([
    { state: 'unknown', delivered: 0, turns: 0, reset: '' },
    { state: 'ok', delivered: 5, turns: 2, reset: '' },
    { state: 'ok', delivered: 0, turns: 1, reset: '' },
  ]);
  expect((await rows('consumer_metrics', 'state', `consumer = '${gone}'`)).at(-1)).toEqual({ state: 'ok' });
});
