import { makeAuditTable, closeAbandoned, shipAudit } from './audit/ship';
import { makeThrottle } from './identity/throttle';
import type { Config } from './platform/config';
import { openEngines } from './platform/engines';
import type { Logger } from './platform/log';
import { runMain } from './platform/main';
import { openPg } from './platform/pg';

interface Job {
  readonly name: string;
  readonly everyMs: number;
  run(): Promise<void>;
}

/** Runs a job again and again, never twice at once; a failure is logged when it starts and when it ends. */
function repeat(job: Job, log: Logger): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let failing = false;
  let ended = false;
  const turn = () => {
    running = job
      .run()
      .then(
        () => {
          if (failing) log.info({ job: job.name }, 'job works again');
          failing = false;
        },
        (error: unknown) => {
          if (!failing) log.warn({ err: error, job: job.name }, 'job failed; it is tried again');
          failing = true;
        },
      )
      .then(() => {
        if (!ended) timer = setTimeout(turn, job.everyMs);
      });
  };
  turn();
  return async () => {
    ended = true;
    clearTimeout(timer);
    await running;
  };
}

export async function startWorker(config: Config, log: Logger): Promise<{ stop(): Promise<void> }> {
  const pg = await openPg(config, log);
  const engines = openEngines(config, log);
  const throttle = makeThrottle(pg);
  let tableMade = false;
  const jobs: Job[] = [
    {
      name: 'audit',
      everyMs: 1000,
      run: async () => {
        if (!tableMade) await makeAuditTable(engines.clickhouse);
        tableMade = true;
        while ((await shipAudit(pg, engines.clickhouse)) > 0);
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
      name: 'old sessions',
      everyMs: 300_000,
      run: async () => {
        await throttle.sweep();
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
  log.info('worker is up');
  return {
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()));
      await engines.close();
      await pg.close();
    },
  };
}

await runMain('worker', startWorker);
