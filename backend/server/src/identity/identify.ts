import { createHash } from 'node:crypto';
import { grafanaHeaders } from '@jetstream-console/contract';
import type { Request } from 'express';
import { sql } from 'kysely';
import type { Audit } from '../audit/audit';
import { grantsFrom, rolesFromGrafana, showRoles, type GrafanaSubject, type Held } from '../access/grants';
import type { Snapshots } from '../access/snapshot';
import { ApiError } from '../platform/errors';
import type { Principal } from '../platform/handler';
import type { Logger } from '../platform/log';
import type { Pg } from '../platform/pg';
import {
  claimedIdentifier,
  readAssertion,
  refuse,
  sameSecret,
  single,
  verifyAssertion,
  type Claims,
  type Context,
} from './grafanaToken';
import type { KeySets } from './keys';

interface Deps {
  readonly pg: Pg;
  readonly snapshots: Snapshots;
  readonly keySets: KeySets;
  readonly audit: Audit;
  readonly log: Logger;
  readonly addressOf: (req: Request) => string;
}

const lastSeenEveryMs = 300_000;
/** Installation administrators are local accounts; making organizations is all that they have beyond their role. */
const installationGrant = { resource: 'organizations', action: 'create', scope: { kind: 'organization' } } as const;

export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

function connectionRow(pg: Pg, connectionId: string, identifier: string) {
  return pg.asSystem((db) =>
    db
      .selectFrom('grafana_connections as c')
      .innerJoin('organizations as o', 'o.id', 'c.org_id')
      .leftJoin('users as u', (join) => join.onRef('u.connection_id', '=', 'c.id').on('u.identifier', '=', identifier))
      .where('c.id', '=', connectionId)
      .select([
        'c.org_id',
        'c.issuer',
        'c.jwks_url',
        'c.grafana_org_id',
        'c.proxy_secret_hash',
        'c.last_seen_at as connection_seen',
        'o.access_version',
        'u.id as user_id',
        'u.active',
        'u.login',
        'u.name',
        'u.email',
        'u.last_seen_at as user_seen',
      ])
      .executeTakeFirst(),
  );
}
type ConnectionRow = NonNullable<Awaited<ReturnType<typeof connectionRow>>>;

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
    !stale(row.user_seen) &&
    !stale(row.connection_seen);
  if (same && row.user_id) return row.user_id;
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
        last_seen_at: new Date(),
      })
      .onConflict((oc) =>
        oc.columns(['connection_id', 'identifier']).doUpdateSet({ login, name, email, last_seen_at: new Date() }),
      )
      .returning('id')
      .executeTakeFirstOrThrow();
    return user.id;
  });
}

function subjectOf(claims: Claims, context: Context): GrafanaSubject {
  return {
    kind: claims.type === 'service-account' ? 'service_account' : claims.type,
    identifier: claims.identifier,
    orgRole: claims.role,
    teamIds: context.Teams ?? [],
    serverAdmin: context.IsGrafanaAdmin ?? false,
  };
}

