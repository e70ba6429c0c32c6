import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readdirSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { gatewayDir, launcherOf, ownPlatform } from '../../../../scripts/packageGateway';
import { startGateway } from '../src/host';
import { contextFor, isAlive, lag, queryOf, signedIn, openBench, until } from './setup';

const bench = openBench();
const folders = () => readdirSync(bench.temp).filter((name) => name.startsWith('jetstream-gateway-'));

/** Runs the executable without a host around it. */
function runBare(
  env: NodeJS.ProcessEnv,
  executable = bench.executable,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(executable, { env: { PATH: process.env['PATH'], ...env } });
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (data: Buffer) => (out.stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (out.stderr += data.toString()));
    child.once('close', (code) => resolve({ code, ...out }));
  });
}

describe('the start', () => {
  it('says where it listens in one line, and nothing else on stdout', async () => {
    const gateway = await bench.start();
    expect(gateway.line).toMatch(/^1\|2\|unix\|[^|]+\|grpc\|$/);
    expect(Buffer.byteLength(gateway.address.address)).toBeLessThanOrEqual(107);
    await gateway.calls.collectMetrics();
    await gateway.stop();
    expect(bench.lines.filter(({ from }) => from === 'stdout')).toEqual([]);
  });

  it.each([
    ['no cookie', {}],
    ['another cookie', { grafana_plugin_type: 'renderer', PLUGIN_PROTOCOL_VERSIONS: '2' }],
    ['another protocol', { grafana_plugin_type: 'datasource', PLUGIN_PROTOCOL_VERSIONS: '1' }],
  ])('ends with %s: code 1, a sentence on stderr, nothing on stdout', async (_what, env) => {
    const { code, stdout, stderr } = await runBare(env);
    expect([code, stdout]).toEqual([1, '']);
    const line = JSON.parse(stderr) as Record<string, unknown>;
    expect(line['@level']).toBe('error');
    expect(line['@message']).toMatch(/Grafana/);
  });

  it('works without the environment of Grafana, as its own setting can have it', async () => {
    const gateway = await startGateway({ executable: bench.executable, env: {} });
    await gateway.stop();
    expect((await gateway.exited).code).toBe(0);
  });

  it('is not led astray by options for other Node programs', async () => {
    const gateway = await bench.start({ env: { NODE_OPTIONS: '--require /nowhere/agent.js' } });
    await gateway.stop();
  });

  it('says what to install where nothing can run it', async () => {
    const alone = path.join(bench.temp, launcherOf(ownPlatform()));
    copyFileSync(path.join(gatewayDir, 'launcher.sh'), alone);
    chmodSync(alone, 0o755);
    const { code, stdout, stderr } = await runBare({ PATH: '/nowhere' }, alone);
    expect([code, stdout]).toEqual([1, '']);
    expect((JSON.parse(stderr) as Record<string, unknown>)['@message']).toMatch(/needs Node 20/);
  });

  it('asks nobody before it has said where it listens', async () => {
    await bench.start();
    expect(bench.console.calls).toEqual([]);
  });
});

describe('the log', () => {
  it('is lines that Grafana reads, whatever happens', async () => {
    const gateway = await bench.start();
    await bench.console.stop();
    await gateway.calls.queryData({
      pluginContext: contextFor(bench.console.url),
      headers: signedIn(),
      queries: [queryOf('A', lag)],
    });
    await gateway.calls.subscribeStream({
      pluginContext: undefined,
      path: 'x',
      data: Buffer.alloc(0),
      headers: signedIn(),
    });
    await gateway.stop();
    expect(bench.lines.length).toBeGreaterThan(1);
    for (const { line } of bench.lines) {
      const read = JSON.parse(line) as Record<string, unknown>;
      expect(read['@timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      expect(['debug', 'info', 'warn', 'error']).toContain(read['@level']);
      expect(typeof read['@message']).toBe('string');
      expect(line.length).toBeLessThan(65_536);
    }
  });
});

describe('the end', () => {
  it('comes by Shutdown, with code 0 and no folder left', async () => {
    const gateway = await bench.start();
    expect(folders()).toHaveLength(1);
    await gateway.calls.shutdown({});
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
    expect(folders()).toEqual([]);
  });

  it('comes by Shutdown before Grafana would kill, also while calls and streams run', async () => {
    bench.console.answer = () => undefined;
    const gateway = await bench.start();
    const context = { pluginContext: contextFor(bench.console.url), headers: signedIn() };
    const query = gateway.calls.queryData({ ...context, queries: [queryOf('A', lag)] });
    const stream = gateway.calls.runStream({ ...context, path: 't'.repeat(43), data: Buffer.alloc(0) });
    query.catch(() => undefined);
    stream.on('error', () => undefined).resume();
    await until(() => bench.console.calls.length === 2);
    await gateway.stop();
    // `stop` kills after two seconds, as Grafana does: then there would be a signal.
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
    await expect(query).rejects.toThrow();
  });

  it('comes by SIGTERM, and not by the Ctrl-C in Grafana’s terminal', async () => {
    const gateway = await bench.start();
    gateway.kill('SIGINT');
    gateway.kill('SIGHUP');
    await gateway.calls.collectMetrics();
    gateway.kill('SIGTERM');
    expect(await gateway.exited).toEqual({ code: 0, signal: null });
  });

  it('comes with the host, when that is killed', async () => {
    const host = spawn(
      process.execPath,
      [
        '-e',
        `const c = require('node:child_process').spawn(process.argv[1], { stdio: ['ignore', 'pipe', 'ignore'] });
         c.stdout.once('data', () => console.log(c.pid));`,
        bench.executable,
      ],
      {
        env: {
          PATH: process.env['PATH'],
          TMPDIR: bench.temp,
          grafana_plugin_type: 'datasource',
          PLUGIN_PROTOCOL_VERSIONS: '2',
        },
      },
    );
    const pid = Number(await new Promise<Buffer>((resolve) => host.stdout.once('data', resolve)));
    expect(isAlive(pid)).toBe(true);
    expect(folders()).toHaveLength(1);
    host.kill('SIGKILL');
    await until(() => !isAlive(pid));
    expect(folders()).toEqual([]);
  });

  it('leaves nothing for long after it was killed itself: the next one sweeps', async () => {
    const killed = await bench.start();
    const left = path.dirname(killed.address.address);
    killed.kill('SIGKILL');
    await killed.exited;
    expect(existsSync(left)).toBe(true);
    const longAgo = new Date(Date.now() - 600_000);
    utimesSync(left, longAgo, longAgo);
    const [live, next] = [await bench.start(), await bench.start()];
    await until(() => !existsSync(left));
    for (const { address } of [live, next]) expect(existsSync(address.address)).toBe(true);
  });
});
