import { mkdtemp, readdir, readFile, rm, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { zipSync, type Zippable } from 'fflate';
import { z } from 'zod';
import { engineHome, root } from './engines/paths';
import { build } from './lib/build';
import { main, say, untilAsked } from './lib/main';
import { plugins } from './lib/plugins';
import { buildExecutable, executablePlatforms, gatewayHome, triedExecutables } from './packageGateway';

const manifest = z.object({ id: z.string(), info: z.object({ version: z.string() }) });
const out = path.join(root, 'dist');

async function filesOf(dir: string, below = ''): Promise<string[]> {
  const entries = await readdir(path.join(dir, below), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const at = path.posix.join(below, entry.name);
      return entry.isDirectory() ? filesOf(dir, at) : [at];
    }),
  );
  return found.flat().sort();
}

/** What Grafana starts has to be executable: the endings are those that its own installer knows. */
const isProgram = (file: string): boolean => /_(linux|darwin)_(amd64|arm64|arm)$/.test(file);
const unixFile = 3;
/** The earliest day a zip can hold: the same files give the same bytes whenever they are packed. */
const mtime = '1980-01-01T00:00:00';

interface Extra {
  /** tells this zip from the others of its plugin */
  readonly suffix: string;
  readonly files: readonly string[];
}

async function pack(dir: string, extra: Extra = { suffix: '', files: [] }): Promise<{ file: string; bytes: number }> {
  const { id, info } = manifest.parse(JSON.parse(await readFile(path.join(dir, 'plugin.json'), 'utf8')));
  const content: Zippable = {};
  const add = async (name: string, file: string) => {
    const mode = isProgram(name) ? 0o755 : 0o644;
    content[`${id}/${name}`] = [await readFile(file), { mtime, os: unixFile, attrs: mode << 16, level: 9 }];
  };
  for (const file of await filesOf(dir)) if (!file.endsWith('.map')) await add(file, path.join(dir, file));
  for (const file of extra.files) await add(path.basename(file), file);
  const zip = zipSync(content);
  const file = path.join(out, `${id}-${info.version}${extra.suffix}.zip`);
  await writeFile(file, zip);
  return { file, bytes: zip.length };
}

const told = ({ file, bytes }: { file: string; bytes: number }, note = '') =>
  say(`${path.relative(root, file)}  ${(bytes / 1e6).toFixed(1)} MB${note}`);

/** The datasource once more for each platform, with a Node of its own beside the script. */
async function packExecutables(): Promise<void> {
  await mkdir(engineHome, { recursive: true });
  for (const platform of executablePlatforms) {
    const temp = await mkdtemp(path.join(engineHome, 'package-'));
    try {
      const parts = await buildExecutable(platform, temp, say);
      const note = triedExecutables.includes(platform) ? '' : '  (made, and not tried on such a machine)';
      told(await pack(gatewayHome, { suffix: `.${platform}`, files: parts.map(({ file }) => file) }), note);
    } finally {
      await rm(temp, { recursive: true, force: true });
    }
  }
}

/** One zip a plugin, as Grafana's own installer and any unzip take it: the folder inside is the plugin's id. */
await main(async () => {
  const { values } = parseArgs({ options: { executables: { type: 'boolean', default: false } } });
  const { signal, off } = untilAsked();
  await build(say, signal);
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  for (const { dist } of plugins) told(await pack(path.join(root, dist)));
  if (values.executables) await packExecutables();
  say(
    `Unzip them into Grafana's plugin folder and allow both ids:\n  allow_loading_unsigned_plugins = ${plugins.map(({ id }) => id).join(',')}`,
  );
  off();
});
