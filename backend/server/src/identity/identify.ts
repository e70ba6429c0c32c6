import { createHash } from 'node:crypto';
import { grafanaHeaders, scrapeTokenForm } from '@jetstream-console/contract';
import type { Request } from 'express';
import { sql } from 'kysely';
import { ApiError } from '../platform/errors';
import type { Principal } from '../platform/handler';
import type { Logger } from '../platform/log';
import { statement, type Argument } from '../platform/statement';
import { auditRefusal } from './audited';
import { fromGateway, isGateway, type GatewayDeps } from './gateway';
import { connectionRow, expectedOf, personPrincipal } from './grafanaPerson';
import { fromScrapeToken } from './scrapeToken';
import { claimedIdentifier, readAssertion, refuse, sameSecret, single, verifyAssertion } from './grafanaToken';

interface Deps extends GatewayDeps {
  readonly log: Logger;
}

/** Installation administrators are local accounts; making organizations is all that they have beyond their role. */
const installationGrant = { resource: 'organizations', action: 'create', scope: { kind: 'organization' } } as const;

export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

async function fromGrafana(deps: Deps, req: Request): Promise<Principal> {
  const assertion = readAssertion(req);
  const { connectionId } = assertion;
  const row = await connectionRow(deps.pg, connectionId, claimedIdentifier(assertion.token));
  // The same words for an unknown connection and a wrong secret: neither tells a guesser anything.
  if (!row || !sameSecret(assertion.secret, row.proxy_secret_hash))
    throw refuse(
      "This Grafana is not connected to the console, or its secret was replaced. Paste a new connection string into the app's configuration.",
    );
  const who = { organizationId: row.org_id, via: 'grafana' as const, userId: null, login: null };
  return auditRefusal(deps, req, who, 'identity.grafana', async () => {
    const { claims, context } = await verifyAssertion(assertion, expectedOf(row), deps.keySets(row.jwks_url));
    const teamIds = context.Teams ?? [];
    const serverAdmin = context.IsGrafanaAdmin ?? false;
    return personPrincipal(deps, { connectionId, row, claims, teamIds, serverAdmin, via: 'grafana' });
  });
}

const sessionOf = statement('session', (db, arg: Argument<{ hash: Buffer }>) =>
  db
    .selectFrom('sessions as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .innerJoin('organizations as o', 'o.id', 's.org_id')
    .where('s.token_hash', '=', arg('hash'))
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
    .compile(),
);

async function fromSession(deps: Deps, token: string): Promise<Principal> {
  const [row] = await deps.pg.systemRows(sessionOf, { hash: hashToken(token) });
  if (!row?.active) throw new ApiError(401, 'session_ended', 'This session is not known or has ended. Log in again.');
  const snapshot = await deps.snapshots(row.org_id, row.access_version);
  const access = await snapshot.access(row.user_id);
  return {
    ...access,
    ...(row.installation_admin && { grants: [...access.grants, installationGrant] }),
    organizationId: row.org_id,
    subject: { id: row.user_id, kind: 'user', login: row.login, name: row.name, email: row.email },
    organizationVersion: row.access_version,
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
    if (isGateway(req)) return fromGateway(deps, req);
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
    const scrape = /^Bearer (\S+)$/.exec(authorization)?.[1] ?? '';
    if (scrapeTokenForm.test(scrape)) return fromScrapeToken(deps.pg, req, scrape);
    const bearer = /^Bearer ([A-Za-z0-9_-]{43})$/.exec(authorization)?.[1];
    if (bearer === undefined)
      throw new ApiError(401, 'session_ended', 'The Authorization header holds no session token of this console.');
    return fromSession(deps, bearer);
  };
}
