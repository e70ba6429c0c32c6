import { existsSync } from 'node:fs';
import { mkdir, rm, statfs } from 'node:fs/promises';
import { Advice } from './paths';
import type { Running } from './process';
import { startClickHouse, startNats, startPostgres, startValkey, type Engine, type Log } from './servers';

export { Advice } from './paths';

export interface Engines {
  readonly databaseUrl: string;
  readonly clickhouseUrl: string;
  readonly redisUrl: string;
  readonly natsUrl: string;
  /** the processes that were started here, in that order; none for an engine whose URL was given */
  readonly running: readonly Running[];
  stop(): Promise<void>;
}

const names = {
  postgres: 'DATABASE_URL',
  clickhouse: 'CLICKHOUSE_URL',
  valkey: 'REDIS_URL',
  nats: 'NATS_URL',
} as const;
export type EngineName = keyof typeof names;
const bytesNeeded = 1_000_000_000;

/**
 * Brings up every engine that the environment gives no URL for, as child processes on loopback with passwords of
 * their own. All start at once; where one fails, those that came up are stopped again.
 * @param fresh throws away what an earlier run left in `dir`
 * @throws Advice
 */
export async function startEngines({
  dir,
  fresh = false,
  log,
}: {
  dir: string;
  fresh?: boolean;
  log: Log;
}): Promise<Engines> {
  if (fresh && existsSync(dir)) await rm(dir, { recursive: true });
  await mkdir(dir, { recursive: true, mode: 0o711 });
  const { bavail, bsize } = await statfs(dir);
  if (bavail * bsize < bytesNeeded)
    throw new Advice(
      `There is less than 1 GB free where ${dir} is. The engines need that much: make room and try again.`,
    );
  const starters: Record<EngineName, () => Promise<Engine>> = {
    postgres: () => startPostgres(dir, fresh),
    clickhouse: () => startClickHouse(dir),
    valkey: () => startValkey(dir, log),
    nats: () => startNats(dir, log),
  };
  const running: Running[] = [];
  const urlOf = async (name: EngineName): Promise<string> => {
    const given = process.env[names[name]];
    if (given) return given;
    const engine = await starters[name]();
    running.push(engine.running);
    log(`${engine.running.name} is up (pid ${engine.running.pid})`);
    return engine.url;
  };
  const stop = async () => {
    await Promise.all(running.map((process) => process.stop(process.name === 'PostgreSQL' ? 'SIGINT' : 'SIGTERM')));
  };
  const [postgres, clickhouse, valkey, nats] = await Promise.allSettled([
    urlOf('postgres'),
    urlOf('clickhouse'),
    urlOf('valkey'),
    urlOf('nats'),
  ]);
  const failed = [postgres, clickhouse, valkey, nats].find((result) => result.status === 'rejected');
  if (
    postgres.status === 'rejected' ||
    clickhouse.status === 'rejected' ||
    valkey.status === 'rejected' ||
    nats.status === 'rejected'
  ) {
    await stop();
    throw failed?.status === 'rejected' ? failed.reason : new Error('an engine failed');
  }
  return {
    databaseUrl: postgres.value,
    clickhouseUrl: clickhouse.value,
    redisUrl: valkey.value,
    natsUrl: nats.value,
    running,
    stop,
  };
}
