import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../scripts/engines/paths';
import { anchorsIn, linksIn } from './markdown';

const notOurs = new Set(['node_modules', 'dist', 'test-results', 'playwright-report', 'coverage']);

async function pagesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(path.join(root, dir), { withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter(({ name }) => !name.startsWith('.') && !notOurs.has(name))
      .map(async (entry) => {
        const at = path.join(dir, entry.name);
        if (entry.isDirectory()) return pagesBelow(at);
        return entry.name.endsWith('.md') ? [at] : [];
      }),
  );
  return found.flat();
}

/** Why a link leads nowhere; null where it leads somewhere. */
async function fault(page: string, link: string): Promise<string | null> {
  const [target = '', anchor] = link.split('#', 2);
  const file = target === '' ? page : path.join(path.dirname(page), decodeURIComponent(target));
  if (file.startsWith('..')) return 'leads out of the repository';
  const at = path.join(root, file);
  if (!existsSync(at)) return `${file} is not there`;
  if (anchor === undefined || !file.endsWith('.md') || (await stat(at)).isDirectory()) return null;
  return anchorsIn(await readFile(at, 'utf8')).includes(anchor) ? null : `${file} has no heading #${anchor}`;
}

const pages = await pagesBelow('.');

describe('links', () => {
  it('are looked at in every page there is', () =>
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/install.md', 'plugins/app/README.md'])));

  it.each(pages)('of %s lead somewhere', async (page) => {
    const links = linksIn(await readFile(path.join(root, page), 'utf8'));
    const faults = await Promise.all(links.map(async (link) => [link, await fault(page, link)] as const));
    expect(faults.filter(([, why]) => why !== null)).toEqual([]);
  });

  it('that lead nowhere are found', async () => {
    expect(await fault('README.md', 'docs/no-such-page.md')).toContain('is not there');
    expect(await fault('README.md', 'docs/install.md#no-such-heading')).toContain('has no heading');
    expect(await fault('README.md', '../elsewhere.md')).toContain('leads out');
  });
});
