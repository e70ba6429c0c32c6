import { randomUUID } from 'node:crypto';
import {
  builtInRoles,
  formatConnectionString,
  parseConnectionString,
  provisioningSnippet,
  type BodyOf,
  type Routes,
} from '@jetstream-console/contract';
import type { Selectable } from 'kysely';
import { roleDefaults } from '../access/grants';
import type { Guard } from '../clusters/guard';
import { notFound } from '../platform/errors';
import type { Ctx } from '../platform/handler';
import type { Logger } from '../platform/log';
import type { Pg } from '../platform/pg';
import type { Database } from '../platform/schema';
import { keysBelow, newSecrets, storedSecrets, withSlash, type SealSecret } from './connectionSecrets';
import { keepingAdmin } from './lastAdmin';
import { iso, isoOrNull, mayGive, ownOrganization, uniquely } from './shared';

export interface ConnectionDeps {
  readonly pg: Pg;
  /** where Grafana reaches this api */
  readonly apiUrl: () => string;
  readonly seal: SealSecret;
  readonly guard: Guard;
  readonly log: Logger;
}

type Row = Selectable<Database['grafana_connections']>;

const show = (row: Row) => ({
  id: row.id,
  name: row.name,
  grafanaUrl: row.grafana_url,
  issuer: row.issuer,
  jwksUrl: row.jwks_url,
  grafanaOrgId: row.grafana_org_id,
  createdAt: iso(row.created_at),
  rotatedAt: iso(row.rotated_at),
  lastSeenAt: isoOrNull(row.last_seen_at),
  roleDefaults: { ...roleDefaults },
});

function makeSecrets(deps: ConnectionDeps, organizationId: string, connectionId: string) {
  const secrets = newSecrets(connectionId);
  const connectionString = formatConnectionString({ apiUrl: deps.apiUrl(), connectionId, ...secrets });
  return {
    connectionString,
    stored: storedSecrets(secrets, organizationId, connectionId, deps.seal),
    snippet: (grafanaOrgId: number) => provisioningSnippet(parseConnectionString(connectionString), grafanaOrgId),
  };
}

export async function listConnections(deps: ConnectionDeps, ctx: Ctx, organizationId: string) {
  const rows = await deps.pg.inOrg(ownOrganization(ctx.principal, organizationId), (tx) =>
    tx.selectFrom('grafana_connections').selectAll().orderBy('name').execute(),
  );
  return { items: rows.map(show) };
}

export async function getRow(
  deps: ConnectionDeps,
  ctx: Ctx,
  organizationId: string,
  connectionId: string,
): Promise<Row> {
  const row = await deps.pg.inOrg(ownOrganization(ctx.principal, organizationId), (tx) =>
    tx.selectFrom('grafana_connections').where('id', '=', connectionId).selectAll().executeTakeFirst(),
  );
  if (!row) throw notFound('This Grafana connection');
  return row;
}

export async function createConnection(
  deps: ConnectionDeps,
  ctx: Ctx,
  organizationId: string,
  body: BodyOf<Routes['createConnection']>,
) {
  const id = randomUUID();
  const org = ownOrganization(ctx.principal, organizationId);
  // Whoever makes a connection decides who becomes admin here, so that takes all an admin holds.
  mayGive(ctx, builtInRoles.admin.permissions);
  const secrets = makeSecrets(deps, org, id);
  const row = await uniquely('A Grafana connection', () =>
    deps.pg.inOrg(org, (tx) =>
      tx
        .insertInto('grafana_connections')
        .values({
          id,
          org_id: org,
          name: body.name,
          grafana_url: body.grafanaUrl,
          issuer: body.issuer ?? withSlash(body.grafanaUrl),
          jwks_url: body.jwksUrl ?? keysBelow(body.grafanaUrl),
          grafana_org_id: body.grafanaOrgId,
          last_seen_at: null,
          ...secrets.stored,
        })
        .returningAll()
        .executeTakeFirstOrThrow(),
    ),
  );
  ctx.changed(null, show(row));
  return {
    ...show(row),
    connectionString: secrets.connectionString,
    provisioning: secrets.snippet(row.grafana_org_id),
  };
}

export async function updateConnection(
  deps: ConnectionDeps,
  ctx: Ctx,
  organizationId: string,
  connectionId: string,
  body: BodyOf<Routes['updateConnection']>,
) {
  const before = await getRow(deps, ctx, organizationId, connectionId);
  mayGive(ctx, builtInRoles.admin.permissions);
  const set = {
    ...(body.name !== undefined && { name: body.name }),
    ...(body.grafanaUrl !== undefined && { grafana_url: body.grafanaUrl }),
    ...(body.issuer !== undefined && { issuer: body.issuer }),
    ...(body.jwksUrl !== undefined && { jwks_url: body.jwksUrl }),
    ...(body.grafanaOrgId !== undefined && { grafana_org_id: body.grafanaOrgId }),
  };
  if (Object.keys(set).length === 0) return show(before);
  // Who is believed changes with these: that people came in before says nothing of whether they can now.
  const believed = ['issuer', 'jwks_url', 'grafana_org_id'] as const;
  const moved = believed.some((column) => set[column] !== undefined && set[column] !== before[column]);
  const row = await uniquely('A Grafana connection', () =>
    deps.pg.inOrg(organizationId, (tx) =>
      keepingAdmin(tx, () =>
        tx
          .updateTable('grafana_connections')
          .where('id', '=', connectionId)
          .set({ ...set, ...(moved && { last_seen_at: null }) })
          .returningAll()
          .executeTakeFirstOrThrow(),
      ),
    ),
  );
  ctx.changed(show(before), show(row));
  return show(row);
}

export async function deleteConnection(deps: ConnectionDeps, ctx: Ctx, organizationId: string, connectionId: string) {
  const before = await getRow(deps, ctx, organizationId, connectionId);
  await deps.pg.inOrg(organizationId, (tx) =>
    keepingAdmin(tx, async () => {
      await tx
        .deleteFrom('role_bindings')
        .where('subject_kind', '=', 'user')
        .where('subject_id', 'in', (db) =>
          db.selectFrom('users').where('connection_id', '=', connectionId).select('id'),
        )
        .execute();
      await tx.deleteFrom('grafana_connections').where('id', '=', connectionId).execute();
    }),
  );
  ctx.changed(show(before), null);
}

export async function rotateConnection(deps: ConnectionDeps, ctx: Ctx, organizationId: string, connectionId: string) {
  const row = await getRow(deps, ctx, organizationId, connectionId);
  // New secrets make whoever holds them this Grafana: the same as making a connection.
  mayGive(ctx, builtInRoles.admin.permissions);
  const secrets = makeSecrets(deps, organizationId, connectionId);
  await deps.pg.inOrg(organizationId, (tx) =>
    tx
      .updateTable('grafana_connections')
      .where('id', '=', connectionId)
      // Nobody has come in with the new ones yet.
      .set({ ...secrets.stored, rotated_at: new Date(), last_seen_at: null })
      .execute(),
  );
  return { connectionString: secrets.connectionString, provisioning: secrets.snippet(row.grafana_org_id) };
}
