import { createServer as createTcp, type Server as TcpServer } from 'node:net';
import { routes, type BodyIn, type Routes, type TestStage } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/engines/process';
import { startTestApi, type TestApi } from '../setup/api';
import { makeAuthority } from '../setup/certificates';
import { startNatsServer, type NatsServer } from '../setup/nats';

let api: TestApi;
const servers: NatsServer[] = [];
const sockets: TcpServer[] = [];
const authority = makeAuthority();
const { cert, key } = authority.issue('server', ['127.0.0.1']);
const tls = {
  files: { 'ca.pem': authority.cert, 'cert.pem': cert, 'key.pem': key },
  config: (extra = '') =>
    `tls { cert_file: "$DIR/cert.pem", key_file: "$DIR/key.pem", ca_file: "$DIR/ca.pem"${extra} }`,
};

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api?.stop();
  await Promise.all(servers.map((one) => one.stop()));
  for (const server of sockets) server.close();
});

const start = async (options: Parameters<typeof startNatsServer>[0]) => {
  const server = await startNatsServer(options);
  servers.push(server);
  return server;
};
async function listening(server: TcpServer): Promise<number> {
  sockets.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

type Settings = Partial<BodyIn<Routes['testNewCluster']>>;
async function report(url: string, settings: Settings = {}) {
  return api.get(routes.testNewCluster, { body: { name: 'tried', urls: [url], ...settings } }, api.admin);
}
/** The stage at which one target fails: those before it are fine, those behind it are not tried. */
async function failsAt(url: string, settings: Settings = {}): Promise<TestStage> {
  const { ok, targets } = await report(url, settings);
  expect(ok).toBe(false);
  const stages = targets[0]?.stages ?? [];
  const at = stages.findIndex(({ state }) => state === 'failed');
  expect(at).toBeGreaterThanOrEqual(0);
  for (const stage of stages.slice(0, at)) expect(['ok', 'skipped']).toContain(stage.state);
  for (const stage of stages.slice(at + 1)) expect(stage.state).toBe('skipped');
  const failed = stages[at];
  if (!failed) throw new Error('no stage failed');
  expect(failed.fix).not.toBeNull();
  return failed;
}

it('walks all stages of a sound server', async () => {
  const { url } = await start({ config: 'authorization { user: u, password: p }' });
  const { ok, targets } = await report(url, {
    credentials: { read: { auth: { kind: 'user_password', user: 'u', password: 'p' } } },
  });
  expect(ok).toBe(true);
  expect(targets[0]?.stages.map(({ stage, state }) => [stage, state])).toEqual([
    ['dns', 'ok'],
    ['tcp', 'ok'],
    ['tls', 'skipped'],
    ['auth', 'ok'],
    ['jetstream', 'ok'],
    ['system', 'skipped'],
  ]);
  expect(targets[0]?.stages[2]?.detail).toMatch(/can be read on the way/);
});

it('says of each URL by itself what is wrong', async () => {
  const { url } = await start({});
  const closed = await freePort();
  const { ok, targets } = await api.get(
    routes.testNewCluster,
    { body: { name: 'two', urls: [url, `nats://127.0.0.1:${closed}`] } },
    api.admin,
  );
  expect(ok).toBe(false);
  expect(targets.map(({ stages }) => stages.some(({ state }) => state === 'failed'))).toEqual([false, true]);
});

describe('before NATS is spoken', () => {
  it('a name that does not resolve', async () => {
    const stage = await failsAt('nats://no-such-host.invalid:4222');
    expect(stage).toMatchObject({ stage: 'dns', detail: expect.stringMatching(/does not resolve/) as string });
    expect(stage.fix).toMatch(/spelling/);
  });
  it('a closed port', async () => {
    const stage = await failsAt(`nats://127.0.0.1:${await freePort()}`);
    expect(stage).toMatchObject({ stage: 'tcp', detail: expect.stringMatching(/Nothing listens/) as string });
    expect(stage.fix).toMatch(/port/);
  });
  it('the monitoring port, which speaks HTTP when it is asked', async () => {
    const monitoring = await freePort();
    await start({ config: `http: "127.0.0.1:${monitoring}"` });
    const stage = await failsAt(`nats://127.0.0.1:${monitoring}`);
    expect(stage).toMatchObject({ stage: 'tcp', detail: expect.stringMatching(/speaks HTTP/) as string });
    expect(stage.fix).toMatch(/8222 is for monitoring/);
  });
  it('a port where others speak first', async () => {
    const mail = await listening(
      createTcp((socket) => socket.on('error', () => socket.destroy()).end('220 mail.example ESMTP\r\n')),
    );
    const stage = await failsAt(`nats://127.0.0.1:${mail}`);
    expect(stage).toMatchObject({ stage: 'tcp', detail: expect.stringMatching(/does not speak NATS/) as string });
  });
  it('a port that hangs up', async () => {
    const port = await listening(createTcp((socket) => socket.destroy()));
    const stage = await failsAt(`nats://127.0.0.1:${port}`);
    expect(stage).toMatchObject({ stage: 'tcp', detail: expect.stringMatching(/closed the connection/) as string });
  });
  it('INFO that is none', async () => {
    const port = await listening(
      createTcp((socket) => socket.on('error', () => socket.destroy()).write('INFO {"tls_required":"maybe"}\r\n')),
    );
    expect(await failsAt(`nats://127.0.0.1:${port}`)).toMatchObject({ stage: 'tcp' });
  });
});

describe('TLS', () => {
  it('needed, of an authority nobody knows', async () => {
    const { url } = await start({ config: tls.config(), files: tls.files });
    const stage = await failsAt(url);
    expect(stage).toMatchObject({ stage: 'tls' });
    expect(stage.fix).toMatch(/Paste the CA/);
    const fixed = await report(url, { tls: { ca: authority.cert } });
    expect(fixed.ok).toBe(true);
    expect(fixed.targets[0]?.stages[2]?.detail).toMatch(/certificate of server, good until/);
  });
  it('asked for where there is none', async () => {
    const { url } = await start({});
    const stage = await failsAt(url, { tls: { mode: 'required' } });
    expect(stage).toMatchObject({ stage: 'tls', detail: expect.stringMatching(/offers none/) as string });
    expect(stage.fix).toMatch(/Turn TLS on at the server/);
  });
  it('first, not said and wrongly said', async () => {
    const first = await start({ config: tls.config(', handshake_first: true'), files: tls.files });
    const stage = await failsAt(first.url, { tls: { ca: authority.cert } });
    expect(stage).toMatchObject({ stage: 'tls', fix: expect.stringMatching(/Set TLS to "first"/) as string });
    const usual = await start({ config: tls.config(), files: tls.files });
    const wrong = await failsAt(usual.url, { tls: { mode: 'first', ca: authority.cert } });
    expect(wrong).toMatchObject({ stage: 'tls', fix: expect.stringMatching(/does not do TLS first/) as string });
  });
  it('with a client certificate that is missing', async () => {
    const { url } = await start({ config: tls.config(', verify: true'), files: tls.files });
    const stage = await failsAt(url, { tls: { ca: authority.cert } });
    expect(stage).toMatchObject({ stage: 'tls', fix: expect.stringMatching(/wants a client certificate/) as string });
  });
});

describe('behind the log-in', () => {
  it('a wrong password', async () => {
    const { url } = await start({ config: 'authorization { user: u, password: p }' });
    const stage = await failsAt(url, {
      credentials: { read: { auth: { kind: 'user_password', user: 'u', password: 'not it' } } },
    });
    expect(stage).toMatchObject({ stage: 'auth', fix: expect.stringMatching(/refuses this credential/) as string });
    expect(JSON.stringify(stage)).not.toContain('not it');
  });
  it('JetStream off at the server, and off for the account', async () => {
    const off = await start({ jetstream: false });
    expect(await failsAt(off.url)).toMatchObject({
      stage: 'jetstream',
      detail: expect.stringMatching(/not enabled|Nobody answers/) as string,
    });
    const account = await start({ config: 'accounts { PLAIN { users: [{ user: u, password: p }] } }' });
    const stage = await failsAt(account.url, {
      credentials: { read: { auth: { kind: 'user_password', user: 'u', password: 'p' } } },
    });
    expect(stage).toMatchObject({
      stage: 'jetstream',
      detail: expect.stringMatching(/not enabled for this account/) as string,
    });
    expect(stage.fix).toMatch(/account/);
  });
  it('a domain that is not there', async () => {
    const { url } = await start({});
    const stage = await failsAt(url, { domain: 'moon' });
    expect(stage).toMatchObject({ stage: 'jetstream', fix: expect.stringMatching(/"moon"/) as string });
  });
  it('a user who may not ask JetStream', async () => {
    const { url } = await start({
      config:
        'accounts { A { jetstream: enabled, users: [{ user: u, password: p, permissions: { publish: ["x"], subscribe: [">"] } }] } }',
    });
    const stage = await failsAt(url, {
      credentials: { read: { auth: { kind: 'user_password', user: 'u', password: 'p' } } },
    });
    expect(stage).toMatchObject({
      stage: 'jetstream',
      detail: expect.stringMatching(/may not use the JetStream api/) as string,
    });
  });
  it('a system credential that is none', async () => {
    const { url } = await start({
      config:
        'accounts { SYS { users: [{ user: s, password: s }] }, A { jetstream: enabled, users: [{ user: u, password: p }] } }\nsystem_account: SYS',
    });
    const as = (user: string, password: string) => ({ auth: { kind: 'user_password', user, password } }) as const;
    const good = await report(url, { credentials: { read: as('u', 'p'), system: as('s', 's') } });
    expect(good.ok).toBe(true);
    const bad = await report(url, { credentials: { read: as('u', 'p'), system: as('u', 'p') } });
    expect(bad.ok).toBe(false);
    const stage = bad.targets.find(({ slot }) => slot === 'system')?.stages.find(({ state }) => state === 'failed');
    expect(stage).toMatchObject({ stage: 'system', fix: expect.stringMatching(/system_account/) as string });
  });
});
