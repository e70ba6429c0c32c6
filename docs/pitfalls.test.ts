import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../scripts/engines/paths';

const page = await readFile(path.join(root, 'docs/pitfalls.md'), 'utf8');
const rows = page.split('\n').flatMap((line) => {
  const [, first, last, here] = /^\| (\d+)(?:-(\d+))? \| [^|]+ \| (.+) \|$/.exec(line) ?? [];
  return first === undefined || here === undefined ? [] : [{ first: Number(first), last: Number(last ?? first), here }];
});

/** `file` "part of a test's name"; "another in the same file" */
const references = (here: string) =>
  [...here.matchAll(/`([^`]+\.ts)`([^`]*)/g)].map(([, file = '', after = '']) => ({
    file,
    names: [...after.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
  }));

describe('docs/pitfalls.md', () => {
  it('speaks of every mistake once', () => {
    const numbers = rows.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
    expect(numbers).toEqual(Array.from({ length: 77 }, (_, i) => i + 1));
  });
  it.each(rows)('$first: a test that is there, or a reason', async ({ here }) => {
    const found = references(here);
    expect(found.length > 0 || /impossible here because|later \(/.test(here)).toBe(true);
    for (const { file, names } of found) {
      expect(existsSync(path.join(root, file)), file).toBe(true);
      expect(names.length, file).toBeGreaterThan(0);
      const text = await readFile(path.join(root, file), 'utf8');
      for (const name of names) expect(text, file).toContain(name);
    }
  });
});
