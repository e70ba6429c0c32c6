import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  builtInRoleNames,
  builtInRoles,
  resources,
  type BuiltInRole,
  type Resource,
} from '@jetstream-console/contract';
import { permissionsDoc } from '../backend/server/src/platform/openapi';
import { root } from './engines/paths';
import { figureTables, withTables } from './lib/figureTables';

export const permissionsFile = 'docs/permissions.md';

/** `admin` may everything, so a column of it would say nothing. */
const limitedRoles = builtInRoleNames.filter((role) => role !== 'admin');

const actionsOf = (role: BuiltInRole, resource: Resource): string[] =>
  builtInRoles[role].permissions.filter((permission) => permission.resource === resource).map(({ action }) => action);

function rolesSection(): string {
  const shared = resources.filter((resource) => limitedRoles.some((role) => actionsOf(role, resource).length > 0));
  const rows = shared.map(
    (resource) =>
      `| \`${resource}\` | ${limitedRoles.map((role) => actionsOf(role, resource).join(', ')).join(' | ')} |`,
  );
  const adminOnly = resources.filter((resource) => !shared.includes(resource));
  const descriptions = builtInRoleNames.map((role) => `- **${role}** - ${builtInRoles[role].description}.`);
  return [
    '## Built-in roles',
    descriptions.join('\n'),
    [`| resource | ${limitedRoles.join(' | ')} |`, `|${'---|'.repeat(limitedRoles.length + 1)}`, ...rows].join('\n'),
    `\`admin\` may do every action on every resource of its organization; ${adminOnly.map((resource) => `\`${resource}\``).join(', ')} belong to it alone. Making organizations (\`organizations:create\`) belongs to the administrator of the installation.`,
  ].join('\n\n');
}

/** What docs/permissions.md holds: every route with what it needs, and what the built-in roles give. */
export const permissionsPage = (): string => `${permissionsDoc()}\n${rolesSection()}\n`;

/** Writes the pages that are made from code. */
export async function writeDocs(): Promise<void> {
  await writeFile(path.join(root, permissionsFile), permissionsPage());
  for (const page of Object.keys(figureTables)) {
    const file = path.join(root, page);
    const before = await readFile(file, 'utf8');
    const after = await withTables(page, before);
    if (after !== before) await writeFile(file, after);
  }
}
