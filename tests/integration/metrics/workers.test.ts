import { routes } from '@jetstream-console/contract';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { connectTo } from '../setup/nats';
import { eventually } from '../setup/wait';
import { freePort } from '../../../scripts/engines/process';
import { openGate, type Gate } from './gate';
import { makeTables, type Tables } from './pipeline';
import { app, openShop, system, type Shop } from './shop';
import { openWorkers, type TestWorker, type Workers } from './workers';

const credential = (who: { user: string; password: string }) => ({ auth: { kind: 'user_password' as const, ...who } });

/** Two workers, each a process; Redis is away all the time. */
describe('workers', () => {
  let api: TestApi;
  let tables: Tables;
  let gate: Gate;
  let workers: Workers;
  let shop: Shop;
  let clusterId: string;
  let stopPublishing = () => Promise.resolve();
  beforeAll(async () => {
    const clickhouse = new URL(inject('engines').clickhouseUrl);
    [api, tables, gate, shop] = await Promise.all([
      startTestApi(),
      makeTables(),
      openGate(Number(clickhouse.port)),
      openShop(2),
    ]);
    const through = new URL(tables.url);
    through.port = String(gate.port);
    workers = await openWorkers(api, {
      CLICKHOUSE_URL: through.toString(),
      REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
    });
    clusterId = await addCluster(api, [shop.server.url], {
      credentials: { read: credential(app), system: credential(system) },
    });
    // A little all the time, whatever else happens.
    let running = true;
    const publishing = (async () => {
      while (running) {
        await shop.publish(1);
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    })();
    stopPublishing = async () => {
      running = false;
      await publishing;
    };
  });
  afterAll(async () => {
    await stopPublishing();
    await workers.stop();
    await shop.stop();
    await api.stop();
    await gate.close();
    await tables.drop();
  });

  const count = async (what: string, where = '1') =>
    (
      await tables.rows<{ n: number | null }>(
        `SELECT ${what} AS n FROM stream_metrics WHERE cluster_id = '${clusterId}' AND ${where}`,
      )
    )[0]?.n ?? 0;
  const holder = async (list: readonly TestWorker[]) => {
    const held = await Promise.all(list.map((worker) => worker.figure('clusters_collected')));
    const at = held.findIndex((clusters) => clusters > 0);
    return at >= 0 ? list[at] : undefined;
  };

  it('one collects a cluster and one ingests; killed in the middle of a batch, the other goes on, and nothing is lost or doubled', async () => {
    const first = await workers.start();
    await eventually(async () => (await count('count()')) >= 4, 200);
    const second = await workers.start();
    await eventually(async () => (await count('count()')) >= 8, 200);
    expect(await holder([first, second])).toBe(first);
    expect(await first.figure('ingesting')).toBe(1);
    expect(await second.figure('ingesting')).toBe(0);
    // A batch goes into ClickHouse, and its answer never comes back: there and not acknowledged.
    await eventually(gate.holdAnswers('stream_metrics'), 50);
    await first.running.stop('SIGKILL');
    gate.lead(Number(new URL(inject('engines').clickhouseUrl).port));
    await eventually(async () => (await holder([second])) === second, 200);
    const resumed = await count('count()');
    await eventually(async () => (await count('count()')) >= resumed + 4, 200);

    await stopPublishing();
    const last = shop.published;
    // Both streams have been seen with all that they got, and what was sampled is in.
    const seen = `SELECT sum(newest) AS n FROM (SELECT argMax(last_seq, time) AS newest FROM stream_metrics WHERE cluster_id = '${clusterId}' GROUP BY stream)`;
    await eventually(async () => (await tables.rows<{ n: number }>(seen))[0]?.n === last, 200);
    const began = `SELECT sum(oldest) AS n FROM (SELECT argMin(last_seq, time) AS oldest FROM stream_metrics WHERE cluster_id = '${clusterId}' GROUP BY stream)`;
    const start = (await tables.rows<{ n: number }>(began))[0]?.n ?? 0;
    expect(await count('sum(published)')).toBe(last - start);
    for (const table of ['stream_metrics_hourly', 'stream_metrics_daily'])
      expect(
        await tables.rows(
          `SELECT sum(published) AS n, sum(samples) AS samples FROM ${table} WHERE cluster_id = '${clusterId}'`,
        ),
      ).toEqual([{ n: last - start, samples: await count('count()') }]);
    // No two samples cover the same time: there was never more than one that wrote.
    const covered = await tables.rows<{ covered: number; lasted: number }>(
      `SELECT sum(elapsed_ms) AS covered, dateDiff('millisecond', min(time), max(time)) AS lasted
       FROM stream_metrics WHERE cluster_id = '${clusterId}' GROUP BY stream`,
    );
    for (const { covered: ms, lasted } of covered) expect(Math.abs(ms - lasted)).toBeLessThan(1500);
    expect((await second.ready()).status).toBe(503); // Redis is away, and it says so
  }, 420_000);

  it('takes a changed credential up at once, tells when it is wrong, and stops when the cluster is deleted', async () => {
    const patch = (password: string) => {
      const who = { ...app, password };
      return api.get(
        routes.updateCluster,
        {
          params: { clusterId },
          body: { credentials: { read: credential(who), system: credential({ ...system, password }) } },
        },
        api.admin,
      );
    };
    const newest = async () =>
      (
        await tables.rows<{ reachable: boolean; error: string; time: string }>(
          `SELECT reachable, error, time FROM cluster_samples WHERE cluster_id = '${clusterId}' ORDER BY time DESC LIMIT 1`,
        )
      )[0];
    await patch('wrong');
    await eventually(async () => (await newest())?.reachable === false, 200);
    expect((await newest())?.error).toMatch(/refuses this credential/);
    await patch('app');
    await api.get(
      routes.updateCluster,
      { params: { clusterId }, body: { credentials: { system: credential(system) } } },
      api.admin,
    );
    await eventually(async () => (await newest())?.reachable === true, 200);
    await api.get(routes.deleteCluster, { params: { clusterId } }, api.admin);
    const left = await workers.start();
    await eventually(async () => (await left.figure('clusters_collected')) === 0, 200);
    const streams = async () => {
      const url = new URL(inject('engines').natsUrl);
      const nc = await connectTo(url.host, { user: url.username, pass: url.password });
      try {
        const jsm = await jetstreamManager(nc);
        const filter = `${workers.prefix.toLowerCase()}.outbox.${clusterId}.>`;
        const { state } = await jsm.streams.info(`${workers.prefix}_METRICS_OUTBOX`, { subjects_filter: filter });
        return Object.keys(state.subjects ?? {}).length;
      } finally {
        await nc.close();
      }
    };
    await eventually(async () => (await streams()) === 0, 200);
  }, 300_000);
});
