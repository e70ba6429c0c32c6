import { connect as openSocket, type Socket } from 'node:net';
import { StorageType } from '@nats-io/jetstream';
import { expect } from 'vitest';
import { z } from 'zod';
import { count } from '../../../backend/server/src/query/findings/say';
import type { PaceOptions } from '../../../backend/server/src/metrics/collect/pace';
import type { Login } from '../metrics/pipeline';
import type { NatsServer } from '../setup/nats';
import { eventually } from '../setup/wait';
import { expectFound, expectGone } from './expectation';
import { windowMs } from './scenario';
import type { World } from './world';

export const app: Login = { user: 'app', password: 'app' };
export const system: Login = { user: 'sys', password: 'sys' };
const queueLimit = 3000;

/** A server that cuts off who reads slowly, and that drops API requests when many wait. */
export const config = `jetstream { store_dir: "$DIR/data", max_memory_store: 2GB, max_file_store: 1GB, request_queue_limit: ${queueLimit} }
write_deadline: "200ms"
accounts {
  SYS { users: [{ user: sys, password: sys }] }
  APP { jetstream: enabled, users: [{ user: app, password: app }] }
}
system_account: SYS`;

const cluster = { kind: 'cluster' } as const;
const server = { kind: 'server', server: 'test' } as const;

const statsz = z.object({
  statsz: z.object({
    start: z.string(),
    cores: z.number(),
    slow_consumers: z.number(),
    jetstream: z.object({
      stats: z.object({
        api: z.object({ total: z.number(), errors: z.number(), inflight: z.number().default(0) }),
      }),
    }),
  }),
});
const selfOf = async ({ sys }: World) => statsz.parse((await sys.request('$SYS.REQ.SERVER.PING')).json()).statsz;

/** What a server that is asked is asked anew after. */
const staleMs = 30_000;
async function collectAnew(world: World): Promise<void> {
  world.pass(staleMs);
  await world.collect();
}
/** Two collections of which the first is too old for any rule. */
async function collectLater(world: World): Promise<void> {
  world.pass(windowMs);
  await world.collect();
}

/** A client that asks for everything and reads nothing. */
async function deafClient(port: number): Promise<Socket> {
  const socket = openSocket(port, '127.0.0.1');
  await new Promise<void>((resolve, reject) => socket.once('error', reject).once('connect', () => resolve()));
  socket.pause();
  socket.on('error', () => socket.destroy());
  socket.write(
    `CONNECT ${JSON.stringify({ user: app.user, pass: app.password, verbose: false })}\r\nSUB deaf.> 1\r\nPING\r\n`,
  );
  return socket;
}

async function wideStream({ jsm, js, nc }: World, name: string, subjects: number): Promise<void> {
  await jsm.streams.add({ name, subjects: [`${name}.>`], storage: StorageType.Memory });
  // The server keeps so many at most on their way into a stream.
  const atOnce = 20_000;
  for (let n = 0; n < subjects; n++) {
    if (n % atOnce === atOnce - 1 || n === subjects - 1) await js.publish(`${name}.${n % 7}.${n}.x`);
    else nc.publish(`${name}.${n % 7}.${n}.x`);
  }
}

/** Each goes through all subjects of a stream and finds none: those behind them wait. */
async function askSlow({ nc }: World, stream: string, requests: number): Promise<void> {
  const body = JSON.stringify({ subjects_filter: `${stream}.*.*.none` });
  for (let n = 0; n < requests; n++) nc.publish(`$JS.API.STREAM.INFO.${stream}`, body, { reply: 'answers.nobody' });
  await nc.flush();
}

export interface Moment {
  /** which it provokes */
  readonly rules: readonly string[];
  readonly pace?: PaceOptions;
  readonly run: (world: World, nats: NatsServer) => Promise<void>;
}

/** With the pace of a millisecond any collection takes too long. */
const hasty = { baseMs: 1, maxMs: 300_000, apiRequestsPerMinute: 900 };
const slowCollection = async (world: World) => {
  await world.collect();
  await expectFound(world, 'collection_slow', {
    severity: 'info',
    subject: cluster,
    title: 'Collecting takes long',
    evidence: /^(?:\d+ ms|\d+\.\d s) for one collection, one every 1 ms$/,
    since: 'first',
    cure: /system-account credential/,
  });
  hasty.baseMs = 60_000;
  // The pace is that of the collection before.
  await collectAnew(world);
  await collectAnew(world);
  await expectGone(world, 'collection_slow');
};

