import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../../scripts/engines/paths';
import { freePort, startProcess, untilReady, type Running } from '../../../scripts/engines/process';
import { environmentOf, type TestApi } from '../setup/api';

export interface TestWorker {
  readonly running: Running;
  /** a figure that it tells Prometheus; 0 where it has none of that name */
  figure(name: string): Promise<number>;
  ready(): Promise<Response>;
  log(): Promise<string>;
}

export interface Workers {
  start(): Promise<TestWorker>;
  readonly prefix: string;
  stop(): Promise<void>;
}

/** Workers as processes of their own, as people run them, beside an api of the test. */
export async function openWorkers(api: TestApi, env: Readonly<Record<string, string>>): Promise<Workers> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'jetstream-console-workers-'));
  const prefix = `W${randomBytes(5).toString('hex').toUpperCase()}`;
  const started: Running[] = [];
  return {
    prefix,
    start: async () => {
      const port = await freePort();
      const logFile = path.join(dir, `worker-${started.length}.log`);
      const running = startProcess({
        name: 'worker under test',
        command: process.execPath,
        args: ['--import', 'tsx', path.join(root, 'backend/server/src/worker.ts')],
        logFile,
        cwd: root,
        env: {
          ...process.env,
          ...environmentOf(api.database.url, {
            CONSOLE_MASTER_KEY: api.config.masterKeys[0].key.toString('base64'),
            NATS_STREAM_PREFIX: prefix,
            WORKER_PORT: String(port),
            LOG_LEVEL: 'info',
            COLLECT_SECONDS: '5',
            ...env,
          }),
        },
      });
      started.push(running);
      const ask = (where: string) => fetch(`http://127.0.0.1:${port}${where}`);
      await untilReady(
        running,
        logFile,
        () =>
          ask('/health/live').then(
            ({ ok }) => ok,
            () => false,
          ),
        60,
      );
      return {
        running,
        figure: async (name) => {
          const text = await (await ask('/metrics')).text();
          const line = text.split('\n').find((one) => one.startsWith(`jetstream_console_${name}`));
          return line === undefined ? 0 : Number(line.split(' ').at(-1));
        },
        ready: () => ask('/health/ready'),
        log: () => readFile(logFile, 'utf8'),
      };
    },
    stop: async () => {
      await Promise.all(started.map((running) => running.stop()));
      await rm(dir, { recursive: true, force: true });
    },
  };
}
