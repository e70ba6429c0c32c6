import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../engines/paths';
import { runNode } from './child';

export interface Artifact {
  readonly name: string;
  /** files and folders it is made of */
  readonly sources: readonly string[];
  /** what exists when it is made */
  readonly result: string;
  make(signal?: AbortSignal): Promise<void>;
}

const ignored = new Set(['node_modules', 'dist']);

async function filesBelow(place: string): Promise<string[]> {
  const entries = await readdir(path.join(root, place), { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTDIR') return null;
      throw error;
    },
  );
  if (entries === null) return [place];
  const found = await Promise.all(
    entries
      .filter((entry) => !ignored.has(entry.name) && !/\.test\.tsx?$/.test(entry.name))
      .map((entry) => filesBelow(path.join(place, entry.name))),
  );
  return found.flat();
}

async function fingerprint(sources: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  const files = (await Promise.all([...sources, 'package-lock.json'].map(filesBelow))).flat().sort();
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(await readFile(path.join(root, file)));
  return hash.digest('hex');
}

const contract = 'backend/contract/src';

const webpacked = (dir: string): Artifact => ({
  name: dir,
  sources: [
    contract,
    'plugins/webpack.base.ts',
    ...['src', 'webpack.config.ts', 'package.json', 'README.md'].map((part) => `${dir}/${part}`),
    'CHANGELOG.md',
    'LICENSE',
  ],
  result: `${dir}/dist/module.js`,
  make: (signal) =>
    runNode(['--import', 'tsx', 'node_modules/webpack-cli/bin/cli.js', '-c', `${dir}/webpack.config.ts`], {
      signal,
      what: `The build of ${dir}`,
      env: { ...process.env, NODE_OPTIONS: '' },
    }),
});

export const artifacts: readonly Artifact[] = [
  webpacked('plugins/app'),
  webpacked('plugins/datasource'),
  {
    // After webpack, which empties the folder but for what is the gateway's.
    name: 'plugins/datasource/gateway',
    sources: [contract, 'plugins/datasource/gateway', 'scripts/packageGateway.ts', 'scripts/gateway'],
    result: 'plugins/datasource/dist/gateway.cjs',
    make: async () => {
      await (await import('../packageGateway')).buildGateway();
    },
  },
  {
    name: 'plugins/host',
    sources: ['plugins/host/src', 'plugins/host/package.json'],
    result: 'plugins/host/dist/page.js',
    make: async () => (await import('../../plugins/host/src/build')).buildHost(),
  },
  {
    name: 'docs/permissions.md',
    sources: [
      contract,
      'backend/server/src/platform/openapi.ts',
      'backend/server/src/platform/metrics.ts',
      'backend/server/src/metrics',
      'backend/server/src/query',
      'plugins/datasource/gateway/src/process/metrics.ts',
      'scripts/docs.ts',
      'scripts/lib/figureTables.ts',
    ],
    result: 'docs/permissions.md',
    make: async () => (await import('../docs')).writeDocs(),
  },
];

/** Makes what is missing or older than its sources; what is there is left alone. */
export async function build(log: (line: string) => void, signal?: AbortSignal): Promise<void> {
  const stamps = path.join(root, 'node_modules/.cache/jetstream-console');
  await mkdir(stamps, { recursive: true });
  for (const artifact of artifacts) {
    const stamp = path.join(stamps, `${artifact.name.replaceAll('/', '-')}.stamp`);
    const now = await fingerprint(artifact.sources);
    const known =
      existsSync(stamp) && existsSync(path.join(root, artifact.result)) ? await readFile(stamp, 'utf8') : '';
    if (known === now) continue;
    log(`building ${artifact.name}`);
    await artifact.make(signal);
    await writeFile(stamp, now);
  }
}
