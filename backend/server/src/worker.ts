import { sql } from 'kysely';
import { setTimeout as delay } from 'node:timers/promises';
import { closeAbandoned, expireShipped, shipAudit } from './audit/ship';
import { makeGuard } from './clusters/guard';
import { ownEngines } from './clusters/ownEngines';
import { makePool } from './clusters/pool';
import { resealOld } from './clusters/reseal';
import { makeClusterStore } from './clusters/store';
import { makeVault } from './clusters/vault';
import { makeThrottle } from './identity/throttle';
import { startDeadLetters } from './jetstream/deadLetters/collectors';
import { makeWorkerStore } from './jetstream/deadLetters/workerStore';
import { makeWorkerMetrics } from './metrics/gauges';
import { migrateClickHouse, type Exclusively } from './metrics/migrations';
import { applyRetention } from './metrics/retention/apply';
import { startMetrics } from './metrics/service';
import type { Config } from './platform/config';
import { openEngines } from './platform/engines';
import { repeat, type Job } from './platform/jobs';
import type { Logger } from './platform/log';
import { runMain } from './platform/main';
import { openPg, type Pg } from './platform/pg';
import { serveWorker } from './platform/workerHttp';
import { makeTickets } from './query/live/tickets';
import { makeSilences } from './query/silences/store';

/** One worker at a time, by a lock of PostgreSQL that ends with its connection. */
const exclusively =
  (pg: Pg): Exclusively =>
  (work) =>
    pg.asSystem((db) =>
      db.connection().execute(async (connection) => {
        const key = sql`hashtext('jetstream-console clickhouse')`;
        for (;;) {
          const { rows } = await sql<{ got: boolean }>`select pg_try_advisory_lock(${key}) as got`.execute(connection);
          if (rows[0]?.got) break;
          await delay(200);
        }
        try {
          return await work();
        } finally {
          await sql`select pg_advisory_unlock(${key})`.execute(connection);
        }
      }),
    );

async function startWorker(config: Config, log: Logger): Promise<{ stop(): Promise<void> }> {
  const pg = await openPg(config, log);
  const engines = openEngines(config, log);
  const throttle = makeThrottle(pg);
  const tickets = makeTickets(pg);
  const silences = makeSilences(pg);
  const guard = makeGuard({
    development: config.development,
    allowed: config.allowedNetworks,
    own: ownEngines(config),
  });
  const vault = makeVault(config.masterKeys);
  const store = makeClusterStore(pg, vault);
  const pool = makePool({ store, guard, log });
  const metrics = makeWorkerMetrics();
  const letters = makeWorkerStore(pg);
  let tablesAreThere = () => undefined as void;
  const migrated = new Promise<void>((resolve) => {
    tablesAreThere = resolve;
  });
  let tables = false;
  const jobs: Job[] = [
    {
      name: 'ClickHouse tables',
      everyMs: 1000,
      run: async () => {
        if (tables) return;
        for (const version of await migrateClickHouse(engines.clickhouse, exclusively(pg)))
          log.info({ version }, 'ClickHouse migrated');
        tables = true;
        tablesAreThere();
      },
    },
    {
      name: 'audit',
      everyMs: 1000,
      run: async () => {
        if (tables) while ((await shipAudit(pg, engines.clickhouse)) > 0);
      },
    },
    {
      name: 'retention',
      everyMs: 60_000,
      run: async () => {
        if (!tables) return;
        for (const organization of await applyRetention(pg, engines.clickhouse, Date.now()))
          log.info({ organization }, 'samples that are there already follow the new retention');
      },
    },
    {
      name: 'old audit records',
      everyMs: 3_600_000,
      run: async () => {
        let gone = 0;
        for (let now = -1; now !== 0; gone += now) now = await expireShipped(pg, config.auditDays);
        if (gone > 0) log.info({ gone, days: config.auditDays }, 'audit records that ClickHouse has were deleted here');
      },
    },
    {
      name: 'old dead letters',
      everyMs: 3_600_000,
      run: async () => {
        const gone = await letters.sweep(Date.now());
        if (gone > 0) log.info({ gone }, 'dead letters beyond their bounds were deleted');
      },
    },
    {
      name: 'abandoned acts',
      everyMs: 60_000,
      run: async () => {
        await closeAbandoned(pg);
      },
    },
    {
      name: 'old keys',
      everyMs: 3_600_000,
      run: async () => {
        const { sealed, unreadable } = await resealOld(pg, vault);
        if (sealed > 0) log.info({ sealed }, 'secrets sealed again under the present master key');
        if (unreadable.length > 0) log.warn({ unreadable }, 'secrets that no master key opens; give them again');
      },
    },
    {
      name: 'old sessions',
      everyMs: 300_000,
      run: async () => {
        await throttle.sweep();
        await tickets.sweep();
        await silences.sweep(Date.now());
        await pg.asSystem((db) =>
          db
            .deleteFrom('sessions')
            .where('expires_at', '<', new Date(Date.now() - 86_400_000))
            .execute(),
        );
      },
    },
  ];
  const stops = jobs.map((job) => repeat(job, log));
  const figures = startMetrics({
    config,
    engines,
    store,
    links: pool,
    metrics,
    log,
    migrated,
    besides: (own) => startDeadLetters({ own, store, links: pool, letters, log }),
  });
  const http =
    config.workerPort === null
      ? null
      : await serveWorker({
          host: config.host,
          port: config.workerPort,
          log,
          checks: { postgres: pg.ping, ...engines.checks },
          expose: metrics.expose,
        });
  log.info({ port: http?.port }, 'worker is up');
  return {
    stop: async () => {
      await figures.stop();
      await Promise.all(stops.map((stop) => stop()));
      await http?.close();
      await pool.close();
      await engines.close();
      await pg.close();
    },
  };
}

await runMain('worker', startWorker);
