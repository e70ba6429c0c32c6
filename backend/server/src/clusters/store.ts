import { credentialSchema, type ClusterSettings, type Credential, type Slot } from '@jetstream-console/contract';
import type { Kysely } from 'kysely';
import { ApiError, notFound } from '../platform/errors';
import { versioned } from '../platform/memo';
import type { Pg, Tx } from '../platform/pg';
import type { Database } from '../platform/schema';
import { bumpAccess } from '../tenants/shared';
import { connectionNames } from './connect';
import { hintOf } from './options';
import type { Vault } from './vault';

export interface SlotInfo {
  readonly slot: Slot;
  readonly kind: string;
  readonly hint: string;
  readonly updatedAt: Date;
}
export interface ClusterRecord {
  readonly id: string;
  readonly organizationId: string;
  readonly settings: ClusterSettings;
  readonly slots: readonly SlotInfo[];
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
export type Credentials = Partial<Record<Slot, Credential>>;

const slotOrder: readonly Slot[] = ['read', 'operate', 'admin', 'system'];

async function slotsOf(tx: Kysely<Database>, ids: readonly string[]): Promise<Map<string, SlotInfo[]>> {
  const found = new Map<string, SlotInfo[]>();
  if (ids.length === 0) return found;
  const rows = await tx
    .selectFrom('cluster_credentials')
    .where('cluster_id', 'in', ids)
    .select(['cluster_id', 'slot', 'kind', 'hint', 'updated_at'])
    .execute();
  for (const row of rows.sort((a, b) => slotOrder.indexOf(a.slot) - slotOrder.indexOf(b.slot))) {
    found.set(row.cluster_id, [
      ...(found.get(row.cluster_id) ?? []),
      { slot: row.slot, kind: row.kind, hint: row.hint, updatedAt: row.updated_at },
    ]);
  }
  return found;
}

const columns = [
  'id',
  'org_id',
  'name',
  'urls',
  'tls',
  'inbox_prefix',
  'domain',
  'read_only',
  'allow_kick',
  'labels',
  'version',
  'created_at',
  'updated_at',
] as const;
type Row = {
  id: string;
  org_id: string;
  name: string;
  urls: string[];
  tls: ClusterSettings['tls'];
  inbox_prefix: string | null;
  domain: string | null;
  read_only: boolean;
  allow_kick: boolean;
  labels: Record<string, string>;
  version: number;
  created_at: Date;
  updated_at: Date;
};

const record = (row: Row, slots: readonly SlotInfo[]): ClusterRecord => ({
  id: row.id,
  organizationId: row.org_id,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  slots,
  settings: {
    name: row.name,
    urls: row.urls,
    tls: row.tls,
    inboxPrefix: row.inbox_prefix,
    domain: row.domain,
    readOnly: row.read_only,
    allowKick: row.allow_kick,
    labels: row.labels,
  },
});

const columnsOf = (settings: ClusterSettings) => ({
  name: settings.name,
  urls: JSON.stringify(settings.urls),
  tls: JSON.stringify(settings.tls),
  inbox_prefix: settings.inboxPrefix,
  domain: settings.domain,
  read_only: settings.readOnly,
  allow_kick: settings.allowKick,
  labels: JSON.stringify(settings.labels),
});

export interface ClusterStore {
  list(organizationId: string): Promise<ClusterRecord[]>;
  /**
   * The same from memory, as of the version that was read with the identity: no round trip a request, and a change
   * holds from the next one on.
   */
  known(organizationId: string, organizationVersion: string): Promise<readonly ClusterRecord[]>;
  /** Every organization's, with how long each wants its samples kept: for workers, which act for nobody. */
  everyones(): Promise<readonly { readonly record: ClusterRecord; readonly retentionDays: number | null }[]>;
  /** @throws ApiError 404 for an unknown cluster and for another organization's alike */
  get(organizationId: string, clusterId: string): Promise<ClusterRecord>;
  create(organizationId: string, settings: ClusterSettings, credentials: Credentials): Promise<ClusterRecord>;
  /** @param remove slots to empty. @throws ApiError 409 when the version has moved on */
  update(
    record: ClusterRecord,
    settings: ClusterSettings,
    credentials: Credentials,
    remove?: readonly Slot[],
  ): Promise<ClusterRecord>;
  delete(organizationId: string, clusterId: string): Promise<void>;
  /** The slot's secret, opened; null where it holds none. */
  credential(organizationId: string, clusterId: string, slot: Slot): Promise<Credential | null>;
  /** What the console's connections to it are called; the first is given, all are its own. */
  connectionNames(clusterId: string): readonly [string, ...string[]];
}

const taken = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === '23505'
    ? new ApiError(409, 'name_taken', 'A cluster of this name is there already.', { cause: error })
    : error;

/** A client certificate alone is a credential too: its key is kept, and has to be given again as any secret. */
const kindOf = ({ auth, clientCert }: Credential): string =>
  auth.kind === 'none' && clientCert !== undefined ? 'certificate' : auth.kind;

export function makeClusterStore(pg: Pg, vault: Vault, maxOrganizations = 1000): ClusterStore {
  const kept = versioned<ClusterRecord[]>(maxOrganizations);
  const putCredentials = async (tx: Tx, organizationId: string, clusterId: string, credentials: Credentials) => {
    for (const slot of slotOrder) {
      const credential = credentials[slot];
      if (!credential) continue;
      const values = {
        kind: kindOf(credential),
        hint: hintOf(credential),
        sealed: vault.seal([organizationId, clusterId, slot], JSON.stringify(credential)),
        updated_at: new Date(),
      };
      await tx
        .insertInto('cluster_credentials')
        .values({ org_id: organizationId, cluster_id: clusterId, slot, ...values })
        .onConflict((oc) => oc.columns(['cluster_id', 'slot']).doUpdateSet(values))
        .execute();
    }
  };
  const getIn = async (tx: Tx, clusterId: string): Promise<ClusterRecord> => {
    const row = await tx.selectFrom('clusters').where('id', '=', clusterId).select(columns).executeTakeFirst();
    if (!row) throw notFound('This cluster');
    return record(row, (await slotsOf(tx, [clusterId])).get(clusterId) ?? []);
  };
  const list = (organizationId: string) =>
    pg.inOrg(organizationId, async (tx) => {
      const rows = await tx.selectFrom('clusters').select(columns).execute();
      const slots = await slotsOf(
        tx,
        rows.map((row) => row.id),
      );
      return rows.map((row) => record(row, slots.get(row.id) ?? []));
    });
  return {
    list,
    connectionNames: (clusterId) => connectionNames(vault, clusterId),
    everyones: () =>
      pg.asSystem(async (db) => {
        const rows = await db
          .selectFrom('clusters')
          .innerJoin('organizations', 'organizations.id', 'clusters.org_id')
          .select([...columns.map((name) => `clusters.${name}` as const), 'organizations.retention_days'])
          .execute();
        const slots = await slotsOf(
          db,
          rows.map((row) => row.id),
        );
        return rows.map(({ retention_days, ...row }) => ({
          record: record(row, slots.get(row.id) ?? []),
          retentionDays: retention_days,
        }));
      }),
    known: (organizationId, organizationVersion) =>
      kept(organizationId, organizationVersion, () => list(organizationId)),
    get: (organizationId, clusterId) => pg.inOrg(organizationId, (tx) => getIn(tx, clusterId)),
    create: async (organizationId, settings, credentials) => {
      try {
        return await pg.inOrg(organizationId, async (tx) => {
          const { id } = await tx
            .insertInto('clusters')
            .values({ org_id: organizationId, ...columnsOf(settings) })
            .returning('id')
            .executeTakeFirstOrThrow();
          await putCredentials(tx, organizationId, id, credentials);
          await bumpAccess(tx);
          return getIn(tx, id);
        });
      } catch (error) {
        throw taken(error);
      }
    },
    update: async (before, settings, credentials, remove = []) => {
      try {
        return await pg.inOrg(before.organizationId, async (tx) => {
          const changed = await tx
            .updateTable('clusters')
            .where('id', '=', before.id)
            .where('version', '=', before.version)
            .set({ ...columnsOf(settings), version: before.version + 1, updated_at: new Date() })
            .executeTakeFirst();
          if (changed.numUpdatedRows === 0n)
            throw new ApiError(
              409,
              'conflict',
              'This cluster was changed by somebody else meanwhile. Load it again and repeat your change.',
            );
          if (remove.length > 0)
            await tx
              .deleteFrom('cluster_credentials')
              .where('cluster_id', '=', before.id)
              .where('slot', 'in', remove)
              .execute();
          await putCredentials(tx, before.organizationId, before.id, credentials);
          await bumpAccess(tx);
          return getIn(tx, before.id);
        });
      } catch (error) {
        throw taken(error);
      }
    },
    delete: (organizationId, clusterId) =>
      pg.inOrg(organizationId, async (tx) => {
        await getIn(tx, clusterId);
        await tx.deleteFrom('clusters').where('id', '=', clusterId).execute();
        await bumpAccess(tx);
      }),
    credential: async (organizationId, clusterId, slot) => {
      const row = await pg.inOrg(organizationId, (tx) =>
        tx
          .selectFrom('cluster_credentials')
          .where('cluster_id', '=', clusterId)
          .where('slot', '=', slot)
          .select('sealed')
          .executeTakeFirst(),
      );
      return row ? credentialSchema.parse(JSON.parse(vault.open([organizationId, clusterId, slot], row.sealed))) : null;
    },
  };
}
