import { randomBytes } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import http from 'node:http';
import path from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { apiBase, routes } from '@jetstream-console/contract';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { freePort } from '../../../scripts/engines/process';
import { root } from '../../../scripts/engines/paths';
import { makeLog } from '../../../backend/server/src/platform/log';
import { clientOf, environmentOf, startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { createDatabase } from '../setup/database';
import { connectTo, startNatsServer } from '../setup/nats';
import { eventually } from '../setup/wait';

const stops: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});
async function started(options: Parameters<typeof startTestApi>[0] = {}): Promise<TestApi> {
  const api = await startTestApi(options);
  stops.push(api.stop);
  return api;
}

it('describes itself in OpenAPI 3.1 that a validator takes, every route in it', async () => {
  const api = await started();
  const answer = await api.send({ method: 'GET', path: `${apiBase}/openapi.json` });
  const document = z
    .looseObject({ openapi: z.string(), paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse(answer.json());
  const validator = new Validator();
  const result = await validator.validate({ ...document });
  expect(result.errors).toBeUndefined();
  expect(result.valid).toBe(true);
  expect(validator.version).toBe('3.1');
  const described = Object.entries(document.paths).flatMap(([at, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${at}`),
  );
  expect(described.sort()).toEqual(
    Object.values(routes)
      .map((route) => `${route.method} ${apiBase}${route.path.replace(/:(\w+)/g, '{$1}')}`)
      .sort(),
  );
});

it('migrates once, however many api processes start on an empty database', async () => {
  const database = await createDatabase();
  stops.push(database.drop);
  const CONSOLE_MASTER_KEY = randomBytes(32).toString('base64');
  const apis = await Promise.all([1, 2, 3].map(() => started({ database, env: { CONSOLE_MASTER_KEY } })));
  expect(new Set(apis.map(({ organizationId }) => organizationId)).size).toBe(1);
  const migrations = await database.query<{ name: string }>('select name from kysely_migration');
  expect(new Set(migrations.map(({ name }) => name)).size).toBe(migrations.length);
  expect(migrations.length).toBeGreaterThan(0);
  expect(await database.query('select count(*)::int as n from organizations')).toEqual([{ n: 1 }]);
});

describe('a stop', () => {
  it('lets a short request come to its end, ends a long one, and takes no new one', async () => {
    const nats = await startNatsServer();
    stops.push(nats.stop);
    const nc = await connectTo(nats.url);
    const jsm = await jetstreamManager(nc);
    await jsm.streams.add({ name: 'LONG', subjects: ['long'], allow_direct: false });
    for (let i = 0; i < 5000; i++) nc.publish('long', `number ${i}`);
    await nc.flush();
    await nc.close();
    const api = await startTestApi();
    const clusterId = await addCluster(api, [nats.url]);
    const { hostname, port } = new URL(api.url);
    const authorization = `Bearer ${api.admin}`;
    // Half of a body is there; the other half comes after the stop has begun.
    const short = http.request({
      hostname,
      port,
      method: 'POST',
      path: `${apiBase}/teams`,
      headers: { authorization, 'content-type': 'application/json' },
    });
    const answered = new Promise<number>((resolve, reject) => {
      short.on('response', (res) => {
        res.resume();
        resolve(res.statusCode ?? 0);
      });
      short.on('error', reject);
    });
    short.write('{"name":');
    const search = `${apiBase}/clusters/${clusterId}/streams/LONG/messages/search?text=never&scan=1000000`;
    const long = http.get({ hostname, port, path: search, headers: { authorization } });
    let ended = false;
    await new Promise<void>((resolve) => {
      long.on('response', (res) => {
        res.once('data', () => resolve());
        res.on('close', () => {
          ended = true;
        });
      });
    });
    const stopping = api.stop();
    await eventually(() => ended);
    short.end('"finished"}');
    expect(await answered).toBe(201);
    await stopping;
    await expect(api.send({ method: 'GET', path: '/health/live' })).rejects.toThrow();
  });
});

describe('as a process', () => {
  function run(
    file: string,
    env: Record<string, string | undefined>,
  ): { child: ChildProcess; output: () => string; exit: Promise<number | null> } {
    const child = spawn(process.execPath, ['--import', 'tsx', path.join(root, 'backend/server/src', file)], {
      cwd: root,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
    stops.push(async () => {
      child.kill('SIGKILL');
      await exit;
    });
    return { child, output: () => text, exit };
  }

  it.each(['api.ts', 'worker.ts'])(
    '%s says all that is wrong with its configuration, and shows no value of it',
    async (file) => {
      const { output, exit } = run(file, {
        DATABASE_URL: 'mysql://hidden-value',
        CONSOLE_MASTER_KEY: 'hidden-key',
        PORT: '99999',
        TRUSTED_PROXIES: 'everyone',
        CONSOLE_ADMIN_LOGIN: 'root',
      });
      expect(await exit).toBe(1);
      for (const name of [
        'DATABASE_URL',
        'CLICKHOUSE_URL: is missing',
        'REDIS_URL: is missing',
        'NATS_URL: is missing',
        'CONSOLE_MASTER_KEY',
        'PORT',
        'TRUSTED_PROXIES',
        'CONSOLE_ADMIN_PASSWORD',
      ])
        expect(output()).toContain(name);
      expect(output()).not.toMatch(/hidden|at .*\.ts/);
    },
  );

  it.each(['api.ts', 'worker.ts'])('%s starts, stops by SIGTERM with success, and logs no error', async (file) => {
    const database = await createDatabase();
    stops.push(database.drop);
    const env = { ...environmentOf(database.url), LOG_LEVEL: 'info', PORT: String(await freePort()) };
    const { child, output, exit } = run(file, env);
    await eventually(() => output().includes(' is up'));
    if (file === 'api.ts') {
      const url = `http://127.0.0.1:${env.PORT}`;
      const agent = new http.Agent();
      expect((await clientOf(url, agent).send({ method: 'GET', path: '/health/live' })).status).toBe(200);
      agent.destroy();
    }
    child.kill('SIGTERM');
    expect(await exit, output()).toBe(0);
    expect(output()).not.toMatch(/"level":"(error|fatal)"/);
  });
});

it('keeps secrets out of its log, whatever goes wrong', async () => {
  const lines: string[] = [];
  const redis = new URL('redis://:wrong-redis-password@127.0.0.1:1');
  const database = await createDatabase();
  stops.push(database.drop);
  const env = {
    LOG_LEVEL: 'debug',
    REDIS_URL: redis.toString(),
    CLICKHOUSE_URL: 'http://u:hidden-clickhouse@127.0.0.1:1',
  };
  const log = makeLog({ logLevel: 'debug' }, 'test', { write: (line) => lines.push(line) });
  const api = await started({ database, env, log });
  await api.send({ method: 'GET', path: '/health/ready' });
  const credentials = { read: { auth: { kind: 'user_password', user: 'u', password: 'hidden-nats' } } } as const;
  const clusterId = await addCluster(api, ['nats://127.0.0.1:1'], { credentials });
  await api.ask(routes.listStreams, { params: { clusterId } }, api.admin);
  await api.ask(routes.login, { body: { login: 'root', password: 'hidden-guess' } });
  // A fault of the database in the middle of an act that carries a secret.
  await database.query('alter table cluster_credentials rename to elsewhere');
  expect(
    (await api.ask(routes.putCredential, { params: { clusterId, slot: 'admin' }, body: credentials.read }, api.admin))
      .status,
  ).toBe(500);
  await database.query('alter table elsewhere rename to cluster_credentials');
  log.info(
    {
      headers: { authorization: 'hidden-a', cookie: 'hidden-b' },
      body: { credentials: { read: { password: 'hidden-c' } } },
      creds: 'hidden-d',
    },
    'shown',
  );
  const text = lines.join('');
  expect(text).toContain('[redacted]');
  expect(text).toMatch(/"route":"listStreams"/);
  expect(text).toMatch(/"requestId":"[0-9a-f-]{36}"/);
  expect(text).not.toMatch(/hidden-|wrong-redis|correct horse/);
  expect(text).not.toContain(api.admin);
  for (const url of [api.config.database.owner, api.config.natsUrl]) expect(text).not.toContain(new URL(url).password);
  expect(text).not.toContain(api.config.masterKeys[0].key.toString('base64'));
});
