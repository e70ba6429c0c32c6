import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { headers } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryAcquire } from '../../../backend/server/src/metrics/pipeline/lease';
import { clearOutbox, Fenced, headersOf, openOutbox } from '../../../backend/server/src/metrics/pipeline/outbox';
import { openIngestLog, IngestLost } from '../../../backend/server/src/metrics/pipeline/ingestState';
import { openOwn } from '../../../backend/server/src/metrics/pipeline/own';
import { clusterRow } from '../../../backend/server/src/metrics/sample/clusterRow';
import { batchWriter, type Batch } from '../../../backend/server/src/metrics/sample/encode';
import { makeTables, openPipeline, organizationId, type Pipeline, type Tables } from './pipeline';
import { eventually } from '../setup/wait';

const began = Date.now() - 60_000;
const bytes = (text: string) => new TextEncoder().encode(text);

async function batchOf(clusterId: string, second: number): Promise<Batch> {
  const writer = batchWriter();
  const wallMs = began + second * 1000;
  const time = new Date(wallMs).toISOString().replace('T', ' ').slice(0, 23);
  writer.add(clusterRow, {
    common: { owner: { organizationId, clusterId, retentionDays: 65_535 }, time, wallMs },
    mode: 'system',
    error: null,
    ageSeconds: 0,
    collectSeconds: 0.1,
    intervalSeconds: 15,
    counts: {
      servers: 1,
      servers_expected: 1,
      streams: 0,
      consumers: 0,
      streams_leaderless: 0,
      streams_unknown: 0,
      consumers_leaderless: 0,
      consumers_unknown: 0,
      meta_size: null,
      meta_offline: null,
      meta_pending: null,
    },
    metaLeader: null,
    bufferUse: 0,
    ownRequests: 1,
    ownBytes: 1,
    lostSamples: 0,
    elapsedMs: 0,
  });
  const [batch] = await writer.finish();
  if (!batch) throw new Error('no batch');
  return batch;
}

