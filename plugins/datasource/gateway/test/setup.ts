import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { buildGateway, launcherOf, ownPlatform } from '../../../../scripts/packageGateway';
import { startGateway, type Gateway, type StartOptions } from '../src/host';
import { Console } from './console';

/** Another form of the gateway than the script, by its launcher: `GATEWAY_EXECUTABLE=…/gpx_jetstream_linux_amd64` */
const given = process.env['GATEWAY_EXECUTABLE'];

export * from './requests';

export interface Bench {
  readonly executable: string;
  /** where sockets go; its own for each test file */
  readonly temp: string;
  readonly console: Console;
  /** what stands in the logs of gateways started here */
  readonly lines: { line: string; from: 'stdout' | 'stderr' }[];
  /** a gateway of this test's own, ended with it */
  start(options?: Partial<StartOptions>): Promise<Gateway>;
  /** the gateway that all tests of a file may use: nothing that one does may show in another */
  shared(): Promise<Gateway>;
}

/** Builds the gateway once for a test file, and ends whatever a test has started. */
export function openBench(env: NodeJS.ProcessEnv = {}): Bench {
  const running: Gateway[] = [];
  let common: Promise<Gateway> | undefined;
  const lines: Bench['lines'] = [];
  let built = '';
  const bench = {
    executable: '',
    temp: '',
    console: new Console(),
    lines,
    start: async (options: Partial<StartOptions> = {}) => {
      const gateway = await launch(options.env);
      running.push(gateway);
      return gateway;
    },
    shared: () => (common ??= launch()),
  };
  const launch = (more: NodeJS.ProcessEnv = {}) =>
    startGateway({
      executable: bench.executable,
      env: { PATH: process.env['PATH'], TMPDIR: bench.temp, ...env, ...more },
      onLine: (line, from) => lines.push({ line, from }),
    });
  beforeAll(async () => {
    built = mkdtempSync(path.join(os.tmpdir(), 'js-gateway-'));
    bench.temp = mkdtempSync(path.join(os.tmpdir(), 'js-temp-'));
    chmodSync(bench.temp, 0o700);
    if (given === undefined) await buildGateway(built);
    bench.executable = given ?? path.join(built, launcherOf(ownPlatform()));
  });
  beforeEach(async () => {
    lines.length = 0;
    bench.console.calls.length = 0;
    await bench.console.stop();
    await bench.console.start();
  });
  afterEach(async () => {
    for (const gateway of running.splice(0)) await gateway.stop();
    await bench.console.stop();
  });
  afterAll(async () => {
    await (await common)?.stop();
    for (const dir of [built, bench.temp]) rmSync(dir, { recursive: true, force: true });
  });
  return bench;
}

/** Waits for what a test cannot be told of; the test's own time limit ends it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
