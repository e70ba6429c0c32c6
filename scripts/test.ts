import { rm, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { Advice } from './engines';
import { root } from './engines/paths';
import { build } from './lib/build';
import { runNode } from './lib/child';
import { main, say, untilAsked } from './lib/main';

const results = path.join(root, 'test-results');
const vitestReport = z.object({ numPassedTests: z.number(), numFailedTests: z.number(), numPendingTests: z.number() });
const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
});

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

async function readReport<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(await readFile(path.join(results, file), 'utf8')));
}

/** Runs all tests there are. What fails in one part does not keep the next from telling what it knows. */
await main(async () => {
  const { signal, off } = untilAsked();
  await rm(results, { recursive: true, force: true });
  await build(say, signal);
  const failures: string[] = [];
  const part = async (what: string, args: readonly string[]) => {
    say(`\n${what}`);
    await runNode(args, { signal, what }).catch((error: unknown) => {
      if (!(error instanceof Advice) || signal.aborted) throw error;
      failures.push(error.message);
    });
  };
  await part('Unit and integration tests', [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${path.join(results, 'vitest.json')}`,
  ]);
  await part('Browser tests', ['--import', 'tsx', 'scripts/e2e.ts']);
  off();
  const units = await readReport('vitest.json', vitestReport);
  const { stats } = await readReport('playwright.json', playwrightReport);
  const count: Count = {
    passed: units.numPassedTests + stats.expected,
    failed: units.numFailedTests + stats.unexpected + stats.flaky,
    skipped: units.numPendingTests + stats.skipped,
  };
  say(`\n${failures.join('\n')}`);
  say(`tests: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  if (failures.length > 0 || count.failed > 0) throw new Advice('Not all tests passed.');
  if (count.skipped > 0) throw new Advice('A skipped test is not a passed one.');
});
