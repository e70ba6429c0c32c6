import { randomBytes, randomUUID } from 'node:crypto';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Redis } from 'ioredis';
import { inject } from 'vitest';
import type { Link } from '../../../backend/server/src/clusters/link';
import type { ClusterRecord } from '../../../backend/server/src/clusters/store';
import { makeCollector, type Collector } from '../../../backend/server/src/metrics/collect/collector';
import type { Clock } from '../../../backend/server/src/metrics/collect/clock';
import type { WorkerLinks } from '../../../backend/server/src/metrics/collect/links';
import { makeLive } from '../../../backend/server/src/metrics/collect/live';
import type { PaceOptions } from '../../../backend/server/src/metrics/collect/pace';
import { makeWorkerMetrics } from '../../../backend/server/src/metrics/gauges';
import { migrateClickHouse } from '../../../backend/server/src/metrics/migrations';
import { makeBuffer, type Buffer } from '../../../backend/server/src/metrics/pipeline/buffer';
import { ingest } from '../../../backend/server/src/metrics/pipeline/ingester';
import { openOwn, type BufferOptions, type Own } from '../../../backend/server/src/metrics/pipeline/own';
import { startParser, type Parser } from '../../../backend/server/src/metrics/sample/parser';
import { makeLog } from '../../../backend/server/src/platform/log';

export const organizationId = randomUUID();
export const silent = makeLog({ logLevel: 'silent' }, 'test');

/** A clock that a test moves on: ten minutes' worth of samples take seconds. */
export interface TestClock extends Clock {
  pass(ms: number): void;
}
export function testClock(): TestClock {
  const id = randomUUID();
  let passed = 0;
  const started = Date.now();
  const steady = performance.now();
  return {
    now: () => ({
      wallMs: started + passed + (performance.now() - steady),
      steadyMs: passed + performance.now(),
      clock: id,
    }),
    pass: (ms) => {
      passed += ms;
    },
  };
}

export interface Tables {
  readonly clickhouse: ClickHouseClient;
  readonly url: string;
  rows<T>(query: string): Promise<T[]>;
  drop(): Promise<void>;
}

/** A ClickHouse database of its own, with the tables in it. */
export async function makeTables(server = inject('engines').clickhouseUrl): Promise<Tables> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  const admin = createClient({ url: server });
  await admin.command({ query: `CREATE DATABASE ${name}` });
  const url = new URL(server);
  url.pathname = `/${name}`;
  const clickhouse = createClient({
    url: url.toString(),
    request_timeout: 30_000,
    log: { level: ClickHouseLogLevel.OFF },
  });
  await migrateClickHouse(clickhouse, (work) => work());
  return {
    clickhouse,
    url: url.toString(),
    rows: async <T>(query: string) => (await clickhouse.query({ query, format: 'JSONEachRow' })).json<T>(),
    drop: async () => {
      await clickhouse.close();
      await admin.command({ query: `DROP DATABASE ${name}` });
      await admin.close();
    },
  };
}

export const recordOf = (changes: Partial<ClusterRecord> = {}): ClusterRecord => ({
  id: randomUUID(),
  organizationId,
  settings: {
    name: 'tested',
    urls: [],
    tls: { mode: 'auto' },
    inboxPrefix: null,
    domain: null,
    readOnly: false,
    allowKick: false,
    labels: {},
  },
  slots: [],
  version: 1,
  createdAt: new Date(),
  updatedAt: new Date(),
  ...changes,
});

export interface Login {
  readonly user: string;
  readonly password: string;
}

/** Connections to a cluster under test, as the pool would open them. */
export function linksTo(
  urls: readonly string[],
  app: Login | null,
  system: Login | null,
): WorkerLinks & { close(): Promise<void> } {
  const open = new Map<string, Promise<NatsConnection>>();
  const linkOf = async (record: ClusterRecord, side: string, login: Login): Promise<Link> => {
    const key = `${side} ${record.version}`;
    let opening = open.get(key);
    if (!opening) {
      opening = connect({ servers: [...urls], user: login.user, pass: login.password, maxReconnectAttempts: -1 });
      open.set(key, opening);
    }
    return {
      clusterId: record.id,
      nc: await opening,
      domain: null,
      inboxPrefix: undefined,
      generation: `${record.version}`,
      apiPrefix: '$JS.API',
    };
  };
  return {
    openFor: async (record, side) => {
      const login = side === 'system' ? system : app;
      return login ? linkOf(record, side, login) : null;
    },
    close: async () => {
      for (const opening of open.values()) await (await opening).close();
    },
  };
}

export interface Pipeline {
  readonly own: Own;
  readonly buffer: Buffer;
  readonly parser: Parser;
  collector(options: {
    record?: ClusterRecord;
    links: WorkerLinks;
    clock?: Clock;
    pace?: PaceOptions;
    alive?: () => boolean;
  }): Collector;
  /** moves what waits into ClickHouse until nothing is left */
  drain(clickhouse: ClickHouseClient): Promise<void>;
  metricsText(): Promise<string>;
  close(): Promise<void>;
}

const smallBuffer: BufferOptions = {
  prefix: '',
  replicas: 1,
  maxBytes: 64 * 1024 * 1024,
  maxAgeHours: 24,
  leaseMs: 3000,
};

/** The console's own side under a name of its own, in this process. */
export async function openPipeline(
  options: Partial<BufferOptions> & { natsUrls?: readonly string[] } = {},
): Promise<Pipeline> {
  const { natsUrls = [inject('engines').natsUrl], ...buffering } = options;
  const [first = ''] = natsUrls;
  const { username, password } = new URL(first);
  const nc = await connect({
    servers: natsUrls.map((url) => new URL(url).host),
    ...(username && { user: username, pass: password }),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
  });
  const prefix = buffering.prefix ?? `T${randomBytes(5).toString('hex').toUpperCase()}`;
  const own = await openOwn(nc, { ...smallBuffer, ...buffering, prefix });
  const buffer = makeBuffer(own);
  const parser = startParser(() => undefined);
  const metrics = makeWorkerMetrics();
  const redis = new Redis(inject('engines').redisUrl, { lazyConnect: true });
  await redis.connect();
  const live = makeLive(redis, parser, silent);
  const collectors: Collector[] = [];
  return {
    own,
    buffer,
    parser,
    collector: ({ record = recordOf(), links, clock = testClock(), pace, alive = () => true }) => {
      const made = makeCollector({
        record,
        retentionDays: 65_535,
        links,
        own,
        buffer,
        parser,
        live,
        metrics,
        log: silent,
        clock,
        pace,
        alive,
      });
      collectors.push(made);
      return made;
    },
    drain: async (clickhouse) => {
      const done = new AbortController();
      const running = ingest({ own, clickhouse, log: silent, metrics }, done.signal);
      for (;;) {
        const { state } = await own.jsm.streams.info(own.names.metrics);
        if (state.messages === 0) break;
        await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 50))]);
      }
      done.abort();
      await running;
    },
    metricsText: async () => (await metrics.expose()).body,
    close: async () => {
      for (const collector of collectors) await collector.close();
      await parser.close();
      redis.disconnect();
      for (const name of [own.names.metrics, own.names.outbox, own.names.dead, `KV_${own.names.leases}`])
        await own.jsm.streams.delete(name);
      await nc.close();
    },
  };
}
