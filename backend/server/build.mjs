// Makes plain JavaScript of the servers for images and hosts without tsx: `node backend/server/build.mjs [folder]`.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const entry = (name) => path.join(here, 'src', `${name}.ts`);

await build({
  // The thread that parses replies is a file of its own beside the worker: parser.ts looks for it there.
  entryPoints: {
    api: entry('api'),
    worker: entry('worker'),
    setup: entry('setup'),
    thread: entry('metrics/sample/thread'),
  },
  outdir: path.resolve(process.argv[2] ?? path.join(here, 'dist')),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // What npm installs stays there, native parts included; the contract is TypeScript and comes along.
  packages: 'external',
  alias: { '@jetstream-console/contract': path.join(here, '../contract/src/index.ts') },
  sourcemap: true,
  logLevel: 'warning',
});
