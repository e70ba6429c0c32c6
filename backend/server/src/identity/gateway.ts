import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import {
  apiBase,
  gatewayAsker,
  gatewayHeaders,
  grafanaHeaders,
  queryRoutes,
  signatureWindowMs,
  signedText,
  type GatewayAsker,
  type Grant,
  type Resource,
} from '@jetstream-console/contract';
import type { Request } from 'express';
import type { Audit } from '../audit/audit';
import type { Snapshots } from '../access/snapshot';
import { ApiError } from '../platform/errors';
import type { Principal } from '../platform/handler';
import { readBytes } from '../platform/input';
import type { Pg } from '../platform/pg';
import { isUuid } from '../platform/uuid';
import { ticketIn, type Holder } from '../query/live/holder';
import { auditRefusal } from './audited';
import { connectionRow, expectedOf, personPrincipal, type ConnectionRow } from './grafanaPerson';
import { claimedIdentifier, refuse, single, verifyToken } from './grafanaToken';
import type { KeySets } from './keys';
import type { Nonces } from './nonces';

/** The login that Grafana puts into the plugin context of a rule's evaluation. */
const schedulerLogin = 'grafana_scheduler';

/** Headers that only the gateway sends. The id token is not among them: the app proxy sends it too. */
const ownHeaders = [
  gatewayHeaders.connection,
  gatewayHeaders.time,
  gatewayHeaders.nonce,
  gatewayHeaders.asker,
  gatewayHeaders.signature,
];

/** What the alerting principal reads. Nothing that shows payloads, SQL or audit: whoever may write a rule reads with it. */
const alertingResources: readonly Resource[] = ['clusters', 'streams', 'consumers', 'kv_stores', 'object_stores'];
const alertingGrants: readonly Grant[] = alertingResources.map((resource) => ({
  resource,
  action: 'read',
  scope: { kind: 'organization' },
}));

export interface GatewayDeps {
  readonly pg: Pg;
  readonly snapshots: Snapshots;
  readonly keySets: KeySets;
  readonly audit: Audit;
  readonly nonces: Nonces;
  readonly addressOf: (req: Request) => string;
  /** who holds the ticket of a live stream, as they stand now */
  readonly ticketHolder: Holder;
  /** the connection's gateway secret in clear */
  readonly openSecret: (organizationId: string, connectionId: string, sealed: string) => string;
  readonly now?: () => number;
}

/** Any of the gateway's headers makes a request the gateway's: half a signature is refused, never read as something else. */
export const isGateway = (req: Pick<Request, 'headersDistinct'>): boolean =>
  ownHeaders.some((name) => req.headersDistinct[name] !== undefined);

interface Presented {
  readonly connectionId: string;
  readonly time: string;
  readonly nonce: string;
  readonly asker: string;
  readonly signature: string;
  readonly idToken: string | null;
}

/** Every header once and in its form, nothing of another way to log in beside them. */
export function readPresented(req: Pick<Request, 'headersDistinct'>): Presented {
  const alien = [grafanaHeaders.proxySecret, grafanaHeaders.context, 'authorization'];
  if (alien.some((name) => req.headersDistinct[name] !== undefined))
    throw refuse("Send either the gateway's signature or another way to log in, not both.");
  const [connectionId, time, nonce, asker, signature] = ownHeaders.map((name) => single(req, name));
  const idToken =
    req.headersDistinct[gatewayHeaders.idToken] === undefined ? null : single(req, gatewayHeaders.idToken);
  const whole =
    connectionId !== undefined &&
    isUuid(connectionId) &&
    time !== undefined &&
    /^\d{13}$/.test(time) &&
    nonce !== undefined &&
    /^[0-9a-f]{32}$/.test(nonce) &&
    asker !== undefined &&
    /^[A-Za-z0-9_-]+$/.test(asker) &&
    signature !== undefined &&
    /^[0-9a-f]{64}$/.test(signature) &&
    idToken !== undefined;
  if (!whole)
    throw refuse("This request carries only a part of the gateway's signature, or a part of it twice or misshapen.");
  return { connectionId, time, nonce, asker, signature, idToken };
}

function readAsker(text: string): GatewayAsker {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch (error) {
    throw refuse('What the gateway says of the asker is not JSON.', error);
  }
  const asker = gatewayAsker.safeParse(json);
  if (!asker.success) throw refuse('What the gateway says of the asker lacks what the console needs.', asker.error);
  return asker.data;
}

