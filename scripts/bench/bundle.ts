import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../engines/paths';
import { report } from './report';

const bound = 200_000;

/** What Grafana loads before a page of the app is opened. */
export async function benchBundle(): Promise<void> {
  const packed = gzipSync(await readFile(path.join(root, 'plugins/app/dist/module.js'))).length;
  report({
    what: "the app's first chunk, gzipped",
    ours: `${(packed / 1000).toFixed(1)} kB`,
    bound: { text: '200 kB', kept: packed < bound },
  });
}
