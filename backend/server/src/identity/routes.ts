import { randomBytes } from 'node:crypto';
import { actions, resources, type identityRoutes } from '@jetstream-console/contract';
import { sql } from 'kysely';
import type { Audit } from '../audit/audit';
import type { Snapshots } from '../access/snapshot';
import { ApiError, invalid, notFound } from '../platform/errors';
import type { Ctx, Handlers, Principal } from '../platform/handler';
import type { Pg } from '../platform/pg';
import { hashToken } from './identify';
import { mappedTo } from './knownPerson';
import { hashPassword, verifyPassword } from './password';
import type { Throttle } from './throttle';

interface Deps {
  readonly pg: Pg;
  readonly audit: Audit;
  readonly throttle: Throttle;
  readonly snapshots: Snapshots;
  readonly sessionMinutes: number;
}

async function login(deps: Deps, body: { login: string; password: string }, ctx: Ctx) {
  await deps.throttle.attempt(body.login, ctx.ip);
  const user = await deps.pg.asSystem((db) =>
    db
      .selectFrom('users')
      .where('source', '=', 'local')
      .where(sql<boolean>`lower(login) = lower(${body.login})`)
      .select(['id', 'org_id', 'login', 'password_hash', 'active'])
      .executeTakeFirst(),
  );
  const right = await verifyPassword(user?.password_hash ?? null, body.password);
  const act = {
    action: 'auth.login',
    resource: null,
    clusterId: null,
    ip: ctx.ip,
    userAgent: ctx.userAgent,
    requestId: ctx.requestId,
  };
  const who = user && { organizationId: user.org_id, via: 'session' as const, userId: user.id, login: user.login };
  if (!user || !who || !right || !user.active) {
    if (who) await deps.audit.denied(who, act, right ? 'the account is switched off' : 'wrong password');
    // One answer for an unknown account, a wrong password and a switched-off account.
    throw new ApiError(401, 'login_failed', 'Login or password is wrong.');
  }
  await deps.throttle.succeeded(body.login, ctx.ip);
  const accessToken = randomBytes(32).toString('base64url');
  const expiresAt = new Date(Date.now() + deps.sessionMinutes * 60_000);
  const record = await deps.audit.begin(who, act);
  await deps.pg.inOrg(user.org_id, async (tx) => {
    await tx
      .insertInto('sessions')
      .values({
        org_id: user.org_id,
        user_id: user.id,
        token_hash: hashToken(accessToken),
        expires_at: expiresAt,
        ip: ctx.ip,
        user_agent: ctx.userAgent.slice(0, 256),
        revoked_at: null,
      })
      .execute();
    await tx.updateTable('users').where('id', '=', user.id).set({ last_seen_at: new Date() }).execute();
  });
  await deps.audit.finish(who, record, { status: 'success', error: null, changes: undefined });
  return { accessToken, expiresAt: expiresAt.toISOString(), organizationId: user.org_id };
}

async function changePassword(
  deps: Deps,
  principal: Principal,
  body: { current: string; next: string },
  ip: string,
): Promise<void> {
  const { id } = principal.subject;
  const user = await deps.pg.inOrg(principal.organizationId, (tx) =>
    tx
      .selectFrom('users')
      .where('id', '=', id)
      .where('source', '=', 'local')
      .select(['login', 'password_hash'])
      .executeTakeFirst(),
  );
  if (!user) throw new ApiError(422, 'no_password', 'This account logs in through Grafana and has no password here.');
  // A stolen session must not be a way to guess the password.
  await deps.throttle.attempt(user.login, ip);
  if (!(await verifyPassword(user.password_hash, body.current)))
    throw invalid('body.current', 'is not the present password');
  await deps.throttle.succeeded(user.login, ip);
  const password_hash = await hashPassword(body.next);
  await deps.pg.inOrg(principal.organizationId, async (tx) => {
    await tx.updateTable('users').where('id', '=', id).set({ password_hash }).execute();
    let others = tx.updateTable('sessions').where('user_id', '=', id).where('revoked_at', 'is', null);
    if (principal.sessionId) others = others.where('id', '!=', principal.sessionId);
    await others.set({ revoked_at: new Date() }).execute();
  });
}

async function effective(deps: Deps, organizationId: string, userId: string) {
  const found = await deps.pg.inOrg(organizationId, (tx) =>
    tx
      .selectFrom('users as u')
      .innerJoin('organizations as o', 'o.id', 'u.org_id')
      .where('u.id', '=', userId)
      .select(['u.id', 'u.connection_id', 'u.identifier', 'u.kind', 'u.org_role', 'o.access_version'])
      .executeTakeFirst(),
  );
  if (!found) throw notFound('This user');
  const snapshot = await deps.snapshots(organizationId, found.access_version);
  const { roles, grants } = await snapshot.access(userId, mappedTo(snapshot, found));
  return { user: userId, roles, grants: [...grants] };
}

export function identityHandlers(deps: Deps): Handlers<typeof identityRoutes> {
  return {
    login: ({ body }, ctx) => login(deps, body, ctx),
    logout: async (_, { principal }) => {
      const { sessionId } = principal;
      if (!sessionId) throw new ApiError(422, 'no_session', 'You came through Grafana: log out there.');
      await deps.pg.inOrg(principal.organizationId, (tx) =>
        tx.updateTable('sessions').where('id', '=', sessionId).set({ revoked_at: new Date() }).execute(),
      );
      return { ok: true };
    },
    me: async (_, { principal }) => {
      const organization = await deps.pg.inOrg(principal.organizationId, (tx) =>
        tx.selectFrom('organizations').select(['id', 'name']).executeTakeFirstOrThrow(),
      );
      const { subject, roles, teams, grants, installationAdmin, via, expiresAt } = principal;
      return {
        organization,
        subject,
        roles,
        teams: [...teams],
        grants: [...grants],
        installationAdmin,
        via,
        expiresAt,
      };
    },
    changePassword: async ({ body }, ctx) => {
      await changePassword(deps, ctx.principal, body, ctx.ip);
      return { ok: true };
    },
    listPermissions: async () => ({
      items: resources.flatMap((resource) => actions.map((action) => ({ resource, action }))),
    }),
    effectivePermissions: ({ query }, ctx) => effective(deps, ctx.principal.organizationId, query.user),
    checkPermissions: async ({ body }, ctx) => ({
      answers: body.questions.map(({ target, ...permission }) => {
        const decision = ctx.decide(permission, target);
        return { allowed: decision.allowed, reason: decision.allowed ? null : decision.reason };
      }),
    }),
  };
}
