import { randomBytes, randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { connect } from '@nats-io/transport-node';
import { makeWorkerMetrics } from '../../backend/server/src/metrics/gauges';
import { migrateClickHouse } from '../../backend/server/src/metrics/migrations';
import { makeBuffer } from '../../backend/server/src/metrics/pipeline/buffer';
import { groupParts } from '../../backend/server/src/metrics/pipeline/cut';
import { ingest } from '../../backend/server/src/metrics/pipeline/ingester';
import { openOwn } from '../../backend/server/src/metrics/pipeline/own';
import { noWish } from '../../backend/server/src/metrics/retention/kept';
import { consumerRow } from '../../backend/server/src/metrics/sample/consumerRow';
import { batchWriter, type Batch } from '../../backend/server/src/metrics/sample/encode';
import { noConsumerFigures, noStreamFigures } from '../../backend/server/src/metrics/sample/readers';
import { storedTime } from '../../backend/server/src/metrics/sample/times';
import { streamRow } from '../../backend/server/src/metrics/sample/streamRow';
import { makeLog } from '../../backend/server/src/platform/log';
import { perSecond, quantile, report } from './report';
import type { World } from './world';

const streams = 1000;
const consumersEach = 10;
/** Collections that wait, as after an hour without ClickHouse of a busy cluster. */
const collections = 40;
const cadence = 15_000;
const rounds = 3;
/** What the ingester puts into one insert: see reader.ts. */
const insertBytes = 8 * 1024 * 1024;

const increase = (...values: number[]) => ({ values, elapsedMs: cadence, reset: '' as const });

/** Collections as a worker would have sent them; each round has rows of its own, since equal ones are stored once. */
async function makeBatches(organizationId: string, clusterId: string, endMs: number): Promise<Batch[]> {
  const made = Array.from({ length: collections }, (_, n) => {
    const wallMs = endMs - (collections - n) * cadence;
    const time = storedTime(wallMs);
    const common = {
      owner: { organizationId, clusterId, retentionDays: noWish },
      time,
      wallMs,
      account: 'APP',
      domain: '',
      own: true,
    };
    const created = storedTime(endMs - 86_400_000);
    const writer = batchWriter();
    for (let s = 0; s < streams; s++) {
      const lastSeq = (s + 1) * 1000 + n * (s % 97);
      const stream = `STREAM_${s}`;
      const asset = { common, created, state: 'ok' as const, leader: `n${s % 3}` };
      writer.add(streamRow, {
        ...asset,
        stream,
        figures: {
          ...noStreamFigures(),
          messages: lastSeq,
          bytes: lastSeq * 200,
          firstSeq: 1,
          lastSeq,
          lastTime: time,
        },
        limits: { maxMessages: -1, maxBytes: 1_000_000_000, maxConsumers: -1, maxAgeSeconds: 0, discard: 'old' },
        increase: increase(s % 97),
        bytesGrowth: (s % 97) * 200,
      });
      for (let c = 0; c < consumersEach; c++) {
        const delivered = lastSeq - ((s * 7 + c * 13 + n) % 500);
        writer.add(consumerRow, {
          ...asset,
          stream,
          consumer: `consumer_${c}`,
          consumers: 1,
          figures: {
            ...noConsumerFigures(),
            pending: lastSeq - delivered,
            ackPending: (s + c + n) % 50,
            waiting: 1,
            deliveredStream: delivered,
            deliveredConsumer: delivered,
            ackFloorStream: delivered - ((s + c + n) % 50),
            ackFloorConsumer: delivered - ((s + c + n) % 50),
            lastActive: time,
            lastAck: time,
          },
          limits: { durable: true, push: false, maxAckPending: 1000 },
          increase: increase(s % 97, s % 89),
        });
      }
    }
    return writer.finish();
  });
  return (await Promise.all(made)).flat();
}

const rowsOf = (batches: readonly Batch[]) => batches.reduce((sum, { rows }) => sum + rows, 0);

/** The way of a worker: out of the stream, in batches, with tokens, acknowledged. @returns milliseconds */
async function drain(world: World, clickhouse: ClickHouseClient, batches: readonly Batch[]): Promise<number> {
  const log = makeLog({ logLevel: 'error' }, 'bench');
  const { username, password, host } = new URL(world.engines.natsUrl);
  const nc = await connect({ servers: host, ...(username && { user: username, pass: password }) });
  const own = await openOwn(nc, {
    prefix: `B${randomBytes(5).toString('hex').toUpperCase()}`,
    replicas: 1,
    maxBytes: 1024 ** 3,
    maxAgeHours: 1,
    leaseMs: 15_000,
  });
  const buffer = makeBuffer(own);
  for (const batch of batches) {
    const message = { clusterId: world.clusterId, id: randomUUID(), batch, collection: null };
    if (!(await buffer.put(message, () => true))) throw new Error('the metrics stream has no room for the samples');
  }
  let waiting = rowsOf(batches);
  let refused = 0;
  const metrics = {
    ...makeWorkerMetrics(),
    samplesInserted: (_: string, rows: number) => {
      waiting -= rows;
    },
    samplesRefused: (_: string, rows: number) => {
      refused += rows;
    },
  };
  const done = new AbortController();
  const started = performance.now();
  const running = ingest({ own, clickhouse, log, metrics }, done.signal);
  while (waiting > 0 && refused === 0) await Promise.race([running, delay(1)]);
  const took = performance.now() - started;
  done.abort();
  await running;
  for (const name of [own.names.metrics, own.names.outbox, own.names.dead, `KV_${own.names.leases}`])
    await own.jsm.streams.delete(name);
  await nc.close();
  if (refused > 0) throw new Error(`ClickHouse refused ${refused} rows`);
  return took;
}

/** The same bytes, in inserts of the same size, with nothing around them. @returns milliseconds */
async function insertBare(clickhouse: ClickHouseClient, batches: readonly Batch[]): Promise<number> {
  const inserts: Batch[][] = [[]];
  let bytes = 0;
  for (const batch of batches) {
    if (bytes + batch.body.length > insertBytes) {
      inserts.push([]);
      bytes = 0;
    }
    inserts.at(-1)?.push(batch);
    bytes += batch.body.length;
  }
  const started = performance.now();
  for (const part of inserts) {
    const messages = part.map(({ body, parts }, seq) => ({ seq, data: body, parts, collection: null }));
    for (const { table, members } of groupParts(messages))
      await clickhouse.insert({
        table,
        values: Readable.from(members, { objectMode: false }),
        format: 'TabSeparatedWithNames',
        http_headers: { 'content-encoding': 'gzip' },
      });
  }
  return performance.now() - started;
}

async function countRows(clickhouse: ClickHouseClient, org: string): Promise<number> {
  const answer = await clickhouse.query({
    query: `SELECT (SELECT count() FROM stream_metrics WHERE org_id = {org:UUID}) + (SELECT count() FROM consumer_metrics WHERE org_id = {org:UUID}) AS rows`,
    query_params: { org },
    format: 'JSONEachRow',
  });
  return Number((await answer.json<{ rows: number | string }>())[0]?.rows);
}

/** Samples out of the durable stream into the tables and their sums, beside a bare insert of the same rows. */
export async function benchIngest(world: World): Promise<void> {
  const clickhouse = createClient({ url: world.engines.clickhouseUrl, request_timeout: 600_000 });
  try {
    await migrateClickHouse(clickhouse, (work) => work());
    const ours: number[] = [];
    const bare: number[] = [];
    const endMs = Date.now();
    let rows = 0;
    for (let round = -1; round < rounds; round++) {
      const measure = async (times: number[], work: (batches: readonly Batch[]) => Promise<number>) => {
        const org = randomUUID();
        const batches = await makeBatches(org, world.clusterId, endMs);
        rows = rowsOf(batches);
        const took = await work(batches);
        const stored = await countRows(clickhouse, org);
        if (stored !== rows) throw new Error(`${stored} of ${rows} rows are in the tables`);
        if (round >= 0) times.push(took);
      };
      await measure(ours, (batches) => drain(world, clickhouse, batches));
      await measure(bare, (batches) => insertBare(clickhouse, batches));
    }
    const rate = (times: number[]) =>
      (rows /
        quantile(
          times.sort((a, b) => a - b),
          0.5,
        )) *
      1000;
    const share = rate(ours) / rate(bare);
    report({
      what: `${rows.toLocaleString('en-US')} samples out of the stream into the tables and their hourly and daily sums`,
      ours: `${perSecond(rate(ours))} rows`,
      raw: `insert ${perSecond(rate(bare))}`,
      ratio: share,
      bound: { text: '80 % of a bare insert', kept: share >= 0.8 },
    });
  } finally {
    await clickhouse.close();
  }
}
