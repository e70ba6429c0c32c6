import { randomBytes, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import type { OrgRole } from './pluginJson';

export interface HostUser {
  readonly login: string;
  readonly password: string;
  readonly role: OrgRole;
  readonly name: string;
  /** stable over restarts, as Grafana's uid is */
  readonly identifier: string;
  readonly teams?: readonly number[];
  readonly serverAdmin?: boolean;
}

const tokenSeconds = 600;

/** Signs id tokens as Grafana does: ES256, ten minutes, one audience as plain text. */
export async function makeIssuer(issuer: () => string, orgId: number) {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const kid = `id-${randomUUID().slice(0, 8)}-es256`;
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'ES256' };
  return {
    jwks: { keys: [jwk] },
    sign: (user: HostUser): Promise<string> =>
      new SignJWT({
        identifier: user.identifier,
        type: 'user',
        role: user.role,
        username: user.login,
        name: user.name,
        email: `${user.login}@localhost`,
        namespace: 'default',
        authenticatedBy: 'password',
      })
        .setProtectedHeader({ alg: 'ES256', kid, typ: 'jwt' })
        .setIssuer(issuer())
        .setAudience(`org:${orgId}`)
        .setSubject(`user:${user.identifier}`)
        .setIssuedAt()
        .setExpirationTime(`${tokenSeconds}s`)
        .sign(privateKey),
    context: (user: HostUser): string =>
      JSON.stringify({
        UserUID: user.identifier,
        OrgID: orgId,
        OrgRole: user.role,
        Login: user.login,
        Name: user.name,
        Email: `${user.login}@localhost`,
        IsGrafanaAdmin: user.serverAdmin ?? false,
        IsAnonymous: false,
        IsServiceAccount: false,
        Teams: user.teams ?? [],
      }),
  };
}
export type Issuer = Awaited<ReturnType<typeof makeIssuer>>;

const cookieName = 'grafana_session';

/** Sessions in memory: a restart logs everybody out. */
export function makeSessions(users: readonly HostUser[]) {
  const sessions = new Map<string, HostUser>();
  return {
    login: (login: unknown, password: unknown): string | null => {
      const user = users.find((u) => u.login === login && u.password === password);
      if (!user) return null;
      const id = randomBytes(16).toString('hex');
      sessions.set(id, user);
      return `${cookieName}=${id}; Path=/; HttpOnly; SameSite=Lax`;
    },
    logout: (cookie: string | undefined) => {
      sessions.delete(idOf(cookie));
    },
    of: (cookie: string | undefined): HostUser | null => sessions.get(idOf(cookie)) ?? null,
  };
}
export type Sessions = ReturnType<typeof makeSessions>;

const idOf = (cookie: string | undefined) => new RegExp(`${cookieName}=([0-9a-f]+)`).exec(cookie ?? '')?.[1] ?? '';
