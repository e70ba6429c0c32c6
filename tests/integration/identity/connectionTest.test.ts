import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type Server } from 'node:net';
import { routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { makeAuthority } from '../setup/certificates';
import { pair, person, startGrafana } from '../setup/grafana';

let api: TestApi;
const servers: Server[] = [];
beforeAll(async () => {
  api = await startTestApi({ env: { CONSOLE_ENV: 'production', NATS_ALLOWED_NETWORKS: '127.0.0.0/8,::1' } });
});
afterAll(async () => {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  await api?.stop();
});

/** @returns its port */
async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('it does not listen');
  return address.port;
}
const answering = (status: number, body: string, headers = {}) =>
  listen(createHttp((_req, res) => res.writeHead(status, { connection: 'close', ...headers }).end(body)));

let made = 0;
async function test(jwksUrl: string) {
  const params = { organizationId: api.organizationId };
  const body = { name: `tested ${++made}`, grafanaUrl: 'http://grafana.example/', jwksUrl };
  const { id } = await api.get(routes.createConnection, { params, body }, api.admin);
  return api.get(routes.testConnection, { params: { ...params, connectionId: id } }, api.admin);
}
const first = async (jwksUrl: string) => {
  const [stage] = (await test(jwksUrl)).stages;
  if (!stage) throw new Error('no stage');
  return stage;
};

describe('a test of a connection that fails', () => {
  it('says the same of a port where nothing listens and of one where something else does', async () => {
    const closed = createTcp();
    const port = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    const refused = await first(`http://127.0.0.1:${port}/keys`);
    const hangsUp = await first(`http://127.0.0.1:${await listen(createTcp((socket) => socket.destroy()))}/keys`);
    const otherwise = createTcp((socket) => socket.resume().end('INFO {"server_id":"N"}\r\n'));
    const speaks = await first(`http://127.0.0.1:${await listen(otherwise)}/keys`);
    expect(refused).toMatchObject({ stage: 'connect', ok: false });
    expect([hangsUp, speaks]).toEqual([refused, refused]);
  });
  it('says the same of every address that the deployment refuses, and none of what a name stands for', async () => {
    const { redisUrl } = api.config;
    const refused = [];
    for (const url of [`http://${new URL(redisUrl).host}/`, 'http://169.254.169.254/', 'http://10.0.0.1/'])
      refused.push(await first(url));
    expect(refused[0]).toMatchObject({ stage: 'address', ok: false });
    expect(new Set(refused.map(({ detail }) => detail)).size).toBe(1);
  });
  it('says that a name is unknown, and that a certificate is not trusted', async () => {
    expect(await first('http://nothing.invalid/keys')).toMatchObject({ stage: 'name', ok: false });
    const { cert, key } = makeAuthority().issue('localhost', ['localhost']);
    const port = await listen(createHttps({ cert, key }, (_req, res) => res.end('{}')));
    const untrusted = await first(`https://localhost:${port}/keys`);
    expect(untrusted).toMatchObject({ stage: 'tls', ok: false });
    expect(untrusted.detail).toMatch(/certificate/);
  });
  it('tells nothing of an answer that holds no keys: neither its status nor its text', async () => {
    const details = [];
    for (const [status, body] of [
      [200, '<html>intranet</html>'],
      [401, '{"keys":[]}'],
      [404, ''],
      [500, 'stack trace'],
    ] as const) {
      const report = await test(`http://127.0.0.1:${await answering(status, body)}/keys`);
      expect(report).toMatchObject({
        ok: false,
        stages: [{ ok: true }, { stage: 'keys', ok: false }, { stage: 'seen' }],
      });
      details.push(JSON.stringify(report.stages));
    }
    expect(new Set(details).size).toBe(1);
  });
  it('names no address, no port and no error of the system', async () => {
    const places = [
      `http://localhost:${await listen(createTcp((socket) => socket.destroy()))}/keys`,
      'http://localhost:1/keys',
      'http://nothing.invalid/keys',
      `http://localhost:${await answering(302, '', { location: 'http://10.1.2.3:9/' })}/keys`,
    ];
    for (const place of places) {
      const report = await test(place);
      expect(report.ok).toBe(false);
      expect(JSON.stringify(report)).not.toMatch(
        /127\.0\.0\.1|::1|10\.1\.2\.3|:\d{2,5}\b|E[A-Z]{5,}|socket|getaddrinfo|30\d/,
      );
    }
  });
});

it('a test that succeeds says so stage by stage', async () => {
  const grafana = await startGrafana();
  try {
    const paired = await pair(api, grafana);
    const params = { organizationId: api.organizationId, connectionId: paired.id };
    const before = await api.get(routes.testConnection, { params }, api.admin);
    expect(before.stages.map(({ stage, ok }) => [stage, ok])).toEqual([
      ['reach', true],
      ['keys', true],
      ['seen', false],
    ]);
    await api.get(routes.me, {}, await paired.headers(person()));
    expect((await api.get(routes.testConnection, { params }, api.admin)).ok).toBe(true);
  } finally {
    await grafana.stop();
  }
});
