import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEngines } from '../../../scripts/engines';

/** Where the console's own engines answer; one of each for the whole run. */
export interface EngineUrls {
  readonly databaseUrl: string;
  readonly clickhouseUrl: string;
  readonly redisUrl: string;
  readonly natsUrl: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    engines: EngineUrls;
  }
}

/** Real engines in a directory of their own, so that a running `npm start` and the tests do not meet. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'jetstream-console-test-'));
  const engines = await startEngines({ dir, fresh: true, log: (line) => process.stdout.write(`${line}\n`) });
  const { databaseUrl, clickhouseUrl, redisUrl, natsUrl } = engines;
  project.provide('engines', { databaseUrl, clickhouseUrl, redisUrl, natsUrl });
  return async () => {
    await engines.stop();
    await rm(dir, { recursive: true, force: true });
  };
}
