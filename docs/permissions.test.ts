import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { builtInRoleNames, routes } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { permissionsFile, permissionsPage } from '../scripts/docs';
import { root } from '../scripts/engines/paths';

const page = permissionsPage();

describe('docs/permissions.md', () => {
  it('is what the route table and the roles say (npm run build writes it)', async () =>
    expect(await readFile(path.join(root, permissionsFile), 'utf8')).toBe(page));

  it.each(Object.values(routes))('has one row for $method $path', ({ method, path: route }) =>
    expect(page.split('\n').filter((line) => line.startsWith(`| ${method} | \`${route}\` |`))).toHaveLength(1),
  );

  it('gives the right of a viewer to no payload', () => {
    const [, , viewer] = (page.split('\n').find((line) => line.startsWith('| `messages` |')) ?? '').split('|');
    expect(viewer?.trim()).toBe('');
  });

  it('describes every built-in role', () =>
    expect(builtInRoleNames.filter((role) => !page.includes(`- **${role}** - `))).toEqual([]));
});
