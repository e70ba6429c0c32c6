import {
  AckPolicy,
  jetstream,
  jetstreamManager,
  StorageType,
  type ConsumerInfo,
  type JetStreamAccountStats,
  type StreamInfo,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectTo } from '../setup/nats';
import { startNatsCluster, type NatsCluster } from '../setup/natsCluster';
import { eventually } from '../setup/wait';
import { linksTo, makeTables, openPipeline, recordOf, testClock, type Pipeline, type Tables } from './pipeline';

/** Twenty streams of one to three replicas, four consumers each, of which every second has taken some messages. */
async function fill(nc: NatsConnection): Promise<void> {
  const jsm = await jetstreamManager(nc);
  const js = jetstream(nc);
  for (let s = 0; s < 20; s++) {
    const name = `S${s}`;
    await jsm.streams.add({ name, subjects: [`s${s}.>`], num_replicas: s % 2 === 0 ? 3 : 1, max_bytes: 1_000_000 });
    for (let m = 0; m < 10; m++)
      await js.publish(`s${s}.${m % 2 === 0 ? 'even' : 'odd'}`, 'x'.repeat(50 + m), { retries: 20 });
    for (let c = 0; c < 4; c++)
      await jsm.consumers.add(name, {
        durable_name: `c${c}`,
        ack_policy: AckPolicy.Explicit,
        max_ack_pending: 100,
        ...(c % 2 === 1 && { filter_subject: `s${s}.odd` }),
      });
    const taken = await (await js.consumers.get(name, 'c0')).fetch({ max_messages: 7, expires: 2000 });
    let i = 0;
    for await (const message of taken) if (i++ < 4) await message.ackAck();
    await jsm.streams.deleteMessage(name, 3);
  }
  // What lies in memory counts apart from what lies in files, of three copies as of one.
  for (const num_replicas of [1, 3]) {
    const name = `M${num_replicas}`;
    await jsm.streams.add({ name, subjects: [`m${num_replicas}.>`], num_replicas, storage: StorageType.Memory });
    for (let m = 0; m < 10; m++) await js.publish(`m${num_replicas}.x`, 'x'.repeat(70), { retries: 20 });
  }
}

interface StoredStream {
  stream: string;
  account: string;
  own: boolean;
  state: string;
  leader: string;
  messages_total: number;
  bytes_total: number;
  first_seq: number;
  last_seq: number;
  num_deleted: number;
  num_subjects: number;
  consumer_count: number;
  max_bytes: number;
  replicas: number;
  created: string;
}
interface StoredConsumer {
  stream: string;
  consumer: string;
  state: string;
  leader: string;
  num_pending: number;
  ack_pending: number;
  redelivered: number;
  waiting: number;
  delivered_seq: number;
  delivered_consumer_seq: number;
  ack_floor: number;
  ack_floor_consumer_seq: number;
  max_ack_pending: number;
}

const streamOf = (info: StreamInfo): StoredStream => ({
  stream: info.config.name,
  account: 'APP',
  own: true,
  state: 'ok',
  leader: info.cluster?.leader ?? '',
  messages_total: info.state.messages,
  bytes_total: info.state.bytes,
  first_seq: info.state.first_seq,
  last_seq: info.state.last_seq,
  num_deleted: info.state.num_deleted ?? 0,
  num_subjects: info.state.num_subjects ?? 0,
  consumer_count: info.state.consumer_count,
  max_bytes: info.config.max_bytes,
  replicas: info.config.num_replicas,
  created: info.created.slice(0, 23).replace('T', ' '),
});
const consumerOf = (info: ConsumerInfo): StoredConsumer => ({
  stream: info.stream_name,
  consumer: info.name,
  state: 'ok',
  leader: info.cluster?.leader ?? '',
  num_pending: info.num_pending,
  ack_pending: info.num_ack_pending,
  redelivered: info.num_redelivered,
  waiting: info.num_waiting,
  delivered_seq: info.delivered.stream_seq,
  delivered_consumer_seq: info.delivered.consumer_seq,
  ack_floor: info.ack_floor.stream_seq,
  ack_floor_consumer_seq: info.ack_floor.consumer_seq,
  max_ack_pending: info.config.max_ack_pending ?? -1,
});

