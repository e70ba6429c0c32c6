import { randomBytes } from 'node:crypto';
import { routes, type BodyIn, type Routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resealOld } from '../../../backend/server/src/clusters/reseal';
import { makeVault } from '../../../backend/server/src/clusters/vault';
import { makeLog } from '../../../backend/server/src/platform/log';
import { openPg } from '../../../backend/server/src/platform/pg';
import { startTestApi, type TestApi } from '../setup/api';
import { makeAuthority } from '../setup/certificates';
import { addCluster } from '../setup/clusters';
import { startNatsServer, type NatsServer } from '../setup/nats';

let api: TestApi;
let nats: NatsServer;
const secret = 'swordfish-4711';
const login = { auth: { kind: 'user_password', user: 'u', password: secret } } as const;

beforeAll(async () => {
  nats = await startNatsServer({ config: `authorization { user: u, password: "${secret}" }` });
  api = await startTestApi();
});
afterAll(async () => {
  await api?.stop();
  await nats?.stop();
});
const authority = makeAuthority();
const sealedOf = (clusterId: string) =>
  api.database.query('select slot, sealed from cluster_credentials where cluster_id = $1', [clusterId]);
const add = () => addCluster(api, [nats.url], { credentials: { read: login } });
type Change = BodyIn<Routes['updateCluster']>;
const change = (clusterId: string, body: Change) =>
  api.ask(routes.updateCluster, { params: { clusterId }, body }, api.admin);
const reads = async (clusterId: string) =>
  (await api.ask(routes.clusterInfo, { params: { clusterId } }, api.admin)).status;

describe('sealing', () => {
  it('leaves nothing of a secret in the database, in the audit or in any answer', async () => {
    const clusterId = await add();
    const params = { clusterId };
    const answers = [
      await api.ask(routes.getCluster, { params }, api.admin),
      await api.ask(routes.listClusters, {}, api.admin),
      await api.ask(routes.testCluster, { params }, api.admin),
      await api.ask(routes.clusterHealth, { params }, api.admin),
      await api.ask(routes.putCredential, { params: { ...params, slot: 'operate' }, body: login }, api.admin),
      await change(clusterId, { labels: { team: 'a' } }),
      await api.ask(routes.deleteCredential, { params: { ...params, slot: 'operate' } }, api.admin),
      await api.ask(routes.listAudit, {}, api.admin),
    ];
    for (const answer of answers) {
      expect(answer.status).toBeLessThan(300);
      expect(answer.text).not.toContain(secret);
    }
    for (const table of ['clusters', 'cluster_credentials', 'audit_outbox']) {
      const text = JSON.stringify(await api.database.query(`select * from ${table}`));
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret).toString('base64'));
    }
    const [row] = await api.database.query<{ sealed: string; hint: string }>(
      `select sealed, hint from cluster_credentials where cluster_id = $1`,
      [clusterId],
    );
    expect(row).toMatchObject({ hint: 'user u', sealed: expect.stringMatching(/^v1\.k1\./) as string });
  });
  it('binds a secret to its place: a row that was moved or changed does not open', async () => {
    const [one, two] = [
      await add(),
      await addCluster(api, [nats.url], { credentials: { read: { auth: { kind: 'token', token: 'other' } } } }),
    ];
    await api.database.query(
      `update cluster_credentials t set sealed = s.sealed from cluster_credentials s where s.cluster_id = $1 and t.cluster_id = $2`,
      [one, two],
    );
    const answer = await api.ask(routes.listStreams, { params: { clusterId: two } }, api.admin);
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(answer.text).not.toContain(secret);
    expect(await reads(one)).toBe(200);
  });
});

describe('a new master key', () => {
  it('takes over what lies under the old one, which can then be taken away', async () => {
    const clusterId = await add();
    const old = api.config.masterKeys[0];
    const fresh = { id: 'k2', key: randomBytes(32) };
    // The same logins of PostgreSQL: they follow the first key, and the api of this file runs on.
    const pg = await openPg(api.config, makeLog(api.config, 'reseal'));
    try {
      const first = await resealOld(pg, makeVault([fresh, old]));
      expect(first.sealed).toBeGreaterThan(0);
      // Those that an earlier test moved or changed are told of, and stop nobody else's.
      expect(await resealOld(pg, makeVault([fresh, old]))).toEqual({ sealed: 0, unreadable: first.unreadable });
    } finally {
      await pg.close();
    }
    const rows = await api.database.query<{ org_id: string; slot: string; sealed: string }>(
      'select org_id, slot, sealed from cluster_credentials where cluster_id = $1',
      [clusterId],
    );
    expect(rows).toHaveLength(1);
    for (const { org_id, slot, sealed } of rows)
      expect(makeVault([fresh]).open([org_id, clusterId, slot], sealed)).toContain(secret);
    // Back under the key that this api has, for the tests that follow.
    const again = await openPg(api.config, makeLog(api.config, 'reseal'));
    await resealOld(again, makeVault([old, fresh])).finally(() => again.close());
    expect(await reads(clusterId)).toBe(200);
  });
});