async function fromGrafana(deps: Deps, req: Request): Promise<Principal> {
  const assertion = readAssertion(req);
  const row = await connectionRow(deps.pg, assertion.connectionId, claimedIdentifier(assertion.token));
  // The same words for an unknown connection and a wrong secret: neither tells a guesser anything.
  if (!row || !sameSecret(assertion.secret, row.proxy_secret_hash))
    throw refuse(
      "This Grafana is not connected to the console, or its secret was replaced. Paste a new connection string into the app's configuration.",
    );
  const expected = { issuer: row.issuer, grafanaOrgId: row.grafana_org_id, jwksUrl: row.jwks_url };
  const partial: Parameters<Audit['denied']>[0] = {
    organizationId: row.org_id,
    via: 'grafana',
    userId: null,
    login: null,
  };
  try {
    const { claims, context } = await verifyAssertion(assertion, expected, deps.keySets(row.jwks_url));
    if (row.user_id !== null && row.active === false)
      throw refuse('Your account is switched off in the console. Ask an administrator of the console.');
    const snapshot = await deps.snapshots(row.org_id, row.access_version);
    const mapped = rolesFromGrafana(subjectOf(claims, context), snapshot.mappings(assertion.connectionId));
    if (claims.type !== 'user' && mapped.length === 0) {
      throw refuse(
        claims.type === 'anonymous'
          ? 'Anonymous viewers of this Grafana have no access to the console.'
          : `The service account ${claims.identifier} has no role in the console. An administrator can map it by name.`,
      );
    }
    const userId =
      claims.type === 'anonymous'
        ? assertion.connectionId
        : await rememberPerson(deps.pg, assertion.connectionId, row, claims);
    const own = claims.type === 'anonymous' ? { held: [], teams: [] } : await snapshot.ofUser(userId);
    const held: Held[] = [...mapped, ...own.held];
    return {
      organizationId: row.org_id,
      roles: showRoles(held),
      teams: own.teams.slice(),
      grants: grantsFrom(held, snapshot.roles),
      installationAdmin: false,
      via: 'grafana',
      subject: {
        id: userId,
        kind: claims.type === 'service-account' ? 'service_account' : 'user',
        login: claims.username ?? claims.sub,
        name: claims.name || (claims.username ?? claims.sub),
        email: claims.email ?? null,
      },
      expiresAt: new Date(claims.exp * 1000).toISOString(),
    };
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) {
      await deps.audit.denied(
        partial,
        {
          action: 'identity.grafana',
          resource: null,
          clusterId: null,
          ip: deps.addressOf(req),
          userAgent: req.get('user-agent') ?? '',
          requestId: req.res?.get('x-request-id') ?? '',
        },
        error.message,
      );
    }
    throw error;
  }
}

async function fromSession(deps: Deps, token: string): Promise<Principal> {
  const ended = () => new ApiError(401, 'session_ended', 'This session is not known or has ended. Log in again.');
  const row = await deps.pg.asSystem((db) =>
    db
      .selectFrom('sessions as s')
      .innerJoin('users as u', 'u.id', 's.user_id')
      .innerJoin('organizations as o', 'o.id', 's.org_id')
      .where('s.token_hash', '=', hashToken(token))
      .where('s.revoked_at', 'is', null)
      .where('s.expires_at', '>', sql<Date>`now()`)
      .select([
        's.id',
        's.org_id',
        's.expires_at',
        'o.access_version',
        'u.id as user_id',
        'u.login',
        'u.name',
        'u.email',
        'u.active',
        'u.installation_admin',
      ])
      .executeTakeFirst(),
  );
  if (!row || !row.active) throw ended();
  const snapshot = await deps.snapshots(row.org_id, row.access_version);
  const { held, teams } = await snapshot.ofUser(row.user_id);
  return {
    organizationId: row.org_id,
    subject: { id: row.user_id, kind: 'user', login: row.login, name: row.name, email: row.email },
    roles: showRoles(held),
    teams: teams.slice(),
    grants: [...grantsFrom(held, snapshot.roles), ...(row.installation_admin ? [installationGrant] : [])],
    installationAdmin: row.installation_admin,
    via: 'session',
    expiresAt: row.expires_at.toISOString(),
    sessionId: row.id,
  };
}

/** One principal, by one of the ways there are; a request that offers two is refused rather than guessed at. */
export function makeIdentify(deps: Deps) {
  return async (req: Request): Promise<Principal> => {
    const authorization = single(req, 'authorization');
    const viaGrafana = Object.values(grafanaHeaders).some((name) => req.headersDistinct[name] !== undefined);
    if (viaGrafana) {
      if (req.headersDistinct['authorization'] !== undefined)
        throw refuse('Send either what Grafana adds or an Authorization header, not both.');
      return fromGrafana(deps, req);
    }
    if (authorization === undefined)
      throw new ApiError(
        403,
        'unauthenticated',
        'Nobody is logged in. Come through Grafana, or log in at /api/v1/auth/login and send the token as Authorization: Bearer.',
      );
    const bearer = /^Bearer ([A-Za-z0-9_-]{43})$/.exec(authorization)?.[1];
    if (bearer === undefined)
      throw new ApiError(401, 'session_ended', 'The Authorization header holds no session token of this console.');
    return fromSession(deps, bearer);
  };
}
