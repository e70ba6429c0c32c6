import { routes, type DeadLetter } from '@jetstream-console/contract';
import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { makeGuard } from '../../../backend/server/src/clusters/guard';
import { makePool } from '../../../backend/server/src/clusters/pool';
import { makeClusterStore } from '../../../backend/server/src/clusters/store';
import { makeVault } from '../../../backend/server/src/clusters/vault';
import { startDeadLetters } from '../../../backend/server/src/jetstream/deadLetters/collectors';
import { makeWorkerStore, type WorkerStore } from '../../../backend/server/src/jetstream/deadLetters/workerStore';
import { openPg } from '../../../backend/server/src/platform/pg';
import { openPipeline, silent } from '../metrics/pipeline';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { connectTo, startNatsServer, type NatsOptions, type NatsServer } from '../setup/nats';
import { eventually } from '../setup/wait';

/** A cluster with an api, and what of a worker collects dead letters, in this process. */
export interface LetterWorld {
  readonly api: TestApi;
  readonly server: NatsServer;
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly letters: WorkerStore;
  readonly clusterId: string;
  /** begins to collect, and waits until it listens */
  collect(): Promise<{ stop(): Promise<void> }>;
  list(query?: Record<string, unknown>, token?: string): Promise<DeadLetter[]>;
  /** waits until so many are there */
  until(count: number, query?: Record<string, unknown>): Promise<DeadLetter[]>;
  stop(): Promise<void>;
}

export async function openLetterWorld(options: NatsOptions = {}): Promise<LetterWorld> {
  const [server, api, pipeline] = await Promise.all([startNatsServer(options), startTestApi(), openPipeline()]);
  const nc = await connectTo(server.url);
  const clusterId = await addCluster(api, [server.url]);
  const pg = await openPg(api.config, silent);
  const store = makeClusterStore(pg, makeVault(api.config.masterKeys));
  const guard = makeGuard({ development: true, allowed: [], own: [] });
  const links = makePool({ store, guard, log: silent });
  const letters = makeWorkerStore(pg);
  const collecting = new Set<{ stop(): Promise<void> }>();
  const params = { clusterId };
  const list: LetterWorld['list'] = async (query = {}, token = api.admin) =>
    (await api.get(routes.listDeadLetters, { params, query: { limit: 1000, ...query } }, token)).items;
  return {
    api,
    server,
    nc,
    js: jetstream(nc),
    jsm: await jetstreamManager(nc),
    letters,
    clusterId,
    list,
    collect: async () => {
      const running = startDeadLetters({ own: pipeline.own, store, links, letters, log: silent });
      collecting.add(running);
      const summary = () => api.get(routes.getDeadLetterSummary, { params }, api.admin);
      const since = Date.now();
      await eventually(async () => Date.parse((await summary()).collecting.until ?? '') >= since - 2500);
      return {
        stop: async () => {
          collecting.delete(running);
          await running.stop();
        },
      };
    },
    until: (count, query) =>
      eventually(async () => {
        const found = await list(query);
        return found.length >= count && found;
      }),
    stop: async () => {
      for (const running of collecting) await running.stop();
      await links.close();
      await pg.close();
      await nc.close();
      await pipeline.close();
      await api.stop();
      await server.stop();
    },
  };
}

/**
 * A stream whose consumer `worker` gives each message up when it is told to, or where it is not acknowledged in time.
 * @param ackWaitMs short for those that are to run out; long for those that are ended, however slow the machine is
 */
export async function makeMail(
  { jsm, js }: Pick<LetterWorld, 'jsm' | 'js'>,
  name: string,
  messages: number,
  config: Record<string, unknown> = {},
  ackWaitMs = 120_000,
): Promise<void> {
  await jsm.streams.add({ name, subjects: [`${name}.>`], ...config });
  await jsm.consumers.add(name, {
    durable_name: 'worker',
    ack_policy: 'explicit',
    max_deliver: 1,
    ack_wait: ackWaitMs * 1_000_000,
  });
  for (let n = 1; n <= messages; n++)
    await js.publish(`${name}.out`, JSON.stringify({ n }), { msgID: `${name}-${n}`, retries: 20 });
}

/** Takes messages from the consumer and ends each for good; or leaves it, so that its one delivery passes. */
export async function giveUp(
  { js }: Pick<LetterWorld, 'js'>,
  stream: string,
  messages: number,
  why: string | null,
): Promise<void> {
  const consumer = await js.consumers.get(stream, 'worker');
  let taken = 0;
  for await (const message of await consumer.fetch({ max_messages: messages, expires: 10_000 })) {
    if (why !== null) message.term(why);
    if (++taken === messages) break;
  }
  // A pull makes the server look at what ran out of deliveries.
  if (why === null) for await (const _ of await consumer.fetch({ max_messages: 1, expires: 1000 })) break;
}
