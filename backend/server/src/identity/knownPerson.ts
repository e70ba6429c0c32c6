import { sql } from 'kysely';
import type { Mapped, Snapshot, Snapshots } from '../access/snapshot';
import type { Principal } from '../platform/handler';
import type { Pg } from '../platform/pg';
import { refuse } from './grafanaToken';

/** What runs on without a token ends when Grafana has not vouched for the person for this long. */
const vouchedForMs = 3_600_000;

interface Deps {
  readonly pg: Pg;
  readonly snapshots: Snapshots;
}

function personRow(pg: Pg, userId: string) {
  return pg.asSystem((db) =>
    db
      .selectFrom('users as u')
      .innerJoin('organizations as o', 'o.id', 'u.org_id')
      .where('u.id', '=', userId)
      .select([
        'u.id',
        'u.org_id',
        'u.connection_id',
        'u.identifier',
        'u.kind',
        'u.login',
        'u.name',
        'u.email',
        'u.active',
        'u.org_role',
        'u.last_seen_at',
        'o.access_version',
      ])
      .executeTakeFirst(),
  );
}

/** What is kept of somebody who came through Grafana; nothing of it is there for local accounts. */
interface Kept {
  readonly connection_id: string | null;
  readonly identifier: string | null;
  readonly kind: 'user' | 'service_account';
  readonly org_role: string | null;
}

/** What a connection's mappings give to somebody without a token of theirs: their teams are in none but the request. */
export const mappedTo = (
  snapshot: Snapshot,
  { connection_id, identifier, kind, org_role }: Kept,
): Mapped | undefined =>
  connection_id !== null && identifier !== null && org_role !== null
    ? snapshot.fromGrafana(connection_id, { kind, identifier, orgRole: org_role, teamIds: [], serverAdmin: false })
    : undefined;

export interface KnownPerson {
  readonly principal: Principal;
  /** the Grafana connection this person came by; null for local accounts */
  readonly connectionId: string | null;
}

/**
 * A person as they stand now, without a token of theirs: active, with today's mappings and bindings, and with the org
 * role that their newest token named. For what goes on after the request that began it.
 * @throws ApiError 403 where the account is gone or off, or Grafana has not vouched for it lately
 */
export async function knownPerson(
  { pg, snapshots }: Deps,
  userId: string,
  now: () => number = Date.now,
): Promise<KnownPerson> {
  const row = await personRow(pg, userId);
  if (!row || !row.active)
    throw refuse('Your account is switched off in the console. Ask an administrator of the console.');
  const snapshot = await snapshots(row.org_id, row.access_version);
  const grafana = row.connection_id !== null && row.identifier !== null;
  if (grafana && now() - (row.last_seen_at?.getTime() ?? 0) > vouchedForMs)
    throw refuse('Grafana has not vouched for you for an hour. Load the page again.');
  const mapped = mappedTo(snapshot, row);
  return {
    connectionId: row.connection_id,
    principal: {
      ...(await snapshot.access(row.id, mapped)),
      organizationId: row.org_id,
      organizationVersion: row.access_version,
      subject: { id: row.id, kind: row.kind, login: row.login, name: row.name, email: row.email },
      installationAdmin: false,
      via: grafana ? 'gateway' : 'session',
      expiresAt: null,
    },
  };
}

/** Whether a password session is still there: logged out and ended ones are not. */
export async function sessionGoesOn(pg: Pg, sessionId: string): Promise<boolean> {
  const row = await pg.asSystem((db) =>
    db
      .selectFrom('sessions')
      .where('id', '=', sessionId)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .select('id')
      .executeTakeFirst(),
  );
  return row !== undefined;
}
