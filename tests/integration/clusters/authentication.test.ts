import { createUser } from '@nats-io/nkeys';
import { jetstreamManager } from '@nats-io/jetstream';
import { routes, type BodyIn, type Credential, type Routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { makeAuthority } from '../setup/certificates';
import { addCluster } from '../setup/clusters';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { makeOperator } from '../setup/operator';

let api: TestApi;
const servers: NatsServer[] = [];
const authority = makeAuthority();
const tlsFiles = (names: readonly string[]) => {
  const { cert, key } = authority.issue('server', names);
  return { 'ca.pem': authority.cert, 'cert.pem': cert, 'key.pem': key };
};
const tlsLines = (extra = '') =>
  `tls { cert_file: "$DIR/cert.pem", key_file: "$DIR/key.pem", ca_file: "$DIR/ca.pem"${extra} }`;

async function server(config: string, files: Record<string, string> = {}): Promise<NatsServer> {
  const started = await startNatsServer({ config, files });
  servers.push(started);
  return started;
}

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api?.stop();
  await Promise.all(servers.map((one) => one.stop()));
});

type Settings = Partial<BodyIn<Routes['createCluster']>>;

/** Connects through the api, and asks something of JetStream that needs the log-in. */
async function reaches(url: string, settings: Settings): Promise<string> {
  const clusterId = await addCluster(api, [url], settings);
  const info = await api.get(routes.clusterInfo, { params: { clusterId } }, api.admin);
  expect(info.streams).toBeGreaterThanOrEqual(0);
  return clusterId;
}
async function refuses(url: string, settings: Settings): Promise<string> {
  const clusterId = await addCluster(api, [url], settings);
  const problem = await api.refused(routes.clusterInfo, { params: { clusterId } }, api.admin);
  expect(problem).toMatchObject({ status: 503, code: 'cluster_unreachable' });
  return problem.detail;
}
const withAuth = (auth: Credential['auth']): Settings => ({ credentials: { read: { auth } } });

it('nobody has to log in', async () => {
  const { url } = await server('');
  await reaches(url, {});
  await reaches(url, withAuth({ kind: 'none' }));
});

it('user and password', async () => {
  const { url } = await server('authorization { user: "ü ser", password: "p:a@ss/word" }');
  await reaches(url, withAuth({ kind: 'user_password', user: 'ü ser', password: 'p:a@ss/word' }));
  expect(await refuses(url, withAuth({ kind: 'user_password', user: 'ü ser', password: 'wrong' }))).toMatch(
    /refuses this credential/,
  );
  expect(await refuses(url, {})).toMatch(/refuses this credential/);
});

it('token', async () => {
  const { url } = await server('authorization { token: "s3cr3t-token" }');
  await reaches(url, withAuth({ kind: 'token', token: 's3cr3t-token' }));
  expect(await refuses(url, withAuth({ kind: 'token', token: 'other' }))).toMatch(/refuses this credential/);
});

it('nkey', async () => {
  const key = createUser();
  const { url } = await server(`authorization { users: [{ nkey: ${key.getPublicKey()} }] }`);
  const seed = new TextDecoder().decode(key.getSeed());
  await reaches(url, withAuth({ kind: 'nkey', seed: ` ${seed}\n` }));
  const other = new TextDecoder().decode(createUser().getSeed());
  expect(await refuses(url, withAuth({ kind: 'nkey', seed: other }))).toMatch(/refuses this credential/);
});

