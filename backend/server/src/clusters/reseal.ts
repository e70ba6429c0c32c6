import type { Kysely } from 'kysely';
import type { Pg } from '../platform/pg';
import type { Database } from '../platform/schema';
import type { Place, Vault } from './vault';

interface Kept {
  readonly place: Place;
  readonly sealed: string;
  /** holds on to what was read: a secret that was replaced meanwhile stays as it is now */
  replace(fresh: string): Promise<{ numUpdatedRows: bigint }>;
}

async function allKept(db: Kysely<Database>): Promise<Kept[]> {
  const credentials = await db
    .selectFrom('cluster_credentials')
    .select(['org_id', 'cluster_id', 'slot', 'sealed'])
    .execute();
  const connections = await db
    .selectFrom('grafana_connections')
    .select(['org_id', 'id', 'gateway_secret_sealed'])
    .execute();
  return [
    ...credentials.map(({ org_id, cluster_id, slot, sealed }) => ({
      place: [org_id, cluster_id, slot] as const,
      sealed,
      replace: (fresh: string) =>
        db
          .updateTable('cluster_credentials')
          .set({ sealed: fresh })
          .where('cluster_id', '=', cluster_id)
          .where('slot', '=', slot)
          .where('sealed', '=', sealed)
          .executeTakeFirst(),
    })),
    ...connections.map(({ org_id, id, gateway_secret_sealed: sealed }) => ({
      place: [org_id, id, 'gateway'] as const,
      sealed,
      replace: (fresh: string) =>
        db
          .updateTable('grafana_connections')
          .set({ gateway_secret_sealed: fresh })
          .where('id', '=', id)
          .where('gateway_secret_sealed', '=', sealed)
          .executeTakeFirst(),
    })),
  ];
}

/**
 * Seals again, under the present master key, what lies under an older one, so that the old key can be taken away.
 * @returns how many were sealed again, and the places of those that do not open: their key is gone, or they were changed
 */
export function resealOld(pg: Pg, vault: Vault): Promise<{ sealed: number; unreadable: Place[] }> {
  return pg.asSystem(async (db) => {
    let count = 0;
    const unreadable: Place[] = [];
    for (const { place, sealed, replace } of await allKept(db)) {
      if (!vault.isOld(sealed)) continue;
      let secret: string;
      try {
        secret = vault.open(place, sealed);
      } catch {
        unreadable.push(place);
        continue;
      }
      count += Number((await replace(vault.seal(place, secret))).numUpdatedRows);
    }
    return { sealed: count, unreadable };
  });
}
