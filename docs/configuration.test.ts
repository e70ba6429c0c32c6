import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { configNames } from '../backend/server/src/platform/config';
import { root } from '../scripts/engines/paths';

const page = await readFile(path.join(root, 'docs/configuration.md'), 'utf8');
const [ofServers = '', ofScripts = ''] = page.split('\n## `npm start`');

/** Variables that have a row of their own in a table, with its other cells. */
const rowsOf = (part: string): [name: string, cells: string[]][] =>
  [...part.matchAll(/^\| `([A-Z][A-Z0-9_]+)` \|(.*)\|$/gm)].map(([, name = '', rest = '']) => [
    name,
    rest.split('|').map((cell) => cell.trim()),
  ]);
const servers = new Map(rowsOf(ofServers));
const scripts = rowsOf(ofScripts).map(([name]) => name);

async function sourcesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(path.join(root, dir), { withFileTypes: true, recursive: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile() && /(?<!\.test)\.(ts|mjs)$/.test(entry.name))
      .map((entry) => readFile(path.join(entry.parentPath, entry.name), 'utf8')),
  );
}

/** What a child process of ours gets from its parent, and what every program has. */
const notSettings = new Set(['CHDB_DIR', 'CHDB_PASSWORD', 'CHDB_PORT', 'PATH']);

describe('docs/configuration.md', () => {
  it.each(configNames)('says of %s what it means, its default and an example', (name) => {
    const [meaning = '', example = '', ...more] = servers.get(name) ?? [];
    expect(meaning).toMatch(/\bNo default\.|\bDefault: /);
    expect(example).toMatch(/^`.+`$/);
    expect(more).toEqual([]);
  });

  it('names no variable of the servers that they do not read', () =>
    expect([...servers.keys()].filter((name) => !configNames.includes(name))).toEqual([]));

  it('names every variable that the scripts and the browser tests read', async () => {
    const read = (await Promise.all(['scripts', 'tests/e2e'].map(sourcesBelow)))
      .flat()
      .flatMap((source) => [...source.matchAll(/\benv\['([A-Z_]+)'\]|portFrom\('([A-Z_]+)'|: '([A-Z]+_URL)'/g)])
      .map(([, variable, port, engine]) => variable ?? port ?? engine ?? '');
    expect(read).toEqual(expect.arrayContaining(['PAGE_PORT', 'GRAFANA_HOME', 'GRAFANA_URL', 'DATABASE_URL']));
    expect(read.filter((name) => !notSettings.has(name) && !scripts.includes(name))).toEqual([]);
  });
});
