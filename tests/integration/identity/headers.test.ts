import { generateKeyPairSync } from 'node:crypto';
import { grafanaHeaders, routes } from '@jetstream-console/contract';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseProblem, startTestApi, type TestApi } from '../setup/api';
import {
  claimsOf,
  contextOf,
  pair,
  person,
  proxyHeaders,
  startGrafana,
  type Grafana,
  type Paired,
} from '../setup/grafana';
import type { Headers } from '../setup/http';
import { makeOrganization } from '../setup/people';

let api: TestApi;
let grafana: Grafana;
let second: Grafana;
let paired: Paired;
let otherOrg: Paired;
let otherTenant: Paired;
const viewer = person();
const names = Object.values(grafanaHeaders);

beforeAll(async () => {
  api = await startTestApi();
  grafana = await startGrafana();
  second = await startGrafana('http://other.example/');
  paired = await pair(api, grafana);
  otherOrg = await pair(api, grafana, { orgId: 2 });
  const organization = await makeOrganization(api);
  otherTenant = await pair(api, second, { as: organization.admin.token, organizationId: organization.id });
});
afterAll(async () => {
  await api?.stop();
  await grafana?.stop();
  await second?.stop();
});

/** A refusal as Grafana's proxy may get it: 403, never 401, and nothing that makes a browser ask for a password. */
async function refused(headers: Headers) {
  const answer = await api.ask(routes.me, {}, headers);
  expect(answer.headers['www-authenticate']).toBeUndefined();
  const problem = parseProblem(answer);
  expect(problem.status).toBe(403);
  return problem;
}
const without = (headers: Headers, name: string) => headers.filter(([key]) => key !== name);
const replaced = (headers: Headers, name: string, value: string): Headers =>
  headers.map(([key, old]) => [key, key === name ? value : old]);

it('lets a person in by the three headers, whole, and reads their name as it is written', async () => {
  const me = await api.get(routes.me, {}, await paired.headers(viewer));
  expect(me).toMatchObject({
    via: 'grafana',
    organization: { id: api.organizationId },
    subject: { kind: 'user', login: 'jürgen', name: 'Jürgen Ørsted', email: 'u1@example.com' },
    roles: [{ name: 'viewer', from: 'Grafana role Viewer' }],
    installationAdmin: false,
  });
});

describe('a header', () => {
  it.each(names)('%s removed', async (name) => {
    expect((await refused(without(await paired.headers(viewer), name))).detail).toMatch(/missing or doubled/);
  });
  it.each(names)('%s alone', async (name) => {
    const headers = await paired.headers(viewer);
    await refused(headers.filter(([key]) => key === name));
  });
  it.each(names)('%s doubled, with the same value', async (name) => {
    const headers = await paired.headers(viewer);
    const again = headers.filter(([key]) => key === name);
    expect((await refused([...headers, ...again])).detail).toMatch(/missing or doubled/);
  });
  it.each(names)('%s doubled, a foreign value first', async (name) => {
    const headers = await paired.headers(viewer);
    const foreign = await otherTenant.headers(person({ role: 'Admin' }));
    await refused([...foreign.filter(([key]) => key === name), ...headers]);
  });
  it.each(names)('%s empty', async (name) => {
    await refused(replaced(await paired.headers(viewer), name, ''));
  });
  it('all of them removed: nobody, from any address', async () => {
    expect((await refused([['x-forwarded-for', '127.0.0.1']])).code).toBe('unauthenticated');
  });
  it('beside an Authorization of our own', async () => {
    const headers = await paired.headers(viewer);
    expect((await refused([...headers, ['authorization', `Bearer ${api.admin}`]])).detail).toMatch(/not both/);
  });
  it.each(['\0', 'x'.repeat(5000)])(
    'with a token that nobody signed, of an identifier that no database holds',
    async (identifier) => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const token = `${part({ alg: 'none' })}.${part({ identifier })}.`;
      await refused(replaced(await paired.headers(viewer), grafanaHeaders.idToken, token));
    },
  );
  it('in another spelling is not it', async () => {
    const headers = await paired.headers(viewer);
    const secret = headers[0]?.[1] ?? '';
    await refused([['x_console_proxy_secret', secret], ...without(headers, grafanaHeaders.proxySecret)]);
  });
});