describe('operator mode', () => {
  const operator = makeOperator();
  let url: string;
  beforeAll(async () => {
    ({ url } = await server(operator.config));
  });
  it('JWT with its seed', async () => {
    const user = operator.user('billing');
    const clusterId = await reaches(url, withAuth({ kind: 'jwt', jwt: user.jwt, seed: user.seed }));
    const { slots } = await api.get(routes.getCluster, { params: { clusterId } }, api.admin);
    expect(slots).toEqual([expect.objectContaining({ slot: 'read', kind: 'jwt', hint: 'JWT of billing' })]);
  });
  it('a pasted .creds file', async () => {
    const clusterId = await reaches(url, withAuth({ kind: 'creds', creds: operator.user('ops').creds }));
    const { slots } = await api.get(routes.getCluster, { params: { clusterId } }, api.admin);
    expect(slots[0]?.hint).toBe('.creds of ops');
  });
  it('a JWT under the seed of another user, one that has ended, and one of another operator', async () => {
    const [one, two] = [operator.user('one'), operator.user('two')];
    expect(await refuses(url, withAuth({ kind: 'jwt', jwt: one.jwt, seed: two.seed }))).toMatch(
      /refuses this credential/,
    );
    const ended = operator.user('ended', Math.floor(Date.now() / 1000) - 10);
    expect(await refuses(url, withAuth({ kind: 'creds', creds: ended.creds }))).toMatch(/refuses this credential/);
    const foreign = makeOperator().user('foreign');
    expect(await refuses(url, withAuth({ kind: 'creds', creds: foreign.creds }))).toMatch(/refuses this credential/);
  });
  it('a system credential beside the account: servers come from it, streams from the account', async () => {
    const credentials = {
      read: { auth: { kind: 'creds', creds: operator.user('app').creds } },
      system: { auth: { kind: 'creds', creds: operator.systemUser('sys').creds } },
    } as const;
    const clusterId = await reaches(url, { credentials });
    const servers = await api.get(routes.clusterServers, { params: { clusterId } }, api.admin);
    expect(servers.source).toBe('system_account');
    expect(servers.items).toEqual([
      expect.objectContaining({
        name: 'test',
        cores: expect.any(Number) as number,
        jetstream: expect.any(Object) as object,
      }),
    ]);
    const report = await api.get(routes.testCluster, { params: { clusterId } }, api.admin);
    expect(report.ok).toBe(true);
    expect(report.targets.map(({ slot }) => slot).sort()).toEqual(['read', 'system']);
  });
});

describe('TLS', () => {
  it('with an authority of its own', async () => {
    const { port } = await server(tlsLines(), tlsFiles(['localhost', '127.0.0.1']));
    const url = `tls://127.0.0.1:${port}`;
    await reaches(url, { tls: { mode: 'required', ca: authority.cert } });
    await reaches(`nats://localhost:${port}`, { tls: { mode: 'auto', ca: authority.cert } });
    expect(await refuses(url, {})).toMatch(/not signed by a known authority/);
    expect(await refuses(url, { tls: { ca: makeAuthority('Another').cert } })).toMatch(
      /not signed by a known authority/,
    );
  });
  it('with a client certificate', async () => {
    const { port } = await server(tlsLines(', verify: true'), tlsFiles(['127.0.0.1']));
    const url = `tls://127.0.0.1:${port}`;
    const client = authority.issue('console', ['console']);
    const tls = { ca: authority.cert };
    const credential = { auth: { kind: 'none' }, clientCert: client.cert, clientKey: client.key } as const;
    const clusterId = await reaches(url, { tls, credentials: { read: credential } });
    const { slots } = await api.get(routes.getCluster, { params: { clusterId } }, api.admin);
    expect(slots[0]?.hint).toBe('no authentication with a client certificate');
    expect(await refuses(url, { tls })).toMatch(/wants a client certificate/);
    const stranger = makeAuthority('Another').issue('console', ['console']);
    const foreign = { auth: { kind: 'none' }, clientCert: stranger.cert, clientKey: stranger.key } as const;
    expect(await refuses(url, { tls, credentials: { read: foreign } })).toMatch(
      /does not accept the client certificate/,
    );
  });
  it('with a server name that the certificate is for, where the address is none of it', async () => {
    const { port } = await server(tlsLines(), tlsFiles(['nats.internal']));
    const url = `tls://127.0.0.1:${port}`;
    await reaches(url, { tls: { ca: authority.cert, serverName: 'nats.internal' } });
    expect(await refuses(url, { tls: { ca: authority.cert } })).toMatch(/is for another name/);
    expect(await refuses(url, { tls: { ca: authority.cert, serverName: 'other.internal' } })).toMatch(
      /is for another name/,
    );
  });
  it('that has expired', async () => {
    const { cert, key } = authority.issue('server', ['127.0.0.1'], -2);
    const { port } = await server(tlsLines(), { 'ca.pem': authority.cert, 'cert.pem': cert, 'key.pem': key });
    expect(await refuses(`tls://127.0.0.1:${port}`, { tls: { ca: authority.cert } })).toMatch(/has expired/);
  });
  it('first, before the server says anything', async () => {
    const { port } = await server(tlsLines(', handshake_first: true'), tlsFiles(['127.0.0.1']));
    const url = `tls://127.0.0.1:${port}`;
    await reaches(url, { tls: { mode: 'first', ca: authority.cert } });
    expect(await refuses(url, { tls: { mode: 'required', ca: authority.cert } })).toMatch(/TLS first/);
  });
  it('is never given up where it was asked for', async () => {
    const { port } = await server('authorization { user: u, password: p }');
    const credentials = { read: { auth: { kind: 'user_password', user: 'u', password: 'p' } } } as const;
    await reaches(`nats://127.0.0.1:${port}`, { credentials });
    for (const tls of [{ mode: 'required' }, { ca: authority.cert }, { serverName: 'x' }] as const)
      expect(await refuses(`nats://127.0.0.1:${port}`, { tls, credentials })).toMatch(/this server offers none/);
    expect(await refuses(`tls://127.0.0.1:${port}`, { credentials })).toMatch(/this server offers none/);
  });
});

