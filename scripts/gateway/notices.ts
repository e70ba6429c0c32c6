import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { root } from '../engines/paths';

const manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** The package folders that a bundle's inputs come from. */
export function packagesOf(inputs: readonly string[]): string[] {
  const found = inputs.map((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]);
  return [...new Set(found.filter((dir) => dir !== undefined))].sort();
}

async function noticeOf(dir: string): Promise<string> {
  const { name, version, license } = manifest.parse(
    JSON.parse(await readFile(path.join(root, dir, 'package.json'), 'utf8')),
  );
  const files = (await readdir(path.join(root, dir))).filter((file) => /^(licen[cs]e|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(root, dir, file), 'utf8')));
  return [`${name} ${version} (${license})`, ...texts.map((text) => text.trim())].join('\n\n');
}

/** What the licences of bundled packages ask to be passed on. */
export async function noticesOf(inputs: readonly string[]): Promise<string> {
  const notices = await Promise.all(packagesOf(inputs).map(noticeOf));
  return `${notices.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
