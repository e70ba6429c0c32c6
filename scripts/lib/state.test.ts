import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readState, writeState } from './state';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'jetstream-console-state-'));
});
afterAll(() => rm(dir, { recursive: true }));

it('keeps the secrets from one start to the next, for their owner alone', async () => {
  const first = await readState(dir);
  expect(Buffer.from(first.masterKey, 'base64')).toHaveLength(32);
  expect(await readState(dir)).toEqual(first);
  await writeState(dir, { ...first, connection: { id: 'c', text: 'jsc1.x' } });
  expect((await readState(dir)).connection).toEqual({ id: 'c', text: 'jsc1.x' });
  expect((await stat(path.join(dir, 'state.json'))).mode & 0o777).toBe(0o600);
  expect(await readdir(dir)).toEqual(['state.json']);
});
