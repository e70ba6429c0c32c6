import { apiBase, scrapeRoutes, type Grant, type Resource } from '@jetstream-console/contract';
import type { Request } from 'express';
import { sql } from 'kysely';
import type { Principal } from '../platform/handler';
import type { Pg } from '../platform/pg';
import { hashSecret, refuse } from './grafanaToken';

const usedEverySeconds = 60;

/** What a scrape reads: figures of everything, and payloads of nothing. */
const read: readonly Resource[] = ['clusters', 'streams', 'consumers'];
const grantsOf = (allAccounts: boolean): Grant[] =>
  [...read, ...(allAccounts ? (['accounts'] as const) : [])].map((resource) => ({
    resource,
    action: 'read',
    scope: { kind: 'organization' },
  }));

const isScrape = (req: Request): boolean =>
  req.method === scrapeRoutes.scrape.method &&
  req.originalUrl.split('?', 1)[0] === `${apiBase}${scrapeRoutes.scrape.path}`;

/** Whoever comes with a scrape token: good for the scrape, and refused on every other route. */
export async function fromScrapeToken(pg: Pg, req: Request, token: string): Promise<Principal> {
  if (!isScrape(req))
    throw refuse(`A scrape token is good for ${apiBase}${scrapeRoutes.scrape.path} and nothing else.`);
  const row = await pg.asSystem((db) =>
    db
      .selectFrom('scrape_tokens as t')
      .innerJoin('organizations as o', 'o.id', 't.org_id')
      .where('t.token_hash', '=', hashSecret(token))
      .select(['t.id', 't.org_id', 't.name', 't.all_accounts', 'o.access_version'])
      .executeTakeFirst(),
  );
  if (!row) throw refuse('This scrape token is not known or was revoked.');
  await pg.inOrg(row.org_id, (tx) =>
    tx
      .updateTable('scrape_tokens')
      .where('id', '=', row.id)
      .where(sql<boolean>`coalesce(last_used_at, 'epoch') < now() - make_interval(secs => ${usedEverySeconds})`)
      .set({ last_used_at: new Date() })
      .execute(),
  );
  return {
    organizationId: row.org_id,
    organizationVersion: row.access_version,
    subject: { id: row.id, kind: 'service_account', login: row.name, name: row.name, email: null },
    roles: [{ name: 'scrape', scope: '*', from: 'scrape token' }],
    teams: [],
    grants: grantsOf(row.all_accounts),
    installationAdmin: false,
    via: 'api_key',
    expiresAt: null,
  };
}