/** What lasts for a moment, or is about the server as a whole: each in a world of its own. */
export const moments: readonly Moment[] = [
  {
    rules: ['server_restarted'],
    run: async (world) => {
      await world.collect();
      const startedMs = Date.parse((await selfOf(world)).start);
      await expectFound(world, 'server_restarted', {
        severity: 'info',
        subject: server,
        title: 'test has just started',
        evidence: /^up for (?:\d+ m?s|[2-9] min)$/,
        since: { atMs: startedMs },
        cure: /its log says why it ended/,
      });
      world.pass(600_000);
      await world.collect();
      await expectGone(world, 'server_restarted');
    },
  },

  {
    rules: ['server_slow_consumers'],
    run: async (world, nats) => {
      await world.collect();
      const before = (await selfOf(world)).slow_consumers;
      const deaf = await deafClient(nats.port);
      try {
        const payload = new Uint8Array(500_000);
        await eventually(async () => {
          world.nc.publish('deaf.x', payload);
          await world.nc.flush();
          return (await selfOf(world)).slow_consumers > before;
        }, 1);
      } finally {
        deaf.destroy();
      }
      await collectAnew(world);
      await expectFound(world, 'server_slow_consumers', {
        severity: 'critical',
        subject: server,
        evidence: `${(await selfOf(world)).slow_consumers - before} in the last 10 min`,
        since: 'around',
        cure: /pending bytes.*pull consumers/,
      });
      await collectLater(world);
      await expectGone(world, 'server_slow_consumers');
    },
  },

  {
    rules: ['server_api_errors'],
    run: async (world) => {
      await world.collect();
      const before = (await selfOf(world)).jetstream.stats.api;
      for (let n = 0; n < 50; n++) await world.nc.request('$JS.API.STREAM.INFO.NONE');
      await collectAnew(world);
      const after = (await selfOf(world)).jetstream.stats.api;
      expect(after.errors - before.errors).toBe(50);
      const [found] = (await world.find()).filter(({ rule }) => rule === 'server_api_errors');
      const [errors, requests] = /^(\d+) of (\d+) requests failed in the last \d+ s$/
        .exec(found?.evidence ?? '')
        ?.slice(1)
        .map(Number) ?? [0, 0];
      expect(errors).toBe(50);
      // The console's own requests are among them; whether its last one was counted already is a matter of milliseconds.
      expect(requests).toBeGreaterThanOrEqual(50);
      expect(requests).toBeLessThanOrEqual(after.total - before.total + 1);
      await expectFound(world, 'server_api_errors', {
        severity: 'warning',
        subject: server,
        evidence: /requests failed/,
        since: null,
        cure: /api_audit/,
      });
      await collectLater(world);
      await expectGone(world, 'server_api_errors');
    },
  },

  {
    rules: ['stream_many_subjects'],
    run: async (world) => {
      await wideStream(world, 'WIDE', 0);
      await world.collect();
      await world.jsm.streams.delete('WIDE');
      await wideStream(world, 'WIDE', 1_000_001);
      await collectAnew(world);
      const { state } = await world.jsm.streams.info('WIDE');
      await expectFound(world, 'stream_many_subjects', {
        severity: 'warning',
        subject: { kind: 'stream', stream: 'WIDE' },
        evidence: `${count(state.num_subjects ?? 0)} subjects; above 1,000,000 the server's index of them takes much memory`,
        since: 'before',
        cure: /set max_age/,
      });
      await world.jsm.streams.delete('WIDE');
      await collectLater(world);
      await expectGone(world, 'stream_many_subjects');
    },
  },

  {
    rules: ['server_api_pressure', 'api_limit_reached'],
    run: async (world) => {
      await wideStream(world, 'DEEP', 200_000);
      await world.collect();
      // A quick server has worked the queue off before it is looked at: then it is filled anew.
      const found = await eventually(async () => {
        await askSlow(world, 'DEEP', 100);
        if ((await selfOf(world)).jetstream.stats.api.inflight <= 2000) return null;
        await collectAnew(world);
        return (await world.find()).find(({ rule }) => rule === 'server_api_pressure') ?? null;
      }, 1);
      const inflight = Number(/^([\d,]+) requests in flight/.exec(found.evidence)?.[1]?.replaceAll(',', ''));
      expect(inflight).toBeGreaterThan(1000);
      expect(inflight).toBeLessThanOrEqual(queueLimit);
      await expectFound(world, 'server_api_pressure', {
        severity: 'critical',
        subject: server,
        evidence: /requests in flight, 0 proposals of the meta group pending$/,
        since: 'around',
        cure: /slow it down/,
      });
      // One more than may wait, and all that wait are dropped: bad for those who asked, and the pressure is gone.
      const advisory = new Promise<{ timestamp: string; dropped: number }>((resolve, reject) => {
        world.sys.subscribe('$JS.EVENT.ADVISORY.API.LIMIT_REACHED', {
          max: 1,
          callback: (error, message) => (error ? reject(error) : resolve(message.json())),
        });
      });
      await world.sys.flush();
      await askSlow(world, 'DEEP', queueLimit);
      const { timestamp, dropped } = await advisory;
      expect(dropped).toBe(queueLimit);
      await world.jsm.streams.delete('DEEP');
      // What was asked before the drop is still worked off on a slow machine.
      await eventually(async () => (await selfOf(world)).jetstream.stats.api.inflight < 100);
      await collectAnew(world);
      await expectGone(world, 'server_api_pressure');
      await expectFound(world, 'api_limit_reached', {
        severity: 'critical',
        subject: cluster,
        title: 'JetStream dropped all waiting API requests',
        evidence: '1 in the last hour; the last: The JetStream API of test dropped its queue: it is overloaded',
        since: { atMs: Date.parse(timestamp) },
        cure: /Find what asks so much/,
      });
      world.pass(3_700_000);
      await world.collect();
      await expectGone(world, 'api_limit_reached');
    },
  },

  {
    rules: ['data_stale'],
    run: async (world) => {
      await world.collect();
      world.pass(300_000);
      await expectFound(world, 'data_stale', {
        severity: 'warning',
        subject: cluster,
        title: 'The figures are old',
        evidence: /^last collected [56] min ago, usually every 15 s$/,
        since: 'first',
        cure: /console's worker/,
      });
      await world.collect();
      await expectGone(world, 'data_stale');
    },
  },

  /** A server that hangs keeps its connections, and does not answer on them. */
  {
    rules: ['cluster_unreachable'],
    run: async (world, nats) => {
      await world.collect();
      world.pass(staleMs);
      process.kill(nats.pid(), 'SIGSTOP');
      try {
        const turn = await world.turn();
        expect(turn.ok).toBe(false);
        await expectFound(world, 'cluster_unreachable', {
          severity: 'critical',
          subject: cluster,
          title: 'The cluster cannot be reached',
          evidence: turn.error ?? '',
          since: 'before',
          cure: /Test the connection/,
        });
        expect((await world.find()).map(({ rule }) => rule)).toEqual(['cluster_unreachable']);
      } finally {
        process.kill(nats.pid(), 'SIGCONT');
      }
      await collectAnew(world);
      await expectGone(world, 'cluster_unreachable');
    },
  },

  /**
   * A server cannot be kept out of CPU for ten minutes here, least of all on a machine that has other things to do: what
   * it says of itself is stored once more, as of a server that was.
   */
  {
    rules: ['server_cpu'],
    run: async (world) => {
      await world.collect();
      await world.find();
      const { cores } = await selfOf(world);
      for (let n = 0; n < 3; n++) {
        world.pass(windowMs / 2);
        await world.clickhouse.command({
          query: `INSERT INTO server_metrics SELECT * REPLACE (fromUnixTimestamp64Milli({now:Int64}, 'UTC') AS time, cores * 90 + {n:UInt8} + 1 AS cpu)
          FROM server_metrics WHERE cluster_id = {cluster:UUID} ORDER BY time DESC LIMIT 1`,
          query_params: { now: world.now(), n, cluster: world.clusterId },
        });
      }
      const told = {
        severity: 'warning',
        subject: server,
        evidence: `${cores * 90 + 3} % of ${cores} cores, never less than ${cores * 90 + 2} % in the last 10 min`,
        since: 'before',
        cure: /Spread leaders/,
      } as const;
      await expectFound(world, 'server_cpu', told, world.collections.length);
      await world.collect();
      await expectGone(world, 'server_cpu');
    },
  },
  { rules: ['collection_slow'], pace: hasty, run: slowCollection },
];