describe('the rights to write', () => {
  let pipeline: Pipeline;
  let tables: Tables;
  beforeAll(async () => {
    [pipeline, tables] = await Promise.all([openPipeline({ leaseMs: 1500 }), makeTables()]);
  });
  afterAll(async () => {
    await pipeline.close();
    await tables.drop();
  });
  const kv = () => pipeline.own.leases;

  it('one of many who try at once gets a lease, and gives it back', async () => {
    const tried = await Promise.all(Array.from({ length: 10 }, () => tryAcquire(kv(), 'many', 1500)));
    const [lease, ...others] = tried.filter((one) => one !== null);
    expect(others).toEqual([]);
    expect(lease?.valid()).toBe(true);
    await lease?.release();
    expect(lease?.valid()).toBe(false);
    const next = await tryAcquire(kv(), 'many', 1500);
    expect(next?.valid()).toBe(true);
    await next?.release();
  });

  it('a lease lasts while it is renewed, and is somebody else’s after its entry was taken away', async () => {
    const lease = await tryAcquire(kv(), 'kept', 1500);
    const before = (await kv().get('kept'))?.revision ?? 0;
    await eventually(async () => ((await kv().get('kept'))?.revision ?? 0) > before + 3);
    expect(lease?.valid()).toBe(true);
    await kv().put('kept', 'somebody else');
    await eventually(() => lease?.signal.aborted);
    expect(lease?.valid()).toBe(false);
    expect((await kv().get('kept'))?.string()).toBe('somebody else');
    await eventually(async () => (await kv().get('kept')) === null); // and expires, since nobody renews it
    expect(await tryAcquire(kv(), 'kept', 1500)).not.toBeNull();
  });

  it('whoever opens an outbox shuts the one before out, and finds its last collection whole', async () => {
    const cluster = randomUUID();
    const first = await openOutbox(pipeline.own, cluster);
    expect(first.last).toMatchObject({ batches: [], snapshot: null });
    const { n } = first.last;
    const large = new Uint8Array(1_200_000).map((_, i) => i % 251);
    await first.commit({ n: n + 1, batches: [await batchOf(cluster, 1)], snapshot: bytes('one') });
    await first.commit({ n: n + 2, batches: [await batchOf(cluster, 2), await batchOf(cluster, 3)], snapshot: large });
    const second = await openOutbox(pipeline.own, cluster);
    const { snapshot, ...last } = second.last;
    expect(last).toEqual({ n: n + 2, batches: [await batchOf(cluster, 2), await batchOf(cluster, 3)] });
    expect(Buffer.compare(snapshot ?? bytes(''), large)).toBe(0);
    await expect(first.commit({ n: n + 3, batches: [], snapshot: null })).rejects.toThrow(Fenced);
    await second.commit({ n: n + 3, batches: [await batchOf(cluster, 4)], snapshot: bytes('two') });
    const third = await openOutbox(pipeline.own, cluster);
    expect(third.last).toMatchObject({ n: n + 3, snapshot: bytes('two') });
    await clearOutbox(pipeline.own, cluster);
    expect((await openOutbox(pipeline.own, cluster)).last.batches).toEqual([]);
  });

  it('of two who ingest one gets no further', async () => {
    const first = await openIngestLog(pipeline.own);
    await first.save({ ...first.state, doneTo: first.state.doneTo });
    const second = await openIngestLog(pipeline.own);
    await expect(first.save(first.state)).rejects.toThrow(IngestLost);
    await second.save(second.state);
  });

  it('a collection that is sent again, or too late, is stored once', async () => {
    const cluster = randomUUID();
    const put = async (n: number, batch: number, id: string) =>
      pipeline.buffer.put(
        { clusterId: cluster, id, batch: await batchOf(cluster, n), collection: { n, batch } },
        () => true,
      );
    await put(1, 0, `${cluster}-1`);
    await put(2, 0, `${cluster}-2`);
    await put(2, 0, `${cluster}-2`); // the stream itself knows it
    await pipeline.drain(tables.clickhouse);
    await put(2, 0, `${cluster}-2-later`); // past the stream's memory
    await put(1, 0, `${cluster}-1-later`); // of a worker that was asleep
    await put(3, 0, `${cluster}-3`);
    await pipeline.drain(tables.clickhouse);
    const rows = await tables.rows(`SELECT count() AS n FROM cluster_samples WHERE cluster_id = '${cluster}'`);
    expect(rows).toEqual([{ n: 3 }]);
  });

  it('what ClickHouse refuses is put aside, and what came with it goes in', async () => {
    const cluster = randomUUID();
    const { js, jsm, names } = pipeline.own;
    const send = async (body: Uint8Array, head = headers()) =>
      js.publish(names.metricsSubject(cluster, 'events'), body, { headers: head });
    const good = await batchOf(cluster, 1);
    await send(good.body, headersOf(good.parts));
    await send(bytes('nothing of ours'));
    const columns = gzipSync('org_id\tcluster_id\ttime\tage\n');
    const row = gzipSync(`${organizationId}\t${cluster}\tyesterday\tvery old\n`);
    const bad = new Uint8Array(Buffer.concat([columns, row]));
    const part = { rows: 1, names: columns.length, body: row.length };
    await send(bad, headersOf([{ table: 'cluster_samples', ...part }]));
    await send(bad, headersOf([{ table: 'system.users', ...part }]));
    const other = await batchOf(cluster, 2);
    await send(other.body, headersOf(other.parts));
    await pipeline.drain(tables.clickhouse);
    expect(await tables.rows(`SELECT count() AS n FROM cluster_samples WHERE cluster_id = '${cluster}'`)).toEqual([
      { n: 2 },
    ]);
    const dead = await jsm.streams.info(names.dead, { subjects_filter: '>' });
    expect(
      Object.keys(dead.state.subjects ?? {})
        .map((subject) => subject.split('.').slice(2).join('.'))
        .sort(),
    ).toEqual(['cluster_samples', 'system.users', 'unreadable']);
    expect(await pipeline.metricsText()).toMatch(/samples_refused_total\{table="cluster_samples"\} 1\b/);
  });

  it('several workers make the streams at once, and change them where the settings did', async () => {
    const { nc, options, names, jsm } = pipeline.own;
    await Promise.all(Array.from({ length: 5 }, () => openOwn(nc, options)));
    await openOwn(nc, { ...options, maxBytes: options.maxBytes * 2 });
    expect((await jsm.streams.info(names.metrics)).config.max_bytes).toBe(options.maxBytes * 2);
  });
});
