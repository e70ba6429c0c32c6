import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort, startProcess, type Running } from '../../../scripts/engines/process';
import { root } from '../../../scripts/engines/paths';
import { adminLogin, environmentOf } from '../setup/api';
import { createDatabase, type TestDatabase } from '../setup/database';
import { eventually } from '../setup/wait';

/** Below the repository, where Node finds what npm installed: in the image it lies beside. */
const dist = path.join(root, 'node_modules/.cache/jetstream-console/built-servers');
const run = promisify(execFile);
let database: TestDatabase;
const running: Running[] = [];

beforeAll(async () => {
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  await run(process.execPath, [path.join(root, 'backend/server/build.mjs'), dist]);
  database = await createDatabase();
});
afterAll(async () => {
  for (const process of running) await process.stop();
  await database?.drop();
});

/** Of both servers, as one installation has it. */
const CONSOLE_MASTER_KEY = randomBytes(32).toString('base64');

async function start(name: 'api' | 'worker', extra: Record<string, string>): Promise<string> {
  const port = await freePort();
  const logFile = path.join(dist, `${name}.log`);
  const server = startProcess({
    name,
    command: process.execPath,
    args: [path.join(dist, `${name}.js`)],
    logFile,
    // Nothing of this process but the path: what an image gets is what it is given.
    env: {
      PATH: process.env['PATH'],
      ...environmentOf(database.url, {
        CONSOLE_MASTER_KEY,
        LOG_LEVEL: 'info',
        [name === 'api' ? 'PORT' : 'WORKER_PORT']: String(port),
        ...extra,
      }),
    },
  });
  running.push(server);
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => {
    if (!server.alive()) throw new Error(`${name} ended: ${await readFile(logFile, 'utf8')}`);
    return fetch(`${url}/health/live`).then(
      (answer) => answer.ok,
      () => false,
    );
  });
  return url;
}

it('the built api serves, migrated and with its administrator', async () => {
  const url = await start('api', {});
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(adminLogin),
  });
  expect(answer.status).toBe(200);
  const ready = await fetch(`${url}/health/ready?need=postgres`);
  expect(ready.status).toBe(200);
});

it('the built worker works, and says so where the health check asks', async () => {
  const url = await start('worker', {});
  expect((await fetch(`${url}/metrics`)).status).toBe(200);
});

it('the thread that parses replies is where the built worker looks for it', async () => {
  const thread = new Worker(path.join(dist, 'thread.js'));
  try {
    const answered = new Promise<unknown>((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
    });
    thread.postMessage({ id: 7, cluster: 'c', ask: { kind: 'open', snapshot: null, batches: [] } });
    expect(await answered).toMatchObject({ id: 7, ok: true });
  } finally {
    await thread.terminate();
  }
});
