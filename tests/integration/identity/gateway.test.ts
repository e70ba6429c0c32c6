import { createHash, createHmac, randomBytes } from 'node:crypto';
import {
  apiBase,
  gatewayHeaders,
  meSchema,
  queryResponse,
  routes,
  signedText,
  type GatewayAsker,
} from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseProblem, startTestApi, type TestApi } from '../setup/api';
import { pair, person, startGrafana, type Grafana, type Paired } from '../setup/grafana';
import type { Answer, Headers } from '../setup/http';
import { makeOrganization } from '../setup/people';

let api: TestApi;
let grafana: Grafana;
let paired: Paired;
let other: Paired;
const viewer = person({ uid: 'g-viewer', login: 'vera' });

beforeAll(async () => {
  api = await startTestApi();
  grafana = await startGrafana();
  paired = await pair(api, grafana);
  const organization = await makeOrganization(api);
  other = await pair(api, grafana, { as: organization.admin.token, organizationId: organization.id, name: 'other' });
});
afterAll(async () => {
  await grafana?.stop();
  await api?.stop();
});

interface Call {
  readonly method?: string;
  readonly path?: string;
  /** the path that is signed, where it is another than the one that is asked */
  readonly signedPath?: string;
  readonly body?: string;
  readonly signedBody?: string;
  readonly secret?: string;
  readonly connection?: string;
  readonly timeMs?: number;
  readonly nonce?: string;
  readonly asker?: Partial<GatewayAsker> | string;
  /** null: nobody stands behind it */
  readonly token?: string | null;
  readonly signedToken?: string;
  readonly drop?: readonly string[];
  readonly double?: readonly string[];
  readonly add?: Headers;
}

const mePath = `${apiBase}${routes.me.path}`;
const queryPath = `${apiBase}${routes.query.path}`;

async function call(given: Call = {}): Promise<Answer> {
  const { method = 'GET', path = mePath, body } = given;
  const token = given.token === undefined ? await grafana.token(viewer, 1) : given.token;
  const time = String(given.timeMs ?? Date.now());
  const nonce = given.nonce ?? randomBytes(16).toString('hex');
  const asker: GatewayAsker = { orgId: 1, login: viewer.login, fromAlert: false, pluginVersion: '0.1.0' };
  const askerText =
    typeof given.asker === 'string'
      ? given.asker
      : Buffer.from(JSON.stringify({ ...asker, ...given.asker })).toString('base64url');
  const text = signedText({
    method,
    path: given.signedPath ?? path,
    bodyHash: createHash('sha256')
      .update(given.signedBody ?? body ?? '')
      .digest('hex'),
    time,
    nonce,
    asker: askerText,
    idToken: given.signedToken ?? token ?? '',
  });
  const signature = createHmac('sha256', given.secret ?? paired.gatewaySecret)
    .update(text)
    .digest('hex');
  const all: [string, string][] = [
    [gatewayHeaders.connection, given.connection ?? paired.id],
    [gatewayHeaders.time, time],
    [gatewayHeaders.nonce, nonce],
    [gatewayHeaders.asker, askerText],
    [gatewayHeaders.signature, signature],
    ...(token === null ? [] : [[gatewayHeaders.idToken, token] as [string, string]]),
  ];
  const headers = all
    .filter(([name]) => !given.drop?.includes(name))
    .flatMap((header) => (given.double?.includes(header[0]) ? [header, header] : [header]));
  return api.send({
    method,
    path,
    body,
    headers: [
      ...headers,
      ...(body === undefined ? [] : [['content-type', 'application/json'] as const]),
      ...(given.add ?? []),
    ],
  });
}

const refusals = () =>
  api.database.query<{ action: string; status: string; error: string }>(
    "select action, status, error from audit_outbox where action = 'identity.gateway' order by time desc",
  );

async function refused(given: Call, message: RegExp, audited: boolean): Promise<void> {
  const before = (await refusals()).length;
  const answer = await call(given);
  const problem = parseProblem(answer);
  expect(problem).toMatchObject({ status: 403, code: 'identity_refused' });
  expect(problem.detail).toMatch(message);
  const after = await refusals();
  expect(after.length - before).toBe(audited ? 1 : 0);
  if (audited) expect(after[0]).toMatchObject({ status: 'denied', error: problem.detail });
}

const unknown = /not connected to the console, or its secret was replaced/;

