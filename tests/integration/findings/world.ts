import type { ClickHouseClient } from '@clickhouse/client';
import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { routes, type ResponseOf, type Routes } from '@jetstream-console/contract';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Turn } from '../../../backend/server/src/metrics/collect/collector';
import type { PaceOptions } from '../../../backend/server/src/metrics/collect/pace';
import { linksTo, openPipeline, recordOf, testClock, type Login } from '../metrics/pipeline';
import { startTestApi, type TestApi } from '../setup/api';
import { makeTables, openClickHouse } from '../setup/clickhouse';
import { addCluster } from '../setup/clusters';
import { connectTo } from '../setup/nats';
import { eventually } from '../setup/wait';

export type Finding = ResponseOf<Routes['clusterOverview']>['findings'][number];
/** When a collection began and ended, by the console's clock. */
export interface Collected {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * A NATS system under the console's eyes: collector, buffer, ClickHouse and api are the real ones. Only their clock is
 * moved on, so that a condition that has to hold for ten minutes takes seconds; servers keep their own.
 */
export interface World {
  readonly api: TestApi;
  readonly clickhouse: ClickHouseClient;
  readonly clusterId: string;
  /** in the cluster's own account */
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly sys: NatsConnection;
  readonly collections: readonly Collected[];
  /** rules that have found here what they had to */
  readonly proven: Set<string>;
  now(): number;
  pass(ms: number): void;
  /** Collects once, whether or not that succeeds. */
  turn(): Promise<Turn>;
  /** Collects until a collection succeeds: servers come and go meanwhile. */
  collect(): Promise<void>;
  /** All that is collected is in ClickHouse; @returns what the overview finds */
  find(): Promise<Finding[]>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly urls: readonly string[];
  readonly app: Login;
  readonly system: Login;
  readonly pace?: PaceOptions;
}

/** A cluster that elects, on a machine with other things to do, answers late. */
const patienceMs = 30_000;

export async function openWorld({ urls, app, system, pace }: WorldOptions): Promise<World> {
  await makeTables();
  const clock = testClock();
  const now = () => Math.floor(clock.now().wallMs);
  const [api, pipeline] = await Promise.all([startTestApi({ now }), openPipeline()]);
  const clickhouse = openClickHouse();
  const clusterId = await addCluster(api, urls, { name: 'watched' });
  const links = linksTo(urls, app, system);
  const record = recordOf({ id: clusterId, organizationId: api.organizationId });
  const collector = pipeline.collector({ record, links, clock, pace });
  const login = ({ user, password }: Login) =>
    connectTo(urls[0] ?? '', {
      servers: [...urls],
      user,
      pass: password,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
    });
  const [nc, sys] = await Promise.all([login(app), login(system)]);
  const collections: Collected[] = [];
  const turn = async () => {
    const fromMs = now();
    const done = await collector.turn();
    collections.push({ fromMs, toMs: now() });
    return done;
  };
  return {
    api,
    clickhouse,
    clusterId,
    nc,
    js: jetstream(nc, { timeout: patienceMs }),
    jsm: await jetstreamManager(nc, { timeout: patienceMs }),
    sys,
    collections,
    proven: new Set(),
    now,
    pass: clock.pass,
    turn,
    collect: async () => {
      await eventually(async () => (await turn()).ok);
    },
    find: async () => {
      await pipeline.drain(clickhouse);
      const query = { cluster: clusterId, fresh: 'true' } as const;
      return (await api.get(routes.clusterOverview, { query }, api.admin)).findings;
    },
    close: async () => {
      await Promise.all([nc.close(), sys.close(), links.close()]);
      await pipeline.close();
      await clickhouse.close();
      await api.stop();
    },
  };
}
