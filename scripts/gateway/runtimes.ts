import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { Advice, engineHome } from '../engines/paths';

const run = promisify(execFile);
const lockSchema = z.record(z.string(), z.object({ package: z.string(), version: z.string(), integrity: z.string() }));

/** Platforms for which a single executable is made. */
export const executablePlatforms = ['linux_amd64', 'linux_arm64'] as const;
export type ExecutablePlatform = (typeof executablePlatforms)[number];

export interface Runtime {
  readonly node: string;
  readonly license: string;
  readonly version: string;
}

const reason = (error: unknown): string =>
  error instanceof Error ? error.message.split('\n').slice(0, 4).join(' ') : String(error);

/** Node of another platform or version out of its npm package: fetched once, its sum held against the lock. */
export async function runtimeOf(platform: ExecutablePlatform, log: (line: string) => void): Promise<Runtime> {
  const lock = lockSchema.parse(JSON.parse(await readFile(new URL('./runtimes.lock.json', import.meta.url), 'utf8')));
  const entry = lock[platform];
  if (!entry) throw new Advice(`No Node is locked for ${platform} in scripts/gateway/runtimes.lock.json.`);
  const home = path.join(engineHome, `${entry.package}-${entry.version}`);
  const runtime = { node: path.join(home, 'bin/node'), license: path.join(home, 'LICENSE'), version: entry.version };
  if (existsSync(home)) return runtime;
  log(`downloading ${entry.package} ${entry.version}`);
  await mkdir(engineHome, { recursive: true });
  const temp = await mkdtemp(path.join(engineHome, 'download-'));
  try {
    const wanted = `${entry.package}@${entry.version}`;
    await run('npm', ['pack', wanted, '--silent', '--pack-destination', temp]).catch((error: unknown) => {
      throw new Advice(`npm could not download ${wanted}: ${reason(error)}`);
    });
    const [name] = await readdir(temp);
    const archive = path.join(temp, name ?? '');
    const sum = `sha512-${createHash('sha512')
      .update(await readFile(archive))
      .digest('base64')}`;
    if (sum !== entry.integrity)
      throw new Advice(
        `The downloaded ${wanted} is not the one in scripts/gateway/runtimes.lock.json. It was not run.`,
      );
    await run('tar', ['-xzf', archive, '-C', temp, 'package/bin/node', 'package/LICENSE']);
    await chmod(path.join(temp, 'package/bin/node'), 0o755);
    await rename(path.join(temp, 'package'), home);
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
  return runtime;
}
