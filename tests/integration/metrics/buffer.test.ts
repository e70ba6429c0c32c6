import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../../backend/server/src/metrics/pipeline/ingester';
import { makeWorkerMetrics } from '../../../backend/server/src/metrics/gauges';
import { startClickHouse, type Engine } from '../../../scripts/engines/servers';
import { connectTo } from '../setup/nats';
import { startNatsCluster } from '../setup/natsCluster';
import { eventually } from '../setup/wait';
import { openGate, type Gate } from './gate';
import { makeTables, openPipeline, recordOf, silent, testClock, type Pipeline, type Tables } from './pipeline';
import { openShop, type Shop } from './shop';

/** What was counted, in the samples and in both sums of them, and how many samples that were. */
async function counted(tables: Tables, clusterId: string) {
  const of = async (table: string, samples: string) =>
    (
      await tables.rows<{ published: number; samples: number; elapsed: number }>(
        `SELECT sum(published) AS published, ${samples} AS samples, sum(elapsed_ms) AS elapsed FROM ${table} WHERE cluster_id = '${clusterId}'`,
      )
    )[0];
  return {
    raw: await of('stream_metrics', 'count()'),
    hourly: await of('stream_metrics_hourly', 'sum(samples)'),
    daily: await of('stream_metrics_daily', 'sum(samples)'),
  };
}

const portOf = (url: string) => Number(new URL(url).port);

describe('ClickHouse is away for ten minutes', () => {
  let dir: string;
  let engine: Engine;
  let gate: Gate;
  let pipeline: Pipeline;
  let tables: Tables;
  let shop: Shop;
  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'jetstream-console-clickhouse-'));
    engine = await startClickHouse(dir);
    gate = await openGate(portOf(engine.url));
    const through = new URL(engine.url);
    through.port = String(gate.port);
    [pipeline, tables, shop] = await Promise.all([openPipeline(), makeTables(through.toString()), openShop()]);
  });
  afterAll(async () => {
    await shop.stop();
    await pipeline.close();
    await tables.clickhouse.close();
    await gate.close();
    await engine.running.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('and all that was published is in samples, hours and days, once', async () => {
    const clock = testClock();
    const record = recordOf();
    const collector = pipeline.collector({ record, links: shop.links, clock });
    const ending = new AbortController();
    const metrics = makeWorkerMetrics();
    const ingesting = ingest({ own: pipeline.own, clickhouse: tables.clickhouse, log: silent, metrics }, ending.signal);
    const sample = async (messages: number) => {
      await shop.publish(messages);
      clock.pass(15_000);
      expect(await collector.turn()).toMatchObject({ ok: true, lost: 0 });
    };
    const waiting = async () => (await pipeline.own.jsm.streams.info(pipeline.own.names.metrics)).state.messages;
    await sample(0);
    await sample(3);
    await eventually(async () => (await waiting()) === 0);

    gate.lead(null);
    await engine.running.stop('SIGKILL');
    for (let turn = 0; turn < 40; turn++) await sample(turn % 5);
    expect(await waiting()).toBeGreaterThanOrEqual(40);

    engine = await startClickHouse(dir);
    gate.lead(portOf(engine.url));
    await sample(2);
    await eventually(async () => (await waiting()) === 0);
    ending.abort();
    await ingesting.catch(() => undefined);

    const found = await counted(tables, record.id);
    expect(found.raw).toMatchObject({ published: shop.published, samples: 43 });
    expect(found.hourly).toEqual(found.raw);
    expect(found.daily).toEqual(found.raw);
  });
});

describe('the metrics stream is full', () => {
  it('refuses samples, tells so before and after, and counts nothing less for it', async () => {
    const [pipeline, tables, shop] = await Promise.all([
      openPipeline({ maxBytes: 40_000 }),
      makeTables(),
      openShop(20),
    ]);
    const record = recordOf();
    const clock = testClock();
    const collector = pipeline.collector({ record, links: shop.links, clock });
    const sample = async () => {
      await shop.publish(7);
      clock.pass(15_000);
      return collector.turn();
    };
    let lost = 0;
    await collector.turn();
    for (let full = 0; full < 3;) {
      const turn = await sample();
      expect(turn.ok).toBe(true);
      lost += turn.lost;
      if (turn.lost > 0) full++;
      // Its state is kept for five seconds, and no more is needed for an alarm.
      await pipeline.buffer.state();
    }
    expect(lost).toBeGreaterThan(0);
    await pipeline.drain(tables.clickhouse);
    expect(await sample()).toMatchObject({ ok: true, lost: 0 });
    expect(await sample()).toMatchObject({ ok: true, lost: 0 });
    await pipeline.drain(tables.clickhouse);

    const found = await counted(tables, record.id);
    expect(found.raw?.published).toBe(shop.published);
    expect(found.hourly).toEqual(found.raw);
    expect(found.daily).toEqual(found.raw);
    const told = await tables.rows<{ lost: number }>(
      `SELECT sum(samples_lost) AS lost FROM cluster_samples WHERE cluster_id = '${record.id}'`,
    );
    expect(told).toEqual([{ lost }]);
    const events = await tables.rows<{ type: string }>(
      `SELECT DISTINCT type FROM events WHERE cluster_id = '${record.id}' AND type LIKE 'console.%'`,
    );
    expect(events).toContainEqual({ type: 'console.samples_lost' });
    expect(await pipeline.metricsText()).toMatch(new RegExp(`samples_lost_total ${lost}\\b`));
    await shop.stop();
    await pipeline.close();
    await tables.drop();
  });
});

