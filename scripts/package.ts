import { readdir, readFile, rm, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zipSync, type Zippable } from 'fflate';
import { z } from 'zod';
import { root } from './engines/paths';
import { build } from './lib/build';
import { main, say, untilAsked } from './lib/main';
import { plugins } from './lib/plugins';

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

async function pack(dist: string): Promise<{ file: string; bytes: number }> {
  const dir = path.join(root, dist);
  const { id, info } = manifest.parse(JSON.parse(await readFile(path.join(dir, 'plugin.json'), 'utf8')));
  const content: Zippable = {};
  for (const file of await filesOf(dir)) {
    if (file.endsWith('.map')) continue;
    const mode = isProgram(file) ? 0o755 : 0o644;
    content[`${id}/${file}`] = [
      await readFile(path.join(dir, file)),
      { mtime, os: unixFile, attrs: mode << 16, level: 9 },
    ];
  }
  const zip = zipSync(content);
  const file = path.join(out, `${id}-${info.version}.zip`);
  await writeFile(file, zip);
  return { file, bytes: zip.length };
}

/** One zip a plugin, as Grafana's own installer and any unzip take it: the folder inside is the plugin's id. */
await main(async () => {
  const { signal, off } = untilAsked();
  await build(say, signal);
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  for (const { dist } of plugins) {
    const { file, bytes } = await pack(dist);
    say(`${path.relative(root, file)}  ${(bytes / 1e6).toFixed(1)} MB`);
  }
  say(
    `Unzip them into Grafana's plugin folder and allow both ids:\n  allow_loading_unsigned_plugins = ${plugins.map(({ id }) => id).join(',')}`,
  );
  off();
});