describe('a user of narrow permissions', () => {
  it('may use one inbox prefix alone, and everything is read over it', async () => {
    const { url } = await server(`
accounts { APP { jetstream: enabled, users: [
  { user: admin, password: a },
  { user: narrow, password: n, permissions: { publish: ["$JS.API.>"], subscribe: ["_INBOX_ops.>"] } } ] } }`);
    const nc = await connectTo(url, { user: 'admin', pass: 'a' });
    const jsm = await jetstreamManager(nc);
    for (const allow_direct of [true, false]) {
      const name = allow_direct ? 'DIRECT' : 'PLAIN';
      await jsm.streams.add({ name, subjects: [name.toLowerCase()], allow_direct });
      nc.publish(name.toLowerCase(), 'hello');
    }
    await jsm.streams.add({ name: 'KV_b', subjects: ['$KV.b.>'], allow_direct: true, max_msgs_per_subject: 1 });
    nc.publish('$KV.b.key', 'value');
    await nc.flush();
    await nc.close();
    const credentials = { read: { auth: { kind: 'user_password', user: 'narrow', password: 'n' } } } as const;
    const clusterId = await reaches(url, { credentials, inboxPrefix: '_INBOX_ops' });
    for (const stream of ['DIRECT', 'PLAIN']) {
      const page = await api.get(routes.listMessages, { params: { clusterId, stream } }, api.admin);
      expect(page.items.map(({ payload }) => payload.text)).toEqual(['hello']);
    }
    const keys = await api.get(
      routes.listKeys,
      { params: { clusterId, bucket: 'b' }, query: { values: 'true' } },
      api.admin,
    );
    expect(keys.items[0]?.entry?.payload.text).toBe('value');
    const wrong = await addCluster(api, [url], { credentials });
    const problem = await api.refused(routes.listStreams, { params: { clusterId: wrong } }, api.admin);
    expect(problem).toMatchObject({
      status: 403,
      code: 'nats_permission',
      detail: expect.stringMatching(/_INBOX/) as string,
    });
  });
  it('may not publish to the api: the reason comes back as what NATS said', async () => {
    const { url } = await server(`
accounts { APP { jetstream: enabled, users: [
  { user: deaf, password: d, permissions: { publish: ["nothing"], subscribe: [">"] } } ] } }`);
    const credentials = { read: { auth: { kind: 'user_password', user: 'deaf', password: 'd' } } } as const;
    const clusterId = await addCluster(api, [url], { credentials });
    expect(await api.refused(routes.listStreams, { params: { clusterId } }, api.admin)).toMatchObject({
      status: 403,
      code: 'nats_permission',
      detail: expect.stringMatching(/may not publish \$JS\.API\.STREAM\.LIST/) as string,
    });
  });
});

it('a JetStream domain: the right one is reached, a wrong one says so', async () => {
  const started = await startNatsServer({
    jetstream: false,
    config: 'jetstream { store_dir: "$DIR/data", domain: hub }',
  });
  servers.push(started);
  const nc = await connectTo(started.url);
  await (await jetstreamManager(nc)).streams.add({ name: 'A', subjects: ['a'], allow_direct: true });
  nc.publish('a', 'hello');
  await nc.flush();
  await nc.close();
  const clusterId = await reaches(started.url, { domain: 'hub' });
  const info = await api.get(routes.clusterInfo, { params: { clusterId } }, api.admin);
  expect(info).toMatchObject({ domain: 'hub', streams: 1 });
  const page = await api.get(routes.listMessages, { params: { clusterId, stream: 'A' } }, api.admin);
  expect(page.items).toHaveLength(1);
  const wrong = await addCluster(api, [started.url], { domain: 'spoke' });
  expect(await api.refused(routes.listStreams, { params: { clusterId: wrong } }, api.admin)).toMatchObject({
    status: 503,
    code: 'jetstream_unavailable',
  });
});
