import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer, request } from 'node:http';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeAuthority } from '../../../../tests/integration/setup/certificates';
import { answerQueries } from './frames';
import { contextFor, lag, openBench, queryOf, signedIn } from './setup';

const bench = openBench();
const authority = makeAuthority();
const fronts: { server: Server; sockets: Set<Socket> }[] = [];

/** A server in front of the console, on a port of its own. */
async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fronts.push({ server, sockets });
  return (server.address() as AddressInfo).port;
}
const toConsole = (socket: Socket) => {
  const inner = connect(Number(new URL(bench.console.url).port), '127.0.0.1');
  inner.on('error', () => socket.destroy());
  socket.on('error', () => inner.destroy());
  return inner;
};

beforeEach(() => {
  bench.console.answer = answerQueries(() => ({ status: 200, frames: [] }));
});
afterEach(async () => {
  for (const { server, sockets } of fronts.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function ask(apiUrl: string, env: NodeJS.ProcessEnv) {
  const { calls } = await bench.start({ env });
  const { responses } = await calls.queryData({
    pluginContext: contextFor(apiUrl),
    headers: signedIn(),
    queries: [queryOf('A', lag)],
  });
  return responses.get('A');
}

describe('a console behind TLS', () => {
  const secured = async (names: string[]) => {
    const port = await listen(
      createTlsServer(authority.issue('console', names), (socket) => socket.pipe(toConsole(socket)).pipe(socket)),
    );
    return `https://127.0.0.1:${port}`;
  };

  it.each(['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'])('is trusted by the authority in %s', async (name) => {
    const file = path.join(bench.temp, 'authority.pem');
    writeFileSync(file, authority.cert);
    expect((await ask(await secured(['127.0.0.1']), { [name]: file }))?.status).toBe(200);
    expect(bench.console.calls).toHaveLength(1);
  });

  it('is not trusted otherwise, nor under another name, and gets nothing', async () => {
    const file = path.join(bench.temp, 'authority.pem');
    writeFileSync(file, authority.cert);
    for (const answer of [
      await ask(await secured(['127.0.0.1']), {}),
      await ask(await secured(['elsewhere.test']), { SSL_CERT_FILE: file }),
    ]) {
      expect(answer).toMatchObject({ status: 502, errorSource: 'downstream' });
      expect(answer?.error).toMatch(/certificate is not trusted/);
    }
    expect(bench.console.calls).toEqual([]);
  });

  it('is told apart from one that speaks plain HTTP', async () => {
    const answer = await ask(bench.console.url.replace('http:', 'https:'), {});
    expect(answer?.error).toMatch(/does not speak TLS as expected/);
  });
});

describe('a console behind a proxy', () => {
  const proxy = async () => {
    const targets: string[] = [];
    const server = createHttpServer();
    server.on('connect', (req, socket: Socket) => {
      targets.push(req.url ?? '');
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(toConsole(socket)).pipe(socket);
    });
    return { targets, url: `http://127.0.0.1:${await listen(server)}` };
  };

  it('is asked through the proxy of Grafana’s environment', async () => {
    const { targets, url } = await proxy();
    expect((await ask('http://console.invalid:3001', { HTTP_PROXY: url }))?.status).toBe(200);
    expect(targets).toEqual(['console.invalid:3001']);
  });

  it('is asked straight where the environment says so', async () => {
    const { targets, url } = await proxy();
    const answer = await ask('http://console.invalid:3001', { HTTP_PROXY: url, NO_PROXY: 'console.invalid' });
    expect(answer?.error).toMatch(/cannot be resolved/);
    expect(targets).toEqual([]);
  });

  it('is asked straight on this machine', async () => {
    const { targets, url } = await proxy();
    expect((await ask(bench.console.url, { HTTP_PROXY: url }))?.status).toBe(200);
    expect(targets).toEqual([]);
  });

  it('is asked below the prefix that a front proxy takes away', async () => {
    const port = await listen(
      createHttpServer((req, res) => {
        if (!req.url?.startsWith('/console/')) return res.writeHead(404).end();
        const { method, headers } = req;
        const onward = request(bench.console.url + req.url.slice('/console'.length), { method, headers }, (answer) => {
          res.writeHead(answer.statusCode ?? 0, answer.headers);
          answer.pipe(res);
        });
        req.pipe(onward);
      }),
    );
    expect(await ask(`http://127.0.0.1:${port}/console/`, {})).toMatchObject({ status: 200, error: '' });
  });
});