function signedBy(
  secret: string,
  req: Pick<Request, 'method' | 'originalUrl'>,
  body: Buffer,
  given: Presented,
): boolean {
  const text = signedText({
    method: req.method,
    path: req.originalUrl,
    bodyHash: createHash('sha256').update(body).digest('hex'),
    time: given.time,
    nonce: given.nonce,
    asker: given.asker,
    idToken: given.idToken ?? '',
  });
  const expected = createHmac('sha256', secret).update(text).digest();
  return timingSafeEqual(expected, Buffer.from(given.signature, 'hex'));
}

/**
 * Nobody asks when a rule is evaluated. FromAlert can be forged by whoever may query, and public dashboards come without
 * a token too; a person's token and the scheduler's login never come together, and the login is Grafana's own word.
 */
function alertingPrincipal(req: Request, connectionId: string, row: ConnectionRow, asker: GatewayAsker): Principal {
  if (!asker.fromAlert || asker.login !== schedulerLogin)
    throw refuse(
      'Nobody is signed in behind this query: public dashboards and requests without an identity get nothing from the console.',
    );
  const { method, path } = queryRoutes.query;
  if (req.method !== method || req.originalUrl !== `${apiBase}${path}`)
    throw refuse('An alert evaluation may run queries and nothing else.');
  return {
    organizationId: row.org_id,
    subject: { id: connectionId, kind: 'alerting', login: schedulerLogin, name: 'Alert evaluation', email: null },
    roles: [{ name: 'alerting', scope: '*', from: 'alert evaluation in Grafana' }],
    teams: [],
    grants: alertingGrants,
    organizationVersion: row.access_version,
    installationAdmin: false,
    via: 'alerting',
    expiresAt: null,
  };
}

async function principalOf(deps: GatewayDeps, req: Request, given: Presented, row: ConnectionRow): Promise<Principal> {
  const asker = readAsker(given.asker);
  if (asker.orgId !== row.grafana_org_id)
    throw refuse(
      `The query comes from another Grafana organization: this connection is for organization ${row.grafana_org_id}.`,
    );
  if (given.idToken === null) {
    const ticket = ticketIn(req.method, req.originalUrl);
    return ticket === null
      ? alertingPrincipal(req, given.connectionId, row, asker)
      : deps.ticketHolder(ticket, given.connectionId, asker);
  }
  const claims = await verifyToken(given.idToken, expectedOf(row), deps.keySets(row.jwks_url));
  // A service account's token names no login, so there is nothing to hold against it.
  if (claims.username !== undefined && claims.username !== asker.login)
    throw refuse('The identity and what the gateway says of the asker speak of different people.');
  // The plugin context carries neither teams nor the server-admin flag. Teams come from a stored sync alone, and none is
  // stored yet: mappings of teams therefore give nothing on this way.
  return personPrincipal(deps, {
    connectionId: given.connectionId,
    row,
    claims,
    teamIds: [],
    serverAdmin: false,
    via: 'gateway',
  });
}

/**
 * Whoever asks through the datasource's gateway: a signature under the connection's gateway secret over all that
 * matters, fresh and used once, and the asker's own token inside it.
 * @throws ApiError 403, audited once the signature has told which organization it concerns
 */
export async function fromGateway(deps: GatewayDeps, req: Request): Promise<Principal> {
  const given = readPresented(req);
  const now = (deps.now ?? Date.now)();
  if (Math.abs(now - Number(given.time)) > signatureWindowMs)
    throw refuse(
      `The gateway's signature is older or newer than ${signatureWindowMs / 1000} s. Check that the clocks of Grafana and of the console agree.`,
    );
  const identifier = given.idToken === null ? '' : claimedIdentifier(given.idToken);
  const row = await connectionRow(deps.pg, given.connectionId, identifier);
  const body = await readBytes(req);
  // The same words for an unknown connection and a wrong secret: neither tells a guesser anything.
  const unknown = () =>
    refuse(
      "This datasource is not connected to the console, or its secret was replaced. Paste a new connection string into the datasource's configuration.",
    );
  if (!row) throw unknown();
  const secret = deps.openSecret(row.org_id, given.connectionId, row.gateway_secret_sealed);
  if (!signedBy(secret, req, body, given)) throw unknown();
  const who = { organizationId: row.org_id, via: 'gateway' as const, userId: null, login: null };
  return auditRefusal(deps, req, who, 'identity.gateway', async () => {
    const fresh = await deps.nonces.use(`${given.connectionId}:${given.nonce}`, now + 2 * signatureWindowMs);
    if (fresh === 'used') throw refuse('This signature was used before. Each request is signed anew.');
    if (fresh === 'full')
      throw new ApiError(503, 'busy', 'The console cannot take more signed requests right now. Try again.', {
        retryAfter: 5,
      });
    return principalOf(deps, req, given, row);
  });
}