describe('a secret', () => {
  it.each([
    ["another connection's of the same organization", () => otherOrg.proxySecret],
    ["another organization's", () => otherTenant.proxySecret],
    ["the connection's own gateway secret", () => paired.gatewaySecret],
    [
      'one of this connection with one character changed',
      () => `${paired.proxySecret.slice(0, -1)}${paired.proxySecret.endsWith('A') ? 'B' : 'A'}`,
    ],
    ['no secret of ours', () => 'secret'],
  ])('%s', async (_, secret) => {
    await refused(replaced(await paired.headers(viewer), grafanaHeaders.proxySecret, secret()));
  });
  it('ends when a new one is made, at once', async () => {
    const rotating = await pair(api, grafana, { orgId: 3, name: 'rotating' });
    const headers = await rotating.headers(viewer);
    await api.get(routes.me, {}, headers);
    const params = { organizationId: api.organizationId, connectionId: rotating.id };
    await api.get(routes.rotateConnection, { params }, api.admin);
    await refused(headers);
  });
});

describe('a token', () => {
  const now = () => Math.floor(Date.now() / 1000);
  it.each([
    ['expired beyond the skew of clocks', () => ({ iat: now() - 700, exp: now() - 61 }), /expired/],
    ['of another issuer', () => ({ iss: 'http://other.example/' }), /another issuer/],
    ['of the same issuer without its slash', () => ({ iss: 'http://grafana.example:3000' }), /another issuer/],
    ['for another org', () => ({ aud: 'org:2' }), /another Grafana organization/],
    ['for no org', () => ({ aud: undefined }), /another Grafana organization|verify/],
    ['without an end', () => ({ exp: undefined }), /verify/],
    ['without a subject', () => ({ sub: undefined }), /verify/],
    ['without a person in it', () => ({ identifier: '' }), /lacks/],
    ['of a kind that is not known', () => ({ type: 'render-service' }), /lacks/],
    ['not valid yet', () => ({ nbf: now() + 600 }), /verify/],
  ])('%s', async (_, claims, detail) => {
    expect((await refused(await paired.headers(viewer, { claims: claims() }))).detail).toMatch(detail);
  });
  it('that ended within the skew of clocks still does', async () => {
    await api.get(routes.me, {}, await paired.headers(viewer, { claims: { iat: now() - 640, exp: now() - 40 } }));
  });
  it('without a signature (alg none)', async () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: grafana.issuer, iat: now(), exp: now() + 600, ...claimsOf(viewer, 1) };
    for (const alg of ['none', 'None', 'NONE'])
      for (const signature of ['', 'AAAA']) {
        const token = `${part({ alg, typ: 'jwt' })}.${part(claims)}.${signature}`;
        await refused(proxyHeaders(paired.proxySecret, token, JSON.stringify(contextOf(viewer, 1))));
      }
  });
  it('signed with the public key as a shared secret (HS256)', async () => {
    for (const key of [
      JSON.stringify(grafana.publicJwk),
      grafana.publicJwk.x ?? '',
      `${grafana.publicJwk.x}${grafana.publicJwk.y}`,
    ]) {
      const token = await new SignJWT({ iss: grafana.issuer, iat: now(), exp: now() + 600, ...claimsOf(viewer, 1) })
        .setProtectedHeader({ alg: 'HS256', kid: grafana.publicJwk.kid })
        .sign(Buffer.from(key.padEnd(32, '0')));
      await refused(proxyHeaders(paired.proxySecret, token, JSON.stringify(contextOf(viewer, 1))));
    }
  });
  it('of another key, under the known id, under its own, and with the key carried along', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = publicKey.export({ format: 'jwk' });
    for (const header of [
      { kid: grafana.publicJwk.kid },
      { kid: 'mine' },
      { kid: 'mine', jwk },
      { kid: 'mine', jku: `${second.url}/api/signing-keys/keys` },
    ]) {
      const token = await new SignJWT({ iss: grafana.issuer, iat: now(), exp: now() + 600, ...claimsOf(viewer, 1) })
        .setProtectedHeader({ alg: 'ES256', ...header })
        .sign(privateKey);
      const problem = await refused(proxyHeaders(paired.proxySecret, token, JSON.stringify(contextOf(viewer, 1))));
      expect(problem.detail).toMatch(/does not verify/);
    }
  });
  it('with one claim changed after it was signed', async () => {
    const [head, body, signature] = (await grafana.token(viewer, 1)).split('.');
    const claims = JSON.parse(Buffer.from(body ?? '', 'base64url').toString()) as Record<string, unknown>;
    const forged = Buffer.from(JSON.stringify({ ...claims, role: 'Admin' })).toString('base64url');
    await refused(
      proxyHeaders(paired.proxySecret, `${head}.${forged}.${signature}`, JSON.stringify(contextOf(viewer, 1))),
    );
  });
  it.each(['', 'x', 'a.b.c', '..', '{}'])('that is none: %j', async (token) => {
    await refused(proxyHeaders(paired.proxySecret, token, JSON.stringify(contextOf(viewer, 1))));
  });
});

