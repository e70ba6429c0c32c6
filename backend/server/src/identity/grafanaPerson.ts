import type { GrafanaSubject } from '../access/grants';
import type { Snapshots } from '../access/snapshot';
import type { Principal } from '../platform/handler';
import type { Pg } from '../platform/pg';
import { statement, type Argument } from '../platform/statement';
import { refuse, type Claims, type Expected } from './grafanaToken';

const lastSeenEveryMs = 300_000;

const connectionAndPerson = statement(
  'connection_and_person',
  (db, arg: Argument<{ connectionId: string; identifier: string }>) =>
    db
      .selectFrom('grafana_connections as c')
      .innerJoin('organizations as o', 'o.id', 'c.org_id')
      .leftJoin('users as u', (join) =>
        join.onRef('u.connection_id', '=', 'c.id').on('u.identifier', '=', arg('identifier')),
      )
      .where('c.id', '=', arg('connectionId'))
      .select([
        'c.org_id',
        'c.issuer',
        'c.jwks_url',
        'c.grafana_org_id',
        'c.proxy_secret_hash',
        'c.gateway_secret_sealed',
        'c.last_seen_at as connection_seen',
        'o.access_version',
        'u.id as user_id',
        'u.active',
        'u.login',
        'u.name',
        'u.email',
        'u.last_seen_at as user_seen',
        'u.org_role',
      ])
      .compile(),
);

/** A connection with its organization's version, and the person that an identifier belongs to, in one round trip. */
export const connectionRow = async (pg: Pg, connectionId: string, identifier: string) =>
  (await pg.systemRows(connectionAndPerson, { connectionId, identifier }))[0];
export type ConnectionRow = NonNullable<Awaited<ReturnType<typeof connectionRow>>>;

export const expectedOf = (row: ConnectionRow): Expected => ({
  issuer: row.issuer,
  grafanaOrgId: row.grafana_org_id,
  jwksUrl: row.jwks_url,
});

const stale = (seen: Date | null) => seen === null || Date.now() - seen.getTime() > lastSeenEveryMs;

/** Makes the person known at first sight, keyed by (connection, identifier), and keeps name and login as Grafana has them. */
async function rememberPerson(pg: Pg, connectionId: string, row: ConnectionRow, claims: Claims): Promise<string> {
  const login = claims.username ?? claims.sub;
  const name = claims.name || login;
  const email = claims.email ?? null;
  const same =
    row.user_id !== null &&
    row.login === login &&
    row.name === name &&
    row.email === email &&
    row.org_role === claims.role &&
    !stale(row.user_seen) &&
    !stale(row.connection_seen);
  if (same && row.user_id) return row.user_id;
  const seen = { org_role: claims.role, last_seen_at: new Date() };
  return pg.inOrg(row.org_id, async (tx) => {
    await tx
      .updateTable('grafana_connections')
      .where('id', '=', connectionId)
      .set({ last_seen_at: new Date() })
      .execute();
    const user = await tx
      .insertInto('users')
      .values({
        org_id: row.org_id,
        source: 'grafana',
        connection_id: connectionId,
        identifier: claims.identifier,
        kind: claims.type === 'service-account' ? 'service_account' : 'user',
        login,
        name,
        email,
        ...seen,
      })
      .onConflict((oc) => oc.columns(['connection_id', 'identifier']).doUpdateSet({ login, name, email, ...seen }))
      .returning('id')
      .executeTakeFirstOrThrow();
    return user.id;
  });
}

interface Vouched {
  readonly connectionId: string;
  readonly row: ConnectionRow;
  readonly claims: Claims;
  /** what Grafana says beside the token; empty and false where the way it came says nothing of it */
  readonly teamIds: readonly number[];
  readonly serverAdmin: boolean;
  readonly via: 'grafana' | 'gateway';
}

/**
 * The principal of a verified token: the same for the pages and for the gateway, so that nobody holds more on one way
 * than on the other.
 */
export async function personPrincipal(
  { pg, snapshots }: { readonly pg: Pg; readonly snapshots: Snapshots },
  { connectionId, row, claims, teamIds, serverAdmin, via }: Vouched,
): Promise<Principal> {
  if (row.user_id !== null && row.active === false)
    throw refuse('Your account is switched off in the console. Ask an administrator of the console.');
  const snapshot = await snapshots(row.org_id, row.access_version);
  const kind: GrafanaSubject['kind'] = claims.type === 'service-account' ? 'service_account' : claims.type;
  const mapped = snapshot.fromGrafana(connectionId, {
    kind,
    identifier: claims.identifier,
    orgRole: claims.role,
    teamIds,
    serverAdmin,
  });
  if (claims.type !== 'user' && mapped.held.length === 0) {
    throw refuse(
      claims.type === 'anonymous'
        ? 'Anonymous viewers of this Grafana have no access to the console.'
        : `The service account ${claims.identifier} has no role in the console. An administrator can map it by name.`,
    );
  }
  const anonymous = claims.type === 'anonymous';
  const userId = anonymous ? connectionId : await rememberPerson(pg, connectionId, row, claims);
  return {
    ...(await snapshot.access(anonymous ? null : userId, mapped)),
    organizationId: row.org_id,
    organizationVersion: row.access_version,
    installationAdmin: false,
    via,
    subject: {
      id: userId,
      kind,
      login: claims.username ?? claims.sub,
      name: claims.name || (claims.username ?? claims.sub),
      email: claims.email ?? null,
    },
    expiresAt: new Date(claims.exp * 1000).toISOString(),
  };
}
