import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { takeLock } from './lock';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'jetstream-console-lock-'));
});
afterAll(() => rm(dir, { recursive: true }));

it('lets one start have a data folder, and says who has it', async () => {
  const give = await takeLock(dir);
  await expect(takeLock(dir)).rejects.toThrow(`It runs already (process ${process.pid})`);
  await give();
  await (
    await takeLock(dir)
  )();
});
it('takes over from a process that is gone', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  await writeFile(path.join(dir, 'lock'), String(pid));
  const give = await takeLock(dir);
  expect(await readFile(path.join(dir, 'lock'), 'utf8')).toBe(String(process.pid));
  await give();
});