describe('a kept secret is not sent elsewhere', () => {
  it.each([
    ['another URL', { urls: ['nats://elsewhere.example:4222'] }],
    ['one more URL', { urls: ['nats://127.0.0.1:1', 'nats://127.0.0.1:2'] }],
    ['other TLS settings', { tls: { mode: 'required' } }],
    ['another server name', { tls: { serverName: 'elsewhere.example' } }],
  ] as const)('%s needs it again', async (_, body) => {
    const clusterId = await add();
    const before = await api.get(routes.getCluster, { params: { clusterId } }, api.admin);
    const problem = await api.refused(
      routes.updateCluster,
      { params: { clusterId }, body: { ...body, urls: 'urls' in body ? [...body.urls] : undefined } },
      api.admin,
    );
    expect(problem).toMatchObject({
      status: 422,
      code: 'secrets_needed',
      errors: [{ field: 'body.credentials.read' }],
    });
    const after = await api.get(routes.getCluster, { params: { clusterId } }, api.admin);
    expect({ ...after, status: null }).toEqual({ ...before, status: null });
    expect(await reads(clusterId)).toBe(200);
  });
  it('with it given again the change is made; what changes no destination needs none', async () => {
    const clusterId = await add();
    const moved = `nats://localhost:${nats.port}`;
    expect((await change(clusterId, { urls: [moved], credentials: { read: login } })).status).toBe(200);
    expect(
      (await change(clusterId, { name: 'renamed', domain: null, inboxPrefix: '_INBOX_x', labels: {} })).status,
    ).toBe(200);
    expect(await reads(clusterId)).toBe(200);
  });
  it.each([
    ['another URL', { urls: ['tls://elsewhere.example:4222'] }],
    ['another authority to trust', { tls: { mode: 'required' as const, ca: authority.cert } }],
    ['another server name', { tls: { mode: 'auto' as const, serverName: 'elsewhere.example' } }],
  ])('a client certificate without any other log-in: %s needs it again, with its key', async (_, body) => {
    const { cert, key } = authority.issue('client', []);
    const certificate = { auth: { kind: 'none' as const }, clientCert: cert, clientKey: key };
    const clusterId = await addCluster(api, [nats.url], { credentials: { read: certificate } });
    const params = { clusterId };
    const { slots } = await api.get(routes.getCluster, { params }, api.admin);
    expect(slots).toMatchObject([{ slot: 'read', kind: 'certificate' }]);
    const before = await sealedOf(clusterId);
    const refused = await api.refused(routes.updateCluster, { params, body }, api.admin);
    expect(refused).toMatchObject({ code: 'secrets_needed', errors: [{ field: 'body.credentials.read' }] });
    const half = { ...body, credentials: { read: { auth: certificate.auth, clientCert: cert } } };
    expect(await api.refused(routes.updateCluster, { params, body: half }, api.admin)).toMatchObject({ status: 400 });
    expect(await sealedOf(clusterId)).toEqual(before);
    expect((await change(clusterId, { ...body, credentials: { read: certificate } })).status).toBe(200);
    const answer = await api.ask(routes.getCluster, { params }, api.admin);
    expect(answer.text).not.toContain(key.split('\n')[1]);
  });
  it('no log-in at all has nothing to give again', async () => {
    const clusterId = await addCluster(api, [nats.url], { credentials: { read: { auth: { kind: 'none' } } } });
    expect((await change(clusterId, { urls: ['nats://127.0.0.1:1'] })).status).toBe(200);
  });
  it('each filled slot by itself, the system one too', async () => {
    const clusterId = await addCluster(api, [nats.url], { credentials: { read: login, admin: login, system: login } });
    const problem = await api.refused(
      routes.updateCluster,
      { params: { clusterId }, body: { urls: ['nats://elsewhere:1'], credentials: { read: login } } },
      api.admin,
    );
    expect(problem.errors?.map(({ field }) => field)).toEqual(['body.credentials.admin', 'body.credentials.system']);
  });
});

