import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { routes } from '@jetstream-console/contract';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { freePort } from '../engines/process';
import { inLanes } from '../lib/lanes';
import { say } from '../lib/main';
import { startWorkerProcess } from '../lib/servers';
import { readState } from '../lib/state';
import { ms, quantile, report } from './report';
import type { World } from './world';

const streams = 5000;
const consumersEach = 10;
const rounds = 7;
/** Asking every stream takes a hundred times as long as one JSZ, and the collector spares the cluster in between. */
const slowRounds = 2;

interface ApiReply {
  error?: { description: string };
}
async function api(nc: NatsConnection, subject: string, body: object): Promise<void> {
  const reply = (await nc.request(`$JS.API.${subject}`, JSON.stringify(body), { timeout: 30_000 })).json<ApiReply>();
  if (reply.error) throw new Error(`${subject}: ${reply.error.description}`);
}

export async function fill(nc: NatsConnection): Promise<void> {
  say(`making ${streams.toLocaleString('en-US')} streams with ${consumersEach} consumers each`);
  await inLanes(32, streams, async (s) => {
    const name = `M${s}`;
    await api(nc, `STREAM.CREATE.${name}`, { name, subjects: [`m.${s}.>`], storage: 'memory', max_bytes: 1_000_000 });
    for (let c = 0; c < consumersEach; c++)
      await api(nc, `CONSUMER.CREATE.${name}.c${c}`, {
        stream_name: name,
        config: { durable_name: `c${c}`, ack_policy: 'explicit', max_ack_pending: 100, mem_storage: true },
      });
    nc.publish(`m.${s}.x`, 'x');
  });
  await nc.flush();
}

const median = (times: number[]): number =>
  quantile(
    times.sort((a, b) => a - b),
    0.5,
  );

/** One JSZ of everything, unzipped and parsed: the least that knowing it all can take. */
export async function rawJsz(sys: NatsConnection): Promise<number> {
  const h = headers();
  h.set('Accept-Encoding', 'gzip');
  const started = performance.now();
  const body = { account: 'APP', accounts: true, streams: true, consumer: true, config: false };
  const reply = await sys.request('$SYS.REQ.SERVER.PING.JSZ', JSON.stringify(body), { timeout: 30_000, headers: h });
  JSON.parse(gunzipSync(reply.data).toString('utf8'));
  return performance.now() - started;
}

interface ListReply {
  total: number;
  streams: { config: { name: string }; state: { consumer_count: number } }[];
  consumers: unknown[];
}
/** Every page of STREAM.LIST and CONSUMER.LIST with nothing around it, four in flight as the collector does. */
export async function rawLists(nc: NatsConnection): Promise<number> {
  const started = performance.now();
  const page = async (offset: number) =>
    (await nc.request('$JS.API.STREAM.LIST', JSON.stringify({ offset }), { timeout: 30_000 })).json<ListReply>();
  const first = await page(0);
  const names = first.streams.map(({ config }) => config.name);
  const pages = Math.ceil(first.total / 256) - 1;
  await inLanes(4, pages, async (n) => {
    for (const { config } of (await page((n + 1) * 256)).streams) names.push(config.name);
  });
  await inLanes(4, names.length, async (n) => {
    (await nc.request(`$JS.API.CONSUMER.LIST.${names[n]}`, '{"offset":0}', { timeout: 30_000 })).json<ListReply>();
  });
  return performance.now() - started;
}

/** A figure of the worker by its name and, where it has labels, the start of them; null while there is none. */
async function figures(port: number): Promise<(name: string) => number | null> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return (name) => {
    const line = text.split('\n').find((l) => l.startsWith(`jetstream_console_${name}`));
    return line === undefined ? null : Number(line.split(' ').at(-1));
  };
}

const collections = 'collection_duration_seconds_count{outcome="ok"}';
const seconds = 'collection_duration_seconds_sum{outcome="ok"}';
const loopStop = 'nodejs_eventloop_lag_max_seconds';