describe('figures of a quiet cluster of three are those of INFO', () => {
  let cluster: NatsCluster;
  let pipeline: Pipeline;
  let tables: Tables;
  let nc: NatsConnection;
  beforeAll(async () => {
    [cluster, pipeline, tables] = await Promise.all([startNatsCluster(), openPipeline(), makeTables()]);
    nc = await connectTo(cluster.urls[0] ?? '', { user: cluster.app.user, pass: cluster.app.password });
    await fill(nc);
  });
  afterAll(async () => {
    await nc.close();
    await pipeline.close();
    await tables.drop();
    await cluster.stop();
  });

  const infos = async () => {
    const jsm = await jetstreamManager(nc);
    const streams: StoredStream[] = [];
    const consumers: StoredConsumer[] = [];
    for await (const { config } of jsm.streams.list()) {
      streams.push(streamOf(await jsm.streams.info(config.name)));
      for await (const { name } of jsm.consumers.list(config.name))
        consumers.push(consumerOf(await jsm.consumers.info(config.name, name)));
    }
    return { streams, consumers };
  };
  const columns = (sample: object) => Object.keys(sample).join(', ');

  it.each(['system', 'account'] as const)('over the %s', async (mode) => {
    const record = recordOf();
    const links = linksTo(cluster.urls, cluster.app, mode === 'system' ? cluster.system : null);
    const clock = testClock();
    const collector = pipeline.collector({ record, links, clock });
    // Twice: the second one has something to compare with.
    expect(await collector.turn()).toMatchObject({ ok: true, lost: 0 });
    clock.pass(15_000);
    expect(await collector.turn()).toMatchObject({ ok: true, lost: 0 });
    await pipeline.drain(tables.clickhouse);
    const expected = await infos();
    expect(expected.consumers).toHaveLength(80);
    const newest = `cluster_id = '${record.id}' AND time = (SELECT max(time) FROM stream_metrics WHERE cluster_id = '${record.id}')`;
    const streams = await tables.rows<StoredStream>(
      `SELECT ${columns(expected.streams[0] ?? {})} FROM stream_metrics WHERE ${newest} ORDER BY stream`,
    );
    const consumers = await tables.rows<StoredConsumer>(
      `SELECT ${columns(expected.consumers[0] ?? {})} FROM consumer_metrics WHERE ${newest} ORDER BY stream, consumer`,
    );
    const by = <T extends { stream: string; consumer?: string }>(list: T[]) =>
      [...list].sort((a, b) => `${a.stream} ${a.consumer}`.localeCompare(`${b.stream} ${b.consumer}`));
    expect(by(streams)).toEqual(by(expected.streams));
    expect(by(consumers)).toEqual(by(expected.consumers));
    await links.close();
  });

  interface StoredAccount {
    memory: number;
    storage: number;
    max_memory: number;
    max_storage: number;
    total: number;
    failed: number;
    api_requests: number;
    api_errors: number;
    reset: string;
  }
  it.each(['system', 'account'] as const)('of the account as a whole, over the %s', async (mode) => {
    const record = recordOf();
    const links = linksTo(cluster.urls, cluster.app, mode === 'system' ? cluster.system : null);
    const clock = testClock();
    const collector = pipeline.collector({ record, links, clock });
    const jsm = await jetstreamManager(nc);
    const whole = async (): Promise<JetStreamAccountStats> => jsm.getAccountInfo();
    const newest = async () => {
      await pipeline.drain(tables.clickhouse);
      const rows = await tables.rows<StoredAccount>(
        `SELECT memory, storage, max_memory, max_storage, api_requests_total AS total, api_errors_total AS failed, api_requests, api_errors, reset
         FROM account_metrics WHERE cluster_id = '${record.id}' ORDER BY time DESC LIMIT 1`,
      );
      return rows[0] ?? expect.fail('there is no row of the account');
    };
    const turn = async () => {
      const before = await whole();
      clock.pass(15_000);
      expect(await collector.turn()).toMatchObject({ ok: true, lost: 0 });
      const row = await newest();
      const after = await whole();
      expect(row).toMatchObject({ memory: after.memory, storage: after.storage, failed: after.api.errors });
      expect([row.max_memory, row.max_storage]).toEqual([after.limits.max_memory, after.limits.max_storage]);
      expect(row.total).toBeGreaterThanOrEqual(before.api.total);
      expect(row.total).toBeLessThanOrEqual(after.api.total);
      return row;
    };
    expect((await whole()).memory).toBeGreaterThan(0);
    // Servers tell each other what they use every second or so.
    await eventually(async () => {
      clock.pass(15_000);
      await collector.turn();
      const [row, { memory, storage }] = [await newest(), await whole()];
      return row.memory === memory && row.storage === storage;
    });
    const first = await turn();
    for (let n = 0; n < 40; n++) await jsm.streams.info('NOT_THERE').catch(() => null);
    const second = await turn();
    expect(second).toMatchObject({ api_errors: 40, api_requests: second.total - first.total, reset: '' });
    await links.close();
  });
});
