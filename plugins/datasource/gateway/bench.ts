import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { apiBase, framesMediaType, queryRoutes } from '@jetstream-console/contract';
import { request } from 'undici';
import { ms, report, timeByTurns } from '../../../scripts/bench/report';
import { buildGateway, launcherOf, ownPlatform } from '../../../scripts/packageGateway';
import { startGateway, type Gateway, type QueryDataRequest } from './src/host';
import { envelope, rows } from './test/frames';
import { contextFor, lag, queryOf, signedIn } from './test/requests';

/** One query as Grafana asks it, up to the Arrow files in the host's hands. @throws Error when it is not answered */
export async function askGateway(gateway: Gateway, asked: QueryDataRequest): Promise<void> {
  const { responses } = await gateway.calls.queryData(asked);
  for (const { refId } of asked.queries) {
    const response = responses.get(refId);
    if (response?.status !== 200) throw new Error(`The gateway answered ${response?.status}: ${response?.error}`);
  }
}

/** Gives the same bytes to everybody: what is measured is the way, not the work at its end. */
async function startServer(answer: Buffer): Promise<{ server: Server; url: string }> {
  const server = createServer((req, res) => {
    req.resume().on('end', () => {
      res.writeHead(200, { 'content-type': framesMediaType, 'content-length': answer.length }).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function benchRows(gateway: Gateway, count: number, rounds: number): Promise<void> {
  const answer = envelope(new Map([['A', { status: 200, frames: [rows(count)] }]]));
  const { server, url } = await startServer(answer);
  try {
    const query = queryOf('A', lag);
    const asked = { pluginContext: contextFor(url), headers: signedIn(), queries: [query] };
    const { gatewayWay, bare } = await timeByTurns(rounds, {
      gatewayWay: () => askGateway(gateway, asked),
      bare: async () => {
        const { body } = await request(`${url}${apiBase}${queryRoutes.query.path}`, {
          method: 'POST',
          body: Buffer.from(query.json),
        });
        if ((await body.arrayBuffer()).byteLength !== answer.length) throw new Error('The answer is cut off.');
      },
    });
    report({
      what: `${count.toLocaleString('en-US')} rows (${(answer.length / 1e6).toFixed(2)} MB) through the gateway`,
      ours: `${ms(gatewayWay.p50)} p50, ${ms(gatewayWay.p95)} p95: adds ${ms(gatewayWay.p50 - bare.p50)}`,
      raw: ms(bare.p50),
      ratio: gatewayWay.p50 / bare.p50,
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** What the gateway adds to a request that is answered at once; the bounds are those of the whole way to ClickHouse. */
export async function benchGateway(): Promise<void> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'gateway-bench-'));
  let gateway: Gateway | undefined;
  try {
    await buildGateway(dir);
    gateway = await startGateway({ executable: path.join(dir, launcherOf(ownPlatform())), env: process.env });
    await benchRows(gateway, 1000, 500);
    await benchRows(gateway, 100_000, 100);
  } finally {
    await gateway?.stop();
    await rm(dir, { recursive: true, force: true });
  }
}
