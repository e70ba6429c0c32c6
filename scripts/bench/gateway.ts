import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { parseConnectionString, routes, type QuerySpecInput } from '@jetstream-console/contract';
import { contextOf, dataQuery, startGateway } from '../../plugins/datasource/gateway/src/host';
import { makeIssuer } from '../../plugins/host/src/identity';
import { buildGateway, launcherOf, ownPlatform } from '../packageGateway';
import type { World } from './world';

const grafanaOrg = 1;
const person = { login: 'bench', name: 'Bench', role: 'Admin', identifier: 'bench', password: '' } as const;

export interface Asked {
  readonly fromMs: number;
  readonly toMs: number;
  readonly intervalMs: number;
  readonly maxDataPoints: number;
  readonly query: QuerySpecInput;
}

export interface GatewayWay {
  /** One query as Grafana asks it. @returns the Arrow files, in Grafana's hands. @throws Error when it is not answered */
  ask(asked: Asked): Promise<readonly Uint8Array[]>;
  stop(): Promise<void>;
}

/** What a Grafana publishes: the keys that its identities are signed with. */
async function publishKeys(keys: unknown): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((_, res) => {
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(keys));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The real gateway as Grafana runs it, bound to the api that is measured, and a person who is signed in. */
export async function startGatewayWay(world: World): Promise<GatewayWay> {
  let address = '';
  const issuer = await makeIssuer(() => address, grafanaOrg);
  const keys = await publishKeys(issuer.jwks);
  address = keys.url;
  const dir = await mkdtemp(path.join(os.tmpdir(), 'gateway-bench-'));
  const made = await world.call(routes.createConnection, {
    params: { organizationId: world.organizationId },
    body: {
      name: `bench ${keys.url}`,
      grafanaUrl: keys.url,
      issuer: keys.url,
      jwksUrl: `${keys.url}/keys`,
      grafanaOrgId: grafanaOrg,
    },
  });
  await buildGateway(dir);
  const gateway = await startGateway({ executable: path.join(dir, launcherOf(ownPlatform())), env: process.env });
  const pluginContext = contextOf(
    {
      uid: 'bench',
      name: 'JetStream',
      updated: 1,
      jsonData: { apiUrl: world.apiUrl, connectionId: made.id },
      secureJsonData: { gatewaySecret: parseConnectionString(made.connectionString).gatewaySecret },
    },
    { orgId: grafanaOrg, login: person.login, name: person.name, email: '', role: person.role },
    '0.1.0',
  );
  const token = await issuer.sign(person);
  return {
    ask: async ({ fromMs, toMs, intervalMs, maxDataPoints, query }) => {
      const refId = 'A';
      const { responses } = await gateway.calls.queryData({
        pluginContext,
        headers: new Map([['http_X-Grafana-Id', token]]),
        queries: [
          dataQuery.make({
            refId,
            intervalMS: intervalMs,
            maxDataPoints,
            timeRange: { fromEpochMS: fromMs, toEpochMS: toMs },
            json: Buffer.from(JSON.stringify({ refId, v: 1, spec: query })),
          }),
        ],
      });
      const response = responses.get(refId);
      if (response?.status !== 200) throw new Error(`The gateway answered ${response?.status}: ${response?.error}`);
      return response.frames;
    },
    stop: async () => {
      await gateway.stop();
      await keys.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