describe('a person behind the gateway', () => {
  it('is who the token says, with the role of their org role', async () => {
    const answer = await call();
    expect(answer.status, answer.text).toBe(200);
    const me = meSchema.parse(answer.json());
    expect(me).toMatchObject({ via: 'gateway', subject: { login: 'vera', kind: 'user' } });
    expect(me.roles.map(({ name }) => name)).toEqual(['viewer']);
  });

  it('is the same person as through the app proxy', async () => {
    const through = await api.get(routes.me, {}, await paired.headers(viewer));
    expect(meSchema.parse((await call()).json()).subject.id).toBe(through.subject.id);
  });

  it('gets nothing of team mappings: no sync has confirmed any team', async () => {
    await api.get(
      routes.putMappings,
      {
        params: { organizationId: api.organizationId, connectionId: paired.id },
        body: { items: [{ subject: { kind: 'team', teamId: 4 }, role: 'reader', scope: { kind: 'organization' } }] },
      },
      api.admin,
    );
    const inTeam = person({ ...viewer, teams: [4] });
    const proxied = await api.get(routes.me, {}, await paired.headers(inTeam));
    expect(proxied.roles.map(({ name }) => name)).toContain('reader');
    expect(meSchema.parse((await call()).json()).roles.map(({ name }) => name)).toEqual(['viewer']);
  });

  it('stays this person where FromAlert is forged', async () => {
    const me = meSchema.parse((await call({ asker: { fromAlert: true } })).json());
    expect(me).toMatchObject({ via: 'gateway', subject: { login: 'vera', kind: 'user' } });
  });

  it('is not the scheduler, whatever login is signed beside their token', () =>
    refused({ asker: { fromAlert: true, login: 'grafana_scheduler' } }, /different people/, true));

  it('may call with a body, which is signed too', async () => {
    const body = JSON.stringify({ questions: [{ resource: 'streams', action: 'read' }] });
    const path = `${apiBase}${routes.checkPermissions.path}`;
    expect((await call({ method: 'POST', path, body })).status).toBe(200);
    await refused({ method: 'POST', path, body, signedBody: `${body} ` }, unknown, false);
  });
});

describe('a signature', () => {
  const parts = [
    gatewayHeaders.connection,
    gatewayHeaders.time,
    gatewayHeaders.nonce,
    gatewayHeaders.asker,
    gatewayHeaders.signature,
  ];
  it.each(parts)('is refused without %s', (name) => refused({ drop: [name] }, /only a part/, false));
  it.each([...parts, gatewayHeaders.idToken])('is refused with %s twice', (name) =>
    refused({ double: [name] }, /only a part/, false),
  );
  it.each([
    [
      'another method',
      { method: 'POST', path: `${apiBase}/auth/logout`, signedPath: `${apiBase}/auth/logout`, secret: 'x' },
    ],
    ['another path', { signedPath: queryPath }],
    ['a query that was added', { path: `${mePath}?x=1`, signedPath: mePath }],
    ["another connection's secret", () => ({ secret: other.gatewaySecret })],
    ["the connection's proxy secret", () => ({ secret: paired.proxySecret })],
    ['an unknown connection', { connection: '00000000-0000-4000-8000-000000000000' }],
    [
      'a token that was put in',
      async () => ({ signedToken: await grafana.token(person({ uid: 'x', login: 'x' }), 1) }),
    ],
    ['a token that was taken out', { drop: [gatewayHeaders.idToken] }],
    ['a secret of nobody', { secret: 'guessed' }],
  ] as [string, Call | (() => Call | Promise<Call>)][])('does not hold for %s', async (_, given) => {
    await refused(typeof given === 'function' ? await given() : given, unknown, false);
  });

  it.each([
    ['too old', -61_000],
    ['from the future', 61_000],
  ])('is refused when it is %s', (_, off) => refused({ timeMs: Date.now() + off }, /older or newer/, false));
  it.each([-50_000, 50_000])('bears clocks that are %d ms apart', async (off) => {
    expect((await call({ timeMs: Date.now() + off })).status).toBe(200);
  });

  it('is good once', async () => {
    const nonce = randomBytes(16).toString('hex');
    const timeMs = Date.now();
    expect((await call({ nonce, timeMs })).status).toBe(200);
    await refused({ nonce, timeMs }, /used before/, true);
  });

  it('is good once across the processes of the api', async () => {
    const second = await startTestApi({
      database: api.database,
      env: { CONSOLE_MASTER_KEY: api.config.masterKeys[0].key.toString('base64') },
    });
    try {
      const nonce = randomBytes(16).toString('hex');
      const timeMs = Date.now();
      expect((await call({ nonce, timeMs })).status).toBe(200);
      const first = api;
      api = second;
      await refused({ nonce, timeMs }, /used before/, true);
      api = first;
    } finally {
      await second.stop();
    }
  });

  it.each([
    ['a session', [['authorization', `Bearer ${'a'.repeat(43)}`]]],
    ['the app proxy’s context', [['x-grafana-context', '{}']]],
    ['a proxy secret', [['x-console-proxy-secret', 'x']]],
  ] as [string, Headers][])('is refused beside %s', (_, add) => refused({ add }, /not both/, false));
});

