import { AckPolicy, jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClusterRecord } from '../../../backend/server/src/clusters/store';
import { connectTo } from '../setup/nats';
import { startNatsCluster, type NatsCluster } from '../setup/natsCluster';
import { eventually } from '../setup/wait';
import { linksTo, makeTables, openPipeline, recordOf, testClock, type Pipeline, type Tables } from './pipeline';

describe('a cluster whose servers come and go', () => {
  let cluster: NatsCluster;
  let pipeline: Pipeline;
  let tables: Tables;
  let nc: NatsConnection;
  let jsm: JetStreamManager;
  beforeAll(async () => {
    [cluster, pipeline, tables] = await Promise.all([startNatsCluster(), openPipeline(), makeTables()]);
    nc = await connectTo(cluster.urls.join(','), {
      servers: [...cluster.urls],
      user: cluster.app.user,
      pass: cluster.app.password,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
    });
    jsm = await jetstreamManager(nc);
    const js = jetstream(nc);
    for (const [name, num_replicas] of [
      ['R3', 3],
      ['R1', 1],
    ] as const) {
      await jsm.streams.add({ name, subjects: [`${name}.>`], num_replicas });
      for (let n = 0; n < 5; n++) await js.publish(`${name}.x`, 'x', { retries: 20 });
      await jsm.consumers.add(name, { durable_name: 'c', ack_policy: AckPolicy.Explicit });
    }
  });
  afterAll(async () => {
    await nc.close();
    await pipeline.close();
    await tables.drop();
    await cluster.stop();
  });

  const leaderOf = async (stream: string) => (await jsm.streams.info(stream)).cluster?.leader ?? '';
  const newest = async <T>(record: ClusterRecord, table: string, columns: string) => {
    await pipeline.drain(tables.clickhouse);
    return tables.rows<T>(
      `SELECT ${columns} FROM ${table} WHERE cluster_id = '${record.id}'
       AND time >= (SELECT max(time) FROM cluster_samples WHERE cluster_id = '${record.id}') - toIntervalSecond(10)
       ORDER BY ALL`,
    );
  };

  it('finds the figures of a stream whose leader moved between the answers of two servers', async () => {
    const record = recordOf();
    const plain = linksTo(cluster.urls, cluster.app, cluster.system);
    let moved = 0;
    // The real connection; only, after the first server has told its streams, the leader steps down.
    const links: typeof plain = {
      ...plain,
      openFor: async (wanted, side) => {
        const link = await plain.openFor(wanted, side);
        if (!link || side !== 'system') return link;
        const request: NatsConnection['request'] = async (subject, payload, options) => {
          const reply = await link.nc.request(subject, payload, options);
          if (String(payload).includes('"streams":true') && moved++ === 0) {
            const before = await leaderOf('R3');
            await nc.request('$JS.API.STREAM.LEADER.STEPDOWN.R3');
            await eventually(async () => {
              const now = await leaderOf('R3').catch(() => '');
              return now !== '' && now !== before;
            });
          }
          return reply;
        };
        const moving = new Proxy(link.nc, {
          get: (target, name) => {
            if (name === 'request') return request;
            const value: unknown = Reflect.get(target, name, target);
            return typeof value === 'function' ? value.bind(target) : value;
          },
        });
        return { ...link, nc: moving };
      },
    };
    const collector = pipeline.collector({ record, links, clock: testClock() });
    expect(await collector.turn()).toMatchObject({ ok: true });
    expect(moved).toBeGreaterThan(1);
    const rows = await newest(record, 'stream_metrics', 'stream, state, messages_total');
    expect(rows).toEqual([
      { stream: 'R1', state: 'ok', messages_total: 5 },
      { stream: 'R3', state: 'ok', messages_total: 5 },
    ]);
    await plain.close();
  });

  it('calls what a stopped server held unknown, never zero, and counts on when it is back', async () => {
    const record = recordOf();
    const links = linksTo(cluster.urls, cluster.app, cluster.system);
    const clock = testClock();
    const collector = pipeline.collector({ record, links, clock });
    const sample = async () => {
      clock.pass(15_000);
      return collector.turn();
    };
    expect(await sample()).toMatchObject({ ok: true });
    const holds = await leaderOf('R1');
    const holder = cluster.nodes.find(({ name }) => name === holds);
    await holder?.halt();
    await eventually(async () => (await leaderOf('R3').catch(() => '')) !== '');
    const during = await eventually(async () => {
      const turn = await sample();
      if (!turn.ok) return false;
      const rows = await newest<{ stream: string; state: string; messages: number | null; unknown: boolean }>(
        record,
        'stream_metrics',
        'stream, state, messages_total AS messages, unknown',
      );
      return rows.find(({ stream, state }) => stream === 'R3' && state === 'ok') ? rows : false;
    });
    expect(during).toEqual([
      { stream: 'R1', state: 'unknown', messages: null, unknown: true },
      { stream: 'R3', state: 'ok', messages: 5, unknown: false },
    ]);
    const consumers = await newest(record, 'consumer_metrics', 'stream, consumer, state, num_pending');
    expect(consumers).toContainEqual({ stream: 'R1', consumer: 'c', state: 'unknown', num_pending: null });
    expect(await newest(record, 'server_metrics', 'server, state, cpu IS NULL AS nothing')).toContainEqual({
      server: holder?.name,
      state: 'unknown',
      nothing: 1,
    });
    const whole = await newest(
      record,
      'cluster_samples',
      'reachable, servers, servers_expected, streams, streams_unknown, consumers_unknown, meta_leader',
    );
    expect(whole).toEqual([
      {
        reachable: true,
        servers: 2,
        servers_expected: 3,
        streams: 2,
        streams_unknown: 1,
        consumers_unknown: 1,
        meta_leader: true,
      },
    ]);
    await holder?.start();
    await eventually(async () => (await leaderOf('R1').catch(() => '')) !== '');
    await jetstream(nc).publish('R1.x', 'x', { retries: 50 });
    const back = await eventually(async () => {
      if (!(await sample()).ok) return false;
      const rows = await newest<{ stream: string; state: string; published: number; elapsed_ms: number }>(
        record,
        'stream_metrics',
        'stream, state, published, elapsed_ms',
      );
      return rows.find(({ stream, state, published }) => stream === 'R1' && state === 'ok' && published > 0);
    });
    // One message, over all the time in which nobody could ask.
    expect(back.published).toBe(1);
    expect(back.elapsed_ms).toBeGreaterThan(15_000);
    await links.close();
  });
});
