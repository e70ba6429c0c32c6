import { randomBytes } from 'node:crypto';
import type { scrapeRoutes } from '@jetstream-console/contract';
import type { Selectable } from 'kysely';
import { hashSecret } from '../../identity/grafanaToken';
import { notFound } from '../../platform/errors';
import { Raw, type Handlers } from '../../platform/handler';
import type { Pg } from '../../platform/pg';
import type { Database } from '../../platform/schema';
import { iso, isoOrNull, mayGive, uniquely } from '../../tenants/shared';
import type { QueryDeps } from '../engine/deps';
import { scrape } from './read';

type Row = Selectable<Database['scrape_tokens']>;
const shownCharacters = 8;

const show = (row: Row) => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  allAccounts: row.all_accounts,
  createdAt: iso(row.created_at),
  lastUsedAt: isoOrNull(row.last_used_at),
});

export function scrapeHandlers(deps: QueryDeps & { readonly pg: Pg }): Handlers<typeof scrapeRoutes> {
  const { pg } = deps;
  return {
    scrape: async ({ query }, ctx) => {
      // Read before the first byte is sent, so that a failure is an answer of its own and not half a scrape.
      const parts: string[] = [];
      for await (const part of scrape(deps, ctx, query)) parts.push(part);
      return new Raw('text/plain; version=0.0.4; charset=utf-8', parts);
    },
    listScrapeTokens: async (_, ctx) => {
      const rows = await pg.inOrg(ctx.principal.organizationId, (tx) =>
        tx.selectFrom('scrape_tokens').selectAll().orderBy('name').execute(),
      );
      return { items: rows.map(show) };
    },
    createScrapeToken: async ({ body }, ctx) => {
      mayGive(ctx, [
        { resource: 'clusters', action: 'read' },
        { resource: 'streams', action: 'read' },
        { resource: 'consumers', action: 'read' },
        ...(body.allAccounts ? [{ resource: 'accounts', action: 'read' } as const] : []),
      ]);
      const token = `jsm_${randomBytes(32).toString('base64url')}`;
      const row = await uniquely('A scrape token', () =>
        pg.inOrg(ctx.principal.organizationId, (tx) =>
          tx
            .insertInto('scrape_tokens')
            .values({
              org_id: ctx.principal.organizationId,
              name: body.name,
              all_accounts: body.allAccounts,
              token_hash: hashSecret(token),
              prefix: token.slice(0, shownCharacters),
              last_used_at: null,
            })
            .returningAll()
            .executeTakeFirstOrThrow(),
        ),
      );
      ctx.changed(null, show(row));
      return { ...show(row), token };
    },
    deleteScrapeToken: async ({ params }, ctx) => {
      const row = await pg.inOrg(ctx.principal.organizationId, (tx) =>
        tx.deleteFrom('scrape_tokens').where('id', '=', params.tokenId).returningAll().executeTakeFirst(),
      );
      if (!row) throw notFound('This scrape token');
      ctx.changed(show(row), null);
      return { ok: true };
    },
  };
}
