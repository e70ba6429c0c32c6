import {
  AckPolicy,
  jetstream,
  jetstreamManager,
  type JetStreamClient,
  type JetStreamManager,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Collector } from '../../../backend/server/src/metrics/collect/collector';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import {
  linksTo,
  makeTables,
  openPipeline,
  recordOf,
  testClock,
  type Pipeline,
  type Tables,
  type TestClock,
} from './pipeline';

const config = `accounts {
  SYS { users: [{ user: sys, password: sys }] }
  APP { jetstream: enabled, users: [{ user: app, password: app }] }
}
system_account: SYS`;
const app = { user: 'app', password: 'app' };
const system = { user: 'sys', password: 'sys' };

describe.each(['system', 'account'] as const)('what changes between two samples, over the %s', (mode) => {
  let server: NatsServer;
  let pipeline: Pipeline;
  let tables: Tables;
  let nc: NatsConnection;
  let jsm: JetStreamManager;
  let js: JetStreamClient;
  let clock: TestClock;
  let collector: Collector;
  const record = recordOf();
  beforeAll(async () => {
    [server, pipeline, tables] = await Promise.all([startNatsServer({ config }), openPipeline(), makeTables()]);
    nc = await connectTo(server.url, { user: 'app', pass: 'app' });
    [js, jsm] = [jetstream(nc), await jetstreamManager(nc)];
    clock = testClock();
    collector = pipeline.collector({
      record,
      links: linksTo([server.url], app, mode === 'system' ? system : null),
      clock,
    });
  });
  afterAll(async () => {
    await nc.close();
    await pipeline.close();
    await tables.drop();
    await server.stop();
  });

  const publish = async (subject: string, count: number) => {
    for (let n = 0; n < count; n++) await js.publish(subject, 'x');
  };
  const sample = async () => {
    clock.pass(15_000);
    expect(await collector.turn()).toMatchObject({ ok: true, lost: 0 });
  };
  const streamRows = async (stream: string) => {
    await pipeline.drain(tables.clickhouse);
    return tables.rows<{ published: number; elapsed: number; reset: string; messages: number; growth: number }>(
      `SELECT published, round(elapsed_ms / 15000) AS elapsed, reset, messages_total AS messages, bytes_growth AS growth
       FROM stream_metrics WHERE cluster_id = '${record.id}' AND stream = '${stream}' ORDER BY time`,
    );
  };
  const consumerRows = async (stream: string, consumer: string) => {
    await pipeline.drain(tables.clickhouse);
    return tables.rows<{ delivered: number; advance: number; elapsed: number; reset: string; consumers: number }>(
      `SELECT delivered, ack_floor_advance AS advance, round(elapsed_ms / 15000) AS elapsed, reset, consumers
       FROM consumer_metrics WHERE cluster_id = '${record.id}' AND stream = '${stream}' AND consumer = '${consumer}' ORDER BY time`,
    );
  };
  const take = async (stream: string, consumer: string, count: number) => {
    const messages = await (await js.consumers.get(stream, consumer)).fetch({ max_messages: count, expires: 2000 });
    for await (const message of messages) await message.ackAck();
  };

  it('a purge takes messages, and nothing of what was published', async () => {
    await jsm.streams.add({ name: 'PURGED', subjects: ['purged'] });
    await publish('purged', 10);
    await sample();
    await publish('purged', 5);
    await jsm.streams.purge('PURGED');
    await sample();
    await publish('purged', 2);
    await sample();
    const rows = await streamRows('PURGED');
    expect(rows.slice(1).map(({ published, messages, reset }) => [published, messages, reset])).toEqual([
      [5, 0, ''],
      [2, 2, ''],
    ]);
    expect(rows[1]?.growth).toBeLessThan(0);
  });

  it('a full stream that lets the oldest go still counts all that comes', async () => {
    await jsm.streams.add({ name: 'FULL', subjects: ['full'], max_msgs: 3 });
    await publish('full', 3);
    await sample();
    await publish('full', 50);
    await sample();
    expect((await streamRows('FULL')).at(-1)).toMatchObject({ published: 50, messages: 3, growth: 0 });
  });

  it('a stream that is made anew under its name counts from its start', async () => {
    await jsm.streams.add({ name: 'AGAIN', subjects: ['again'] });
    await publish('again', 100);
    await sample();
    await jsm.streams.delete('AGAIN');
    await jsm.streams.add({ name: 'AGAIN', subjects: ['again'] });
    await publish('again', 4);
    await sample();
    expect((await streamRows('AGAIN')).at(-1)).toMatchObject({ published: 4, elapsed: 1, reset: 'recreated' });
  });

  it('a stream that was not there before counts from its start, one that is gone has no row', async () => {
    await sample();
    await jsm.streams.add({ name: 'NEW', subjects: ['new'] });
    await publish('new', 3);
    await sample();
    expect(await streamRows('NEW')).toMatchObject([{ published: 3, elapsed: 1, reset: 'new' }]);
    await jsm.streams.delete('NEW');
    await sample();
    expect(await streamRows('NEW')).toHaveLength(1);
  });

  it('a consumer that is reset claims nothing for that interval, and counts on', async () => {
    await jsm.streams.add({ name: 'RESET', subjects: ['reset'] });
    await jsm.consumers.add('RESET', { durable_name: 'c', ack_policy: AckPolicy.Explicit });
    await publish('reset', 20);
    await sample();
    await take('RESET', 'c', 12);
    await sample();
    const reply = await nc.request('$JS.API.CONSUMER.RESET.RESET.c', JSON.stringify({ seq: 1 }));
    expect(reply.json()).not.toHaveProperty('error');
    await sample();
    await take('RESET', 'c', 7);
    await sample();
    const rows = await consumerRows('RESET', 'c');
    expect(rows[1]).toMatchObject({ delivered: 12, advance: 12, elapsed: 1, reset: '' });
    expect(rows[2]).toMatchObject({ delivered: 0, advance: 0, elapsed: 0, reset: 'reset' });
    expect(rows[3]).toMatchObject({ delivered: 7, advance: 7, elapsed: 1, reset: '' });
  });

  it('ephemeral consumers are one row a stream, however they come and go', async () => {
    await jsm.streams.add({ name: 'SHORT', subjects: ['short'] });
    await publish('short', 10);
    const ephemeral = () => jsm.consumers.add('SHORT', { ack_policy: AckPolicy.Explicit, inactive_threshold: 60e9 });
    const first = await ephemeral();
    await take('SHORT', first.name, 4);
    await sample();
    await jsm.consumers.delete('SHORT', first.name);
    for (const { name } of [await ephemeral(), await ephemeral()]) await take('SHORT', name, 3);
    clock.pass(60_000); // configuration is read at most every half minute
    await sample();
    const rows = await consumerRows('SHORT', '*ephemeral');
    expect(rows.at(-1)).toMatchObject({ consumers: 2, delivered: 6 });
    const names = await tables.rows<{ n: number }>(
      `SELECT uniqExact(consumer) AS n FROM consumer_metrics WHERE cluster_id = '${record.id}' AND stream = 'SHORT'`,
    );
    expect(names).toEqual([{ n: 1 }]);
  });

  it('hourly and daily sums are those of the samples', async () => {
    await pipeline.drain(tables.clickhouse);
    const sums = async (table: string, columns: string) =>
      tables.rows<Record<string, number>>(`SELECT ${columns} FROM ${table} WHERE cluster_id = '${record.id}'`);
    for (const [table, columns] of [
      ['stream_metrics', 'sum(published) AS a, sum(bytes_growth) AS b, sum(elapsed_ms) AS c'],
      ['consumer_metrics', 'sum(delivered) AS a, sum(ack_floor_advance) AS b, sum(elapsed_ms) AS c'],
      ['server_metrics', 'sum(in_msgs) AS a, sum(api_requests) AS b, sum(elapsed_ms) AS c'],
    ] as const) {
      const raw = await sums(table, columns);
      expect(await sums(`${table}_hourly`, columns)).toEqual(raw);
      expect(await sums(`${table}_daily`, columns)).toEqual(raw);
      if (table !== 'server_metrics' || mode === 'system') expect(raw[0]?.['a']).toBeGreaterThan(0);
    }
  });
});
