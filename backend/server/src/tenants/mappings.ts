import { builtInRoles, type Mapping } from '@jetstream-console/contract';
import { roleDefaults } from '../access/grants';
import { invalid } from '../platform/errors';
import type { Ctx } from '../platform/handler';
import type { Tx } from '../platform/pg';
import { getRow, type ConnectionDeps } from './connections';
import { keepingAdmin } from './lastAdmin';
import { checkScope, mayGive, permissionsOfRole } from './shared';

const mappingsOf = (tx: Tx, connectionId: string) =>
  tx
    .selectFrom('role_mappings')
    .where('connection_id', '=', connectionId)
    .orderBy('position')
    .select(['subject', 'role', 'scope'])
    .execute();

export async function getMappings(deps: ConnectionDeps, ctx: Ctx, organizationId: string, connectionId: string) {
  await getRow(deps, ctx, organizationId, connectionId);
  return { items: await deps.pg.inOrg(organizationId, (tx) => mappingsOf(tx, connectionId)) };
}

async function mayMap(tx: Tx, ctx: Ctx, before: readonly Mapping[], items: readonly Mapping[]): Promise<void> {
  for (const [i, item] of items.entries()) {
    const field = `body.items.${i}.scope`;
    mayGive(ctx, await permissionsOfRole(tx, item.role));
    await checkScope(tx, item.scope, field);
    if (item.scope.kind === 'own') throw invalid(field, 'a mapping needs a scope that many people can share');
  }
  // An org role whose mapping goes away gets its default back: that is giving too.
  const mapped = new Set(items.flatMap(({ subject }) => (subject.kind === 'org_role' ? [subject.role] : [])));
  for (const { subject } of before)
    if (subject.kind === 'org_role' && !mapped.has(subject.role))
      mayGive(ctx, builtInRoles[roleDefaults[subject.role]].permissions);
}

export async function putMappings(
  deps: ConnectionDeps,
  ctx: Ctx,
  organizationId: string,
  connectionId: string,
  items: readonly Mapping[],
) {
  await getRow(deps, ctx, organizationId, connectionId);
  const before = await deps.pg.inOrg(organizationId, (tx) =>
    keepingAdmin(tx, async () => {
      const present = await mappingsOf(tx, connectionId);
      await mayMap(tx, ctx, present, items);
      await tx.deleteFrom('role_mappings').where('connection_id', '=', connectionId).execute();
      if (items.length > 0)
        await tx
          .insertInto('role_mappings')
          .values(
            items.map((item, position) => ({
              org_id: organizationId,
              connection_id: connectionId,
              position,
              subject: JSON.stringify(item.subject),
              role: item.role,
              scope: JSON.stringify(item.scope),
            })),
          )
          .execute();
      return present;
    }),
  );
  ctx.changed(before, items);
  return { items: [...items] };
}