describe('the asker', () => {
  const expired = () => grafana.token(viewer, 1, { exp: Math.floor(Date.now() / 1000) - 120 });
  it.each([
    ['another Grafana organization in the context', { asker: { orgId: 2 } }, /another Grafana organization/],
    [
      'another Grafana organization in the token',
      async () => ({ token: await grafana.token(viewer, 2) }),
      /another Grafana organization/,
    ],
    ['a login that is not the token’s', { asker: { login: 'mallory' } }, /different people/],
    ['no JSON', { asker: 'bm90IGpzb24' }, /not JSON/],
    [
      'a field too many',
      {
        asker: Buffer.from('{"orgId":1,"login":"vera","fromAlert":false,"pluginVersion":"1","admin":true}').toString(
          'base64url',
        ),
      },
      /lacks what/,
    ],
    ['an expired token', async () => ({ token: await expired() }), /expired/],
    [
      'a token of another issuer',
      async () => ({ token: await grafana.token(viewer, 1, { iss: 'http://evil.example/' }) }),
      /another issuer/,
    ],
    [
      'a token that does not verify',
      async () => ({ token: `${(await grafana.token(viewer, 1)).slice(0, -4)}AAAA` }),
      /does not verify/,
    ],
    [
      'a service account without a mapping',
      async () => ({
        token: await grafana.token(person({ uid: 'sa', kind: 'service-account' }), 1),
        asker: { login: 'sa-1-x' },
      }),
      /no role/,
    ],
    [
      'an anonymous viewer',
      async () => ({ token: await grafana.token(person({ kind: 'anonymous' }), 1), asker: { login: '' } }),
      /Anonymous/,
    ],
  ] as [string, Call | (() => Promise<Call>), RegExp][])(
    'is refused with %s, and that is audited',
    async (_, given, message) => {
      await refused(typeof given === 'function' ? await given() : given, message, true);
    },
  );

  it('is refused where the account is switched off', async () => {
    const gone = person({ uid: 'gone', login: 'gone' });
    const token = await grafana.token(gone, 1);
    const asker = { login: 'gone' };
    const me = meSchema.parse((await call({ token, asker })).json());
    await api.get(routes.updateUser, { params: { userId: me.subject.id }, body: { active: false } }, api.admin);
    await refused({ token, asker }, /switched off/, true);
  });
});

describe('without a token', () => {
  const scheduler = { login: 'grafana_scheduler', fromAlert: true } as const;
  const body = (query: unknown) =>
    JSON.stringify({ from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z', queries: [{ refId: 'A', query }] });
  const evaluate = (query: unknown) =>
    call({ method: 'POST', path: queryPath, body: body(query), token: null, asker: scheduler });

  it.each([
    ['not from an alert', { login: 'grafana_scheduler', fromAlert: false }],
    ['from an alert by another login', { login: 'vera', fromAlert: true }],
    ['with no login, as public dashboards', { login: '', fromAlert: false }],
    ['with no login and a forged FromAlert', { login: '', fromAlert: true }],
    ['by the scheduler’s login in other letters', { login: 'Grafana_Scheduler', fromAlert: true }],
  ])('a call %s is refused and audited', (_, asker) =>
    refused(
      { method: 'POST', path: queryPath, body: body({ kind: 'inventory', of: 'clusters' }), token: null, asker },
      /Nobody is signed in/,
      true,
    ),
  );

  it('a rule reads figures and inventory', async () => {
    for (const query of [
      { kind: 'inventory', of: 'clusters' },
      { kind: 'metrics', metric: 'reachable', clusters: [] },
    ]) {
      const answer = await evaluate(query);
      expect(answer.status, answer.text).toBe(200);
      expect(queryResponse.parse(answer.json()).results['A']).toMatchObject({ status: 200 });
    }
  });

  it.each([
    ['messages', { kind: 'messages', cluster: 'prod', stream: 'ORDERS' }],
    ['events', { kind: 'events' }],
    ['SQL', { kind: 'sql', sql: 'SELECT 1' }],
  ])('a rule does not read %s', async (_, query) => {
    const result = queryResponse.parse((await evaluate(query)).json()).results['A'];
    expect(result).toMatchObject({ status: 403, frames: [] });
    expect(result?.error).toMatch(/metrics and inventory only/);
    const audit = await api.database.query(
      "select status from audit_outbox where action = 'query' order by time desc limit 1",
    );
    expect(audit).toEqual([{ status: 'denied' }]);
  });

  it.each([
    ['who it is', 'GET', mePath],
    ['the clusters', 'GET', `${apiBase}/clusters`],
    ['queries with something behind the path', 'POST', `${queryPath}?x=1`],
  ])('a rule does not ask %s', (_, method, path) =>
    refused(
      {
        method,
        path,
        body: method === 'POST' ? body({ kind: 'inventory', of: 'clusters' }) : undefined,
        token: null,
        asker: scheduler,
      },
      /queries and nothing else/,
      true,
    ),
  );
});