it('answers 409 where somebody else changed the cluster meanwhile, and changes nothing', async () => {
  const clusterId = await add();
  const { version } = await api.get(routes.getCluster, { params: { clusterId } }, api.admin);
  expect((await change(clusterId, { labels: { a: '1' }, version })).status).toBe(200);
  const stale = await change(clusterId, { labels: { a: '2' }, version });
  expect(stale.status).toBe(409);
  const raced = await Promise.all(['x', 'y', 'z'].map((b) => change(clusterId, { labels: { b } })));
  expect(raced.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
  expect(raced.every(({ status }) => status === 200 || status === 409)).toBe(true);
  const now = await api.get(routes.getCluster, { params: { clusterId } }, api.admin);
  expect(now.labels['a']).toBeUndefined();
});

it('keeps names apart without regard to case, and composed letters together', async () => {
  await addCluster(api, [nats.url], { name: 'Köln' });
  for (const name of ['KÖLN'.toLowerCase(), 'Köln', 'Ko\u0308ln', ' Köln ']) {
    const problem = await api.refused(routes.createCluster, { body: { name, urls: [nats.url] } }, api.admin);
    expect(problem).toMatchObject({ status: 409, code: 'name_taken' });
  }
});

it('forgets a cluster and its secrets together', async () => {
  const clusterId = await add();
  expect(await reads(clusterId)).toBe(200);
  await api.get(routes.deleteCluster, { params: { clusterId } }, api.admin);
  expect(await reads(clusterId)).toBe(404);
  expect(await api.database.query('select 1 from cluster_credentials where cluster_id = $1', [clusterId])).toEqual([]);
});

describe('a context of the nats CLI', () => {
  const files = { 'team.creds': '-----BEGIN NATS USER JWT-----\nx\n------END NATS USER JWT------\n' };
  const parse = (context: unknown, given: Record<string, string> = {}) =>
    api.get(routes.parseContext, { body: { context: JSON.stringify(context), files: given } }, api.admin);
  it.each([
    [
      { url: 'nats://a:1,b:2', user: 'u', password: 'p' },
      {
        urls: ['nats://a:1', 'nats://b:2'],
        credentials: { admin: { auth: { kind: 'user_password', user: 'u', password: 'p' } } },
      },
    ],
    [
      { url: 'a', token: 't' },
      { urls: ['nats://a'], credentials: { admin: { auth: { kind: 'token', token: 't' } } } },
    ],
    [{ url: 'nats://a', user: 'lonely' }, { credentials: { admin: { auth: { kind: 'token', token: 'lonely' } } } }],
    [
      { url: 'nats://u:p%40ss@a:4222' },
      {
        urls: ['nats://a:4222'],
        credentials: { admin: { auth: { kind: 'user_password', user: 'u', password: 'p@ss' } } },
      },
    ],
    [
      { url: 'tls://a', tls_first: true, inbox_prefix: '_INBOX_me' },
      { tls: { mode: 'first' }, inboxPrefix: '_INBOX_me' },
    ],
    [{ url: 'nats://a', jetstream_domain: 'hub' }, { domain: 'hub' }],
    [{ url: 'nats://a', jetstream_api_prefix: '$JS.leaf.API' }, { domain: 'leaf' }],
    [{ url: 'nats://a', description: 'Production' }, { name: 'Production' }],
  ])('%j', async (context, expected) => {
    expect((await parse(context)).input).toMatchObject(expected);
  });
  it('names the files that lie elsewhere, and takes those that are given along', async () => {
    const context = { url: 'nats://a', creds: '/home/me/team.creds', ca: '/etc/ca.pem' };
    const without = await parse(context);
    expect(without.missing.map(({ field, path }) => [field, path])).toEqual([
      ['creds', '/home/me/team.creds'],
      ['ca', '/etc/ca.pem'],
    ]);
    const withCreds = await parse(context, files);
    expect(withCreds.missing.map(({ field }) => field)).toEqual(['ca']);
    expect(withCreds.input.credentials?.admin?.auth).toEqual({ kind: 'creds', creds: files['team.creds'] });
  });
  it('says what it does not use', async () => {
    expect(
      (await parse({ url: 'nats://a', nsc: 'nsc://x', socks_proxy: 'socks5://y', color_scheme: 'red' })).ignored.sort(),
    ).toEqual(['color_scheme', 'nsc', 'socks_proxy']);
  });
  it.each([
    ['no JSON', '{', 'body.context'],
    ['no object', '[]', 'body.context'],
    ['a URL of another kind', '{"url":"wss://a"}', 'body.context'],
    ['a URL that is none', '{"url":"nats://"}', 'body.context'],
    ['an nkey that is none', '{"url":"nats://a","nkey":"/k"}', 'body.files'],
    ['creds that are none', '{"url":"nats://a","creds":"/c"}', 'body.files'],
  ])('refuses %s, and names the field', async (_, context, field) => {
    const problem = await api.refused(
      routes.parseContext,
      { body: { context, files: { '/k': 'not a seed', '/c': 'nothing' } } },
      api.admin,
    );
    expect(problem).toMatchObject({ status: 400, code: 'invalid' });
    expect(problem.errors?.[0]?.field).toMatch(new RegExp(`^${field}`));
  });
  it('imported, replaces where the cluster is and how to log in, and keeps no secret that would go elsewhere', async () => {
    const clusterId = await addCluster(api, ['nats://127.0.0.1:1'], { credentials: { read: login, system: login } });
    const context = JSON.stringify({ url: nats.url, user: 'u', password: secret });
    const after = await api.get(routes.importContext, { params: { clusterId }, body: { context } }, api.admin);
    expect(after.urls).toEqual([nats.url]);
    expect(after.slots.map(({ slot }) => slot)).toEqual(['admin']);
    expect(await reads(clusterId)).toBe(200);
    const missing = await api.refused(
      routes.importContext,
      { params: { clusterId }, body: { context: JSON.stringify({ url: nats.url, creds: '/x.creds' }) } },
      api.admin,
    );
    expect(missing).toMatchObject({ status: 400, errors: [{ field: 'body.files' }] });
    expect(await reads(clusterId)).toBe(200);
  });
});
