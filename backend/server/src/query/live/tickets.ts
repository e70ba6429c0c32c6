import { randomBytes } from 'node:crypto';
import { liveQuery, ticketPath } from '@jetstream-console/contract';
import { sql } from 'kysely';
import type { z } from 'zod';
import { hashSecret } from '../../identity/grafanaToken';
import { ApiError } from '../../platform/errors';
import type { Principal } from '../../platform/handler';
import type { Pg } from '../../platform/pg';

export type LiveQuery = z.output<typeof liveQuery>;

export interface Ticket {
  readonly userId: string;
  readonly organizationId: string;
  readonly query: LiveQuery;
}

const lifeMs = 24 * 3_600_000;
/** One person watches so many things at once; the oldest tickets make room. */
const maxEach = 500;

export const noTicket = () =>
  new ApiError(404, 'no_ticket', 'There is no such ticket, or it has ended. Load the page again to get a new one.');

/**
 * Tickets in PostgreSQL, under the hash of their path: every api process knows them, and a copy of the table opens
 * nothing.
 */
export function makeTickets(pg: Pg) {
  return {
    async create(principal: Principal, query: LiveQuery): Promise<{ path: string; expiresAt: string }> {
      const path = randomBytes(32).toString('base64url');
      const expires = new Date(Date.now() + lifeMs);
      await pg.inOrg(principal.organizationId, async (tx) => {
        await tx
          .insertInto('live_tickets')
          .values({
            path_hash: hashSecret(path),
            org_id: principal.organizationId,
            user_id: principal.subject.id,
            query: JSON.stringify(query),
            expires_at: expires,
          })
          .execute();
        await tx
          .deleteFrom('live_tickets')
          .where('user_id', '=', principal.subject.id)
          .where('path_hash', 'in', (db) =>
            db
              .selectFrom('live_tickets as old')
              .where('old.user_id', '=', principal.subject.id)
              .orderBy('old.created_at', 'desc')
              .offset(maxEach)
              .select('old.path_hash'),
          )
          .execute();
      });
      return { path, expiresAt: expires.toISOString() };
    },

    /** Crosses organizations: who asks is told by the ticket. @throws ApiError 404 for an unknown or ended one */
    async get(path: string): Promise<Ticket> {
      if (!ticketPath.safeParse(path).success) throw noTicket();
      const row = await pg.asSystem((db) =>
        db
          .selectFrom('live_tickets')
          .where('path_hash', '=', hashSecret(path))
          .where('expires_at', '>', sql<Date>`now()`)
          .select(['user_id', 'org_id', 'query'])
          .executeTakeFirst(),
      );
      if (!row) throw noTicket();
      return { userId: row.user_id, organizationId: row.org_id, query: liveQuery.parse(row.query) };
    },

    /** For the worker. */
    async sweep(): Promise<void> {
      await pg.asSystem((db) =>
        db
          .deleteFrom('live_tickets')
          .where('expires_at', '<=', sql<Date>`now()`)
          .execute(),
      );
    },
  };
}
export type Tickets = ReturnType<typeof makeTickets>;