describe('the context', () => {
  it.each([
    ['of another org', { OrgID: 2 }],
    ['of another person', { UserUID: 'u2' }],
    ['of nobody', { UserUID: undefined }],
    ['without an org', { OrgID: undefined }],
    ['with an org that is no number', { OrgID: '1' }],
  ])('%s', async (_, context) => {
    await refused(await paired.headers(viewer, { context }));
  });
  it.each(['', 'null', '[]', '{', 'x'])('that is none: %j', async (context) => {
    await refused(proxyHeaders(paired.proxySecret, await grafana.token(viewer, 1), context));
  });
  it('is read as the UTF-8 that it is', async () => {
    const me = await api.get(routes.me, {}, await paired.headers(person({ uid: 'jürgen-ørsted' })));
    expect(me.subject.name).toBe('Jürgen Ørsted');
  });
});

it('writes a refusal down in the audit of the organization that was asked', async () => {
  const answer = await api.ask(routes.me, {}, await paired.headers(viewer, { claims: { aud: 'org:2' } }));
  const [row] = await api.database.query('select action, status, org_id, via from audit_outbox where request_id = $1', [
    answer.headers['x-request-id'],
  ]);
  expect(row).toEqual({ action: 'identity.grafana', status: 'denied', org_id: api.organizationId, via: 'grafana' });
});

it('never answers the proxy with 401, on the log-in and on a session that ended either', async () => {
  const headers = await paired.headers(viewer);
  const login = await api.ask(routes.login, { body: { login: 'nobody', password: 'wrong' } }, headers);
  expect({ status: login.status, auth: login.headers['www-authenticate'] }).toEqual({ status: 403, auth: undefined });
  const direct = await api.ask(routes.login, { body: { login: 'nobody', password: 'wrong' } });
  expect({ status: direct.status, auth: direct.headers['www-authenticate'] }).toEqual({ status: 401, auth: undefined });
});

describe('signing keys', () => {
  it('are fetched once for many requests', async () => {
    const fresh = await startGrafana('http://fresh.example/');
    try {
      const connection = await pair(api, fresh, { orgId: 9, name: 'fresh' });
      const headers = await connection.headers(viewer);
      await Promise.all(Array.from({ length: 20 }, () => api.get(routes.me, {}, headers)));
      expect(fresh.keyRequests()).toBe(1);
      // Tokens under ids that nobody knows are no way to make the console ask again and again.
      for (let i = 0; i < 5; i++)
        await refused(
          proxyHeaders(
            connection.proxySecret,
            await fresh.token(viewer, 9, {}, { kid: `k${i}` }),
            JSON.stringify(contextOf(viewer, 9)),
          ),
        );
      expect(fresh.keyRequests()).toBeLessThanOrEqual(2);
    } finally {
      await fresh.stop();
    }
  });
  it('that cannot be fetched are no fault of the person: 503, and the same request works once they can', async () => {
    const shaky = await startGrafana('http://shaky.example/');
    try {
      const connection = await pair(api, shaky, { orgId: 10, name: 'shaky' });
      const headers = await connection.headers(viewer);
      shaky.outage(true);
      const answer = await api.ask(routes.me, {}, headers);
      expect(parseProblem(answer)).toMatchObject({ status: 503, code: 'signing_keys_unavailable' });
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      shaky.outage(false);
      await api.get(routes.me, {}, headers);
    } finally {
      await shaky.stop();
    }
  });
  it('are not fetched from an address that the deployment refuses', async () => {
    const fenced = await startTestApi({ env: { CONSOLE_ENV: 'production', NATS_ALLOWED_NETWORKS: '127.0.0.0/8' } });
    try {
      const { redisUrl } = fenced.config;
      const refusedUrls = [
        `http://${new URL(redisUrl).host}/`,
        'http://169.254.169.254/latest',
        'http://[::ffff:169.254.169.254]/',
        'http://0xa9fea9fe/',
      ];
      for (const [i, jwksUrl] of refusedUrls.entries()) {
        const params = { organizationId: fenced.organizationId };
        const made = await fenced.get(
          routes.createConnection,
          { params, body: { name: `c${i}`, grafanaUrl: grafana.issuer, jwksUrl } },
          fenced.admin,
        );
        const report = await fenced.get(
          routes.testConnection,
          { params: { ...params, connectionId: made.id } },
          fenced.admin,
        );
        expect(report.ok).toBe(false);
        expect(report.stages[0]).toMatchObject({ stage: 'address', ok: false });
      }
    } finally {
      await fenced.stop();
    }
  });
});