interface Watched {
  readonly collections: number;
  readonly seconds: number;
  /** the longest that the main loop stood still while it was watched */
  readonly stoodMs: number;
}

/** Looks until so many collections are done. The loop's longest stop starts anew at each look, so all looks count. */
async function untilCollected(port: number, count: number): Promise<Watched> {
  let stood = 0;
  for (;;) {
    const figure = await figures(port);
    const [done, spent, lag] = [figure(collections), figure(seconds), figure(loopStop)];
    if (lag === null) throw new Error(`the worker does not tell ${loopStop}`);
    stood = Math.max(stood, lag);
    if (done !== null && spent !== null && done >= count)
      return { collections: done, seconds: spent, stoodMs: stood * 1000 };
    await delay(100);
  }
}

/** A worker as people run it, over the cluster that is there; what it says of itself after some collections. */
export async function measureWorker(
  world: World,
  rounds: number,
): Promise<{ eachMs: number; lagMs: number; peakMb: number }> {
  const port = await freePort();
  const extra = {
    CONSOLE_ENV: 'production',
    HOST: '127.0.0.1',
    NATS_ALLOWED_NETWORKS: '127.0.0.1/32',
    LOG_LEVEL: 'info',
    // Long enough for ClickHouse, which shares this machine, to be done with one collection before the next.
    COLLECT_SECONDS: '15',
    WORKER_PORT: String(port),
  };
  const { dir, engines } = world;
  const worker = await startWorkerProcess({ dir, engines, state: await readState(dir), port: 0, extra });
  try {
    // The first one loads code and fills what is kept; what is measured is settled.
    const before = await untilCollected(port, 1);
    const after = await untilCollected(port, before.collections + rounds);
    const status = await readFile(`/proc/${worker.pid}/status`, 'utf8');
    return {
      eachMs: ((after.seconds - before.seconds) / (after.collections - before.collections)) * 1000,
      lagMs: after.stoodMs,
      peakMb: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024,
    };
  } finally {
    await worker.stop();
  }
}

/** Collecting 5,000 streams x 10 consumers, over the system account and over the account alone. */
export async function benchCollector(world: World): Promise<void> {
  await fill(world.nc);
  const sys = await connect({ servers: world.natsUrl, user: world.system.user, pass: world.system.password });
  const raw: number[] = [];
  for (let n = 0; n < rounds; n++) raw.push(await rawJsz(sys));
  await sys.close();
  const bySystem = await measureWorker(world, rounds);
  const ratio = bySystem.eachMs / median(raw);
  report({
    what: 'a collection over the system account, into the stream',
    ours: ms(bySystem.eachMs),
    raw: `JSZ and its decode ${ms(median(raw))}`,
    ratio,
    bound: { text: '1.5x', kept: ratio <= 1.5 },
  });
  report({
    what: "the worker's memory at its peak",
    ours: `${bySystem.peakMb.toFixed(0)} MB`,
    bound: { text: '400 MB', kept: bySystem.peakMb < 400 },
  });
  report({
    what: "the longest stop of the worker's main loop",
    ours: ms(bySystem.lagMs),
    bound: { text: '50 ms', kept: bySystem.lagMs < 50 },
  });

  await world.call(routes.deleteCluster, { params: { clusterId: world.clusterId } });
  const auth = { kind: 'user_password' as const, ...world.account };
  await world.call(routes.createCluster, {
    body: { name: 'Account alone', urls: [world.natsUrl], credentials: { admin: { auth } } },
  });
  const lists: number[] = [];
  for (let n = 0; n < slowRounds; n++) lists.push(await rawLists(world.nc));
  const byAccount = await measureWorker(world, slowRounds);
  const listRatio = byAccount.eachMs / median(lists);
  report({
    what: 'a collection over the account alone, into the stream',
    ours: ms(byAccount.eachMs),
    raw: `every LIST, 4 in flight, ${ms(median(lists))}`,
    ratio: listRatio,
    bound: { text: '1.3x', kept: listRatio <= 1.3 },
  });
}
