import { sql } from 'kysely';
import type { Config } from '../platform/config';
import type { Logger } from '../platform/log';
import type { Pg } from '../platform/pg';
import { hashPassword } from '../identity/password';
import { addLocalAccount } from './localAccount';
import { keysBelow, storedSecrets, withSlash, type SealSecret } from './connectionSecrets';

/**
 * The first organization, the installation's administrator, and the Grafana that belongs to it, made once: where any
 * account is there already this does nothing, so the environment never overwrites a password that was changed, and never
 * brings back a Grafana connection that was deleted.
 */
export async function bootstrap(pg: Pg, config: Config, log: Logger, seal: SealSecret): Promise<void> {
  const { firstAdmin, firstGrafana } = config;
  if (!firstAdmin) return;
  const passwordHash = await hashPassword(firstAdmin.password);
  await pg.asSystem((db) =>
    db.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(hashtext('jetstream-console-bootstrap'))`.execute(tx);
      if (await tx.selectFrom('users').where('source', '=', 'local').select('id').limit(1).executeTakeFirst()) return;
      const org = await tx
        .insertInto('organizations')
        .values({ name: config.firstOrganization })
        .returning('id')
        .executeTakeFirstOrThrow();
      await addLocalAccount(tx, {
        organizationId: org.id,
        login: firstAdmin.login,
        name: 'Administrator',
        passwordHash,
        role: 'admin',
        installationAdmin: true,
      });
      if (firstGrafana) {
        const { connection, url, keysUrl } = firstGrafana;
        await tx
          .insertInto('grafana_connections')
          .values({
            id: connection.connectionId,
            org_id: org.id,
            name: 'Grafana',
            grafana_url: url,
            issuer: withSlash(url),
            jwks_url: keysUrl ?? keysBelow(url),
            grafana_org_id: 1,
            last_seen_at: null,
            ...storedSecrets(connection, org.id, connection.connectionId, seal),
          })
          .execute();
      }
      log.info(
        { organization: config.firstOrganization, grafana: firstGrafana?.url },
        'first organization and administrator made',
      );
    }),
  );
}
