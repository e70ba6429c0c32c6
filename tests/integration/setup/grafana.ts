import { createServer } from 'node:http';
import { grafanaHeaders, parseConnectionString, routes } from '@jetstream-console/contract';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import type { TestApi } from './api';
import type { Headers } from './http';

export interface Person {
  readonly uid: string;
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly role: 'Viewer' | 'Editor' | 'Admin' | 'None';
  readonly teams: readonly number[];
  readonly serverAdmin: boolean;
  readonly kind: 'user' | 'service-account' | 'anonymous';
}

export const person = (given: Partial<Person> = {}): Person => ({
  uid: 'u1',
  id: 1,
  login: 'jürgen',
  name: 'Jürgen Ørsted',
  role: 'Viewer',
  teams: [],
  serverAdmin: false,
  kind: 'user',
  ...given,
});

const kid = 'id-2026-11-es256';

export interface Grafana {
  readonly url: string;
  /** its root_url: what its tokens name as issuer, never the address one reached it by */
  readonly issuer: string;
  readonly publicJwk: JWK;
  /** how often its keys were asked for */
  keyRequests(): number;
  /** while true, whoever asks for the keys has the connection closed on them */
  outage(on: boolean): void;
  /** signs as Grafana 12.3 does; `claims` replaces some, `header` too */
  token(who: Person, orgId: number, claims?: Record<string, unknown>, header?: Record<string, string>): Promise<string>;
  stop(): Promise<void>;
}

/** What Grafana's id tokens carry (observed in 12.3.0): no teams, nothing of a server admin, `aud` a plain string. */
export function claimsOf(who: Person, orgId: number): Record<string, unknown> {
  const common = { aud: `org:${orgId}`, namespace: orgId === 1 ? 'default' : `org-${orgId}`, role: who.role };
  switch (who.kind) {
    case 'user':
      return {
        ...common,
        authenticatedBy: 'password',
        email: `${who.uid}@example.com`,
        identifier: who.uid,
        name: who.name,
        sub: `user:${who.id}`,
        type: 'user',
        username: who.login,
      };
    case 'service-account':
      return { ...common, identifier: who.uid, sub: `service-account:${who.id}`, type: 'service-account' };
    case 'anonymous':
      return { ...common, identifier: '', sub: 'anonymous:0', type: 'anonymous' };
  }
}

/** The unsigned context beside it, with the keys that Grafana sends. */
export function contextOf(who: Person, orgId: number): Record<string, unknown> {
  const anonymous = who.kind === 'anonymous';
  return {
    UserID: anonymous ? 0 : who.id,
    UserUID: anonymous ? '' : who.uid,
    OrgID: orgId,
    OrgName: 'Main Org.',
    OrgRole: who.role,
    Login: anonymous ? '' : who.login,
    Name: anonymous ? '' : who.name,
    Email: anonymous ? '' : `${who.uid}@example.com`,
    EmailVerified: false,
    AuthID: '',
    AuthenticatedBy: who.kind === 'service-account' ? 'apikey' : '',
    Namespace: 'default',
    ApiKeyID: 0,
    IsServiceAccount: who.kind === 'service-account',
    IsGrafanaAdmin: who.serverAdmin,
    IsAnonymous: anonymous,
    IsDisabled: false,
    HelpFlags1: 0,
    LastSeenAt: '2026-11-23T10:00:00Z',
    Teams: anonymous ? null : [...who.teams],
    FallbackType: who.kind,
  };
}

/** Go writes raw UTF-8 into the header; node:http sends a string as latin1, so each byte becomes one character. */
export const rawUtf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Grafana's signing half: a key of its own, published where Grafana publishes it. */
export async function startGrafana(issuer = 'http://grafana.example:3000/'): Promise<Grafana> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' };
  let asked = 0;
  let away = false;
  const server = createServer((req, res) => {
    if (away) {
      req.socket.destroy();
      return;
    }
    if (req.url !== '/api/signing-keys/keys') {
      res.writeHead(404).end();
      return;
    }
    asked++;
    res.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    res.end(JSON.stringify({ keys: [publicJwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    issuer,
    publicJwk,
    keyRequests: () => asked,
    outage: (on) => {
      away = on;
    },
    token: (who, orgId, claims = {}, header = {}) => {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({ iss: issuer, iat: now, exp: now + 600, ...claimsOf(who, orgId), ...claims })
        .setProtectedHeader({ alg: 'ES256', kid, typ: 'jwt', ...header })
        .sign(privateKey);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export interface Paired {
  readonly id: string;
  readonly proxySecret: string;
  readonly gatewaySecret: string;
  /** the three headers that the app proxy adds for this person */
  headers(
    who: Person,
    change?: { claims?: Record<string, unknown>; context?: Record<string, unknown> },
  ): Promise<Headers>;
}

/** The headers of Grafana's app proxy, from their parts. */
export const proxyHeaders = (secret: string, token: string, context: string): Headers => [
  [grafanaHeaders.proxySecret, secret],
  [grafanaHeaders.idToken, token],
  [grafanaHeaders.context, rawUtf8(context)],
];

/** Binds one org of a Grafana to the organization of whoever `as` is. */
export async function pair(
  api: TestApi,
  grafana: Grafana,
  options: { orgId?: number; name?: string; as?: string; organizationId?: string } = {},
): Promise<Paired> {
  const { orgId = 1, name = `grafana ${orgId}`, as = api.admin, organizationId = api.organizationId } = options;
  const made = await api.get(
    routes.createConnection,
    {
      params: { organizationId },
      body: {
        name,
        grafanaUrl: grafana.issuer,
        jwksUrl: `${grafana.url}/api/signing-keys/keys`,
        grafanaOrgId: orgId,
      },
    },
    as,
  );
  const { proxySecret, gatewaySecret } = parseConnectionString(made.connectionString);
  return {
    id: made.id,
    proxySecret,
    gatewaySecret,
    headers: async (who, { claims, context } = {}) =>
      proxyHeaders(
        proxySecret,
        await grafana.token(who, orgId, claims),
        JSON.stringify({ ...contextOf(who, orgId), ...context }),
      ),
  };
}
