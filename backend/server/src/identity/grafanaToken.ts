import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { grafanaHeaders } from '@jetstream-console/contract';
import { decodeJwt, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { ApiError } from '../platform/errors';

/** Grafana reuses a token until 30 s before it ends, so clocks 60 s apart must still do. */
const clockSkewSeconds = 60;

const claimsSchema = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: z.string(),
  exp: z.number(),
  identifier: z.string().max(190),
  type: z.enum(['user', 'service-account', 'anonymous']),
  role: z.string().max(32),
  username: z.string().max(254).optional(),
  name: z.string().max(254).optional(),
  email: z.string().max(254).optional(),
});
export type Claims = z.infer<typeof claimsSchema>;
/** A person without identifier would be one person with all the others without. */
const named = (claims: Claims) => claims.type === 'anonymous' || claims.identifier !== '';

/** Grafana's JSON of the signed-in user. Unsigned: it grants nothing that the token does not bear out. */
const contextSchema = z.object({
  OrgID: z.int(),
  UserUID: z.string().default(''),
  IsGrafanaAdmin: z.boolean().nullish(),
  Teams: z.array(z.int()).max(10_000).nullish(),
});
export type Context = z.infer<typeof contextSchema>;

export const refuse = (message: string, cause?: unknown) => new ApiError(403, 'identity_refused', message, { cause });

/** Exactly one value, else undefined: an absent or doubled header is no header. */
export function single(req: Pick<IncomingMessage, 'headersDistinct'>, name: string): string | undefined {
  const values = req.headersDistinct[name];
  return values?.length === 1 && values[0] !== '' ? values[0] : undefined;
}

export interface Assertion {
  readonly connectionId: string;
  readonly secret: string;
  readonly token: string;
  readonly context: string;
}

/** All three headers of the app proxy, or nothing: a client can make Grafana drop some of them, though not forge any. */
export function readAssertion(req: Pick<IncomingMessage, 'headersDistinct'>): Assertion {
  const secret = single(req, grafanaHeaders.proxySecret);
  const token = single(req, grafanaHeaders.idToken);
  const raw = single(req, grafanaHeaders.context);
  // Grafana writes raw UTF-8 and Node reads headers as latin1: without this "Jürgen" would be "JÃ¼rgen".
  const context = raw === undefined ? undefined : Buffer.from(raw, 'latin1').toString('utf8');
  const connectionId = secret === undefined ? undefined : connectionOf(secret);
  if (secret === undefined || token === undefined || context === undefined || connectionId === undefined) {
    throw refuse(
      'This request did not come whole through Grafana: its secret, identity or context is missing or doubled.',
    );
  }
  return { connectionId, secret, token, context };
}

const secretForm = /^jsc_[pg]_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;

/** A secret starts with its connection's id, so that the server knows whom to compare with. */
export function connectionOf(secret: string): string | undefined {
  const parts = secretForm.exec(secret);
  return parts ? parts.slice(1).join('-') : undefined;
}

export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();
export const sameSecret = (secret: string, hash: Buffer): boolean => timingSafeEqual(hashSecret(secret), hash);

/** The identifier an unverified token claims: good for looking a row up together with the connection, for nothing else. Anybody may send it. */
export function claimedIdentifier(token: string): string {
  try {
    const { identifier } = decodeJwt(token);
    return typeof identifier === 'string' && identifier.length <= 190 && !identifier.includes('\0') ? identifier : '';
  } catch {
    return '';
  }
}

export interface Expected {
  readonly issuer: string;
  readonly grafanaOrgId: number;
  readonly jwksUrl: string;
}

function explain(error: unknown, expected: Expected): ApiError {
  if (error instanceof errors.JWTExpired)
    return refuse(
      'The identity that Grafana sent has expired. Check that the clocks of Grafana and of the console agree.',
      error,
    );
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'iss')
    return refuse(
      `The identity is of another issuer: this connection expects ${expected.issuer}, to the letter (it is Grafana's root_url).`,
      error,
    );
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud')
    return refuse(
      `The identity is of another Grafana organization: this connection is for organization ${expected.grafanaOrgId}.`,
      error,
    );
  if (
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout || error.code === 'ERR_JOSE_GENERIC' || error instanceof errors.JWKSInvalid)
  ) {
    return refuse('The identity that Grafana sent does not verify against its signing keys.', error);
  }
  return new ApiError(
    503,
    'signing_keys_unavailable',
    `The console cannot fetch Grafana's signing keys from ${expected.jwksUrl}. Check that it can reach that address.`,
    { cause: error, retryAfter: 10 },
  );
}

/**
 * Verifies the token: ES256 alone, the connection's keys, issuer and organization.
 * @throws ApiError 403 that says what is wrong; 503 when the keys cannot be fetched
 */
export async function verifyToken(token: string, expected: Expected, keys: JWTVerifyGetKey): Promise<Claims> {
  let payload: unknown;
  try {
    ({ payload } = await jwtVerify(token, keys, {
      algorithms: ['ES256'],
      issuer: expected.issuer,
      audience: `org:${expected.grafanaOrgId}`,
      clockTolerance: clockSkewSeconds,
      requiredClaims: ['exp', 'iat', 'sub'],
    }));
  } catch (error) {
    throw explain(error, expected);
  }
  const claims = claimsSchema.safeParse({
    ...(payload as Record<string, unknown>),
    aud: [(payload as { aud: string | string[] }).aud].flat()[0],
  });
  if (!claims.success || !named(claims.data))
    throw refuse(
      'The identity that Grafana sent lacks what the console needs. Grafana 12.3 or newer is needed.',
      claims.error,
    );
  return claims.data;
}

/** Verifies the token and holds the unsigned context against it. @throws as verifyToken */
export async function verifyAssertion(
  assertion: Assertion,
  expected: Expected,
  keys: JWTVerifyGetKey,
): Promise<{ claims: Claims; context: Context }> {
  const claims = await verifyToken(assertion.token, expected, keys);
  let json: unknown;
  try {
    json = JSON.parse(assertion.context);
  } catch (error) {
    throw refuse('The context that Grafana sent is not JSON.', error);
  }
  const context = contextSchema.safeParse(json);
  if (!context.success) throw refuse('The context that Grafana sent lacks what the console needs.', context.error);
  if (context.data.OrgID !== expected.grafanaOrgId || context.data.UserUID !== claims.identifier) {
    throw refuse('The context and the identity that Grafana sent speak of different people or organizations.');
  }
  return { claims, context: context.data };
}
