import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Engines } from '../engines';
import { Advice } from '../engines';
import { root } from '../engines/paths';
import { logTail, startProcess, untilReady, type Running } from '../engines/process';
import type { State } from './state';

interface Options {
  readonly dir: string;
  readonly engines: Engines;
  readonly state: State;
  readonly port: number;
  /** settings beside those that a start needs */
  readonly extra?: Readonly<Record<string, string>>;
}

function environment({ engines, state, port, extra }: Options): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CONSOLE_ENV: 'development',
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: engines.databaseUrl,
    CLICKHOUSE_URL: engines.clickhouseUrl,
    REDIS_URL: engines.redisUrl,
    NATS_URL: engines.natsUrl,
    CONSOLE_MASTER_KEY: state.masterKey,
    CONSOLE_ADMIN_LOGIN: state.admin.login,
    CONSOLE_ADMIN_PASSWORD: state.admin.password,
    ...extra,
  };
}

const entry = (name: string) => ['--import', 'tsx', path.join(root, 'backend/server/src', `${name}.ts`)];

/**
 * Room for what is young, in MiB: a search holds some thousand messages at a time, and with Node's 16 they are copied
 * again and again before they are looked at, a fifth of the whole time. As in the Dockerfile.
 */
const apiFlags = ['--max-semi-space-size=64'];

/** The api as a process of its own. Its port is fixed beforehand, since Grafana has to know it. */
export async function startApiProcess(options: Options): Promise<Running> {
  const logFile = path.join(options.dir, 'api.log');
  const api = startProcess({
    name: 'api',
    command: process.execPath,
    args: [...apiFlags, ...entry('api')],
    logFile,
    cwd: root,
    env: environment(options),
  });
  const ready = () =>
    fetch(`http://127.0.0.1:${options.port}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
  await untilReady(api, logFile, ready, 60);
  return api;
}

export async function startWorkerProcess(options: Options): Promise<Running> {
  const logFile = path.join(options.dir, 'worker.log');
  const before = (await logTail(logFile, 1000)).length;
  const worker = startProcess({
    name: 'worker',
    command: process.execPath,
    args: entry('worker'),
    logFile,
    cwd: root,
    env: environment(options),
  });
  const up = async () => (await readFile(logFile, 'utf8')).slice(before).includes('worker is up');
  await untilReady(worker, logFile, up, 60);
  return worker;
}

/** Says which process ended by itself, so that the rest is not left running without it. */
export async function firstToEnd(processes: readonly Running[]): Promise<never> {
  const ended = await Promise.race(processes.map(async (process) => ({ process, how: await process.exited })));
  throw new Advice(
    `${ended.process.name} ended by itself (${ended.how.code ?? ended.how.signal}). Its log in the data folder says why.`,
  );
}