describe('a worker takes a cluster over whose last collection found no room', () => {
  it('the full stream refuses it again, it is told as lost once, and nothing less is counted', async () => {
    const [pipeline, tables, shop] = await Promise.all([openPipeline({ maxBytes: 20_000 }), makeTables(), openShop(5)]);
    const record = recordOf();
    const clock = testClock();
    const collect = () => pipeline.collector({ record, links: shop.links, clock });
    let collector = collect();
    const sample = async () => {
      await shop.publish(7);
      clock.pass(15_000);
      return collector.turn();
    };
    await collector.turn();
    const first = await eventually(async () => {
      const turn = await sample();
      expect(turn.ok).toBe(true);
      return turn.lost > 0 && turn;
    });
    // What it counted of that in memory dies with it: whoever comes next knows it by the outbox alone.
    collector = collect();
    const second = await sample();
    expect(second.ok).toBe(true);
    expect(second.lost).toBeGreaterThan(0);
    await pipeline.drain(tables.clickhouse);
    for (let turn = 0; turn < 2; turn++) expect(await sample()).toMatchObject({ ok: true, lost: 0 });
    await pipeline.drain(tables.clickhouse);

    const found = await counted(tables, record.id);
    expect(found.raw?.published).toBe(shop.published);
    expect(found.hourly).toEqual(found.raw);
    expect(found.daily).toEqual(found.raw);
    const told = await tables.rows<{ lost: number }>(
      `SELECT sum(samples_lost) AS lost FROM cluster_samples WHERE cluster_id = '${record.id}'`,
    );
    expect(told).toEqual([{ lost: first.lost + second.lost }]);
    await shop.stop();
    await pipeline.close();
    await tables.drop();
  });
});

describe("the leader of the console's own stream is killed", () => {
  it('and nothing is lost or doubled', async () => {
    const cluster = await startNatsCluster();
    const natsUrls = cluster.urls.map((url) => url.replace('//', `//${cluster.app.user}:${cluster.app.password}@`));
    const [pipeline, tables, shop] = await Promise.all([
      openPipeline({ natsUrls, replicas: 3 }),
      makeTables(),
      openShop(),
    ]);
    const record = recordOf();
    const clock = testClock();
    const collector = pipeline.collector({ record, links: shop.links, clock });
    const ending = new AbortController();
    const deps = { own: pipeline.own, clickhouse: tables.clickhouse, log: silent, metrics: makeWorkerMetrics() };
    // What the worker's loop does: an interrupted ingestion is taken up again.
    const ingesting = (async () => {
      while (!ending.signal.aborted) await ingest(deps, ending.signal).catch(() => undefined);
    })();
    const nc = await connectTo(cluster.urls[0] ?? '', {
      servers: [...cluster.urls],
      user: cluster.app.user,
      pass: cluster.app.password,
      maxReconnectAttempts: -1,
    });
    const leader = async () =>
      (await pipeline.own.jsm.streams.info(pipeline.own.names.metrics).catch(() => null))?.cluster?.leader ?? '';
    let done = 0;
    const sample = async () => {
      await shop.publish(5);
      clock.pass(15_000);
      // A turn in which the stream has no leader ends without a sample; the next one counts for both.
      await eventually(async () => (await collector.turn()).ok);
      done++;
    };
    await sample();
    for (let round = 0; round < 6; round++) {
      const killing =
        round === 2
          ? leader().then((name) => cluster.nodes.find((node) => node.name === name)?.halt('SIGKILL'))
          : Promise.resolve();
      await Promise.all([sample(), killing]);
    }
    await shop.publish(1);
    clock.pass(15_000);
    await eventually(async () => (await collector.turn()).ok);
    await eventually(async () => {
      const info = await pipeline.own.jsm.streams.info(pipeline.own.names.metrics).catch(() => null);
      return info?.state.messages === 0;
    });
    ending.abort();
    await ingesting;
    const found = await counted(tables, record.id);
    // The first sample has nothing to compare with: what was published before it is not in any increase.
    expect(done).toBe(7);
    expect(found.raw?.published).toBe(shop.published - 5);
    expect(found.hourly).toEqual(found.raw);
    expect(found.daily).toEqual(found.raw);
    await nc.close();
    await shop.stop();
    await pipeline.close();
    await tables.drop();
    await cluster.stop();
  });
});
