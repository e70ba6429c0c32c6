import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { migrateClickHouse } from '../../../backend/server/src/metrics/migrations';
import { openEngines } from '../../../backend/server/src/platform/engines';
import { makeLog } from '../../../backend/server/src/platform/log';
import {
  contextOf,
  dataQuery,
  startGateway,
  type DataResponse,
  type Gateway,
  type PluginContext,
} from '../../../plugins/datasource/gateway/src/host';
import { buildGateway, launcherOf, ownPlatform } from '../../../scripts/packageGateway';
import { startTestApi, type TestApi } from '../setup/api';
import { pair, startGrafana, type Grafana, type Paired, type Person } from '../setup/grafana';

/** What differs from an honest call on somebody's behalf. */
export interface Change {
  readonly token?: string | null;
  readonly secret?: string;
  readonly orgId?: number;
  readonly login?: string;
  readonly fromAlert?: boolean;
}

export interface World {
  readonly api: TestApi;
  readonly grafana: Grafana;
  readonly paired: Paired;
  readonly gateway: Gateway;
  /** what Grafana hands the gateway when this person asks */
  behalf(who: Person, change?: Change): Promise<{ pluginContext: PluginContext; headers: Map<string, string> }>;
  /** answers by refId; each query has its spec under its refId */
  query(who: Person, specs: Readonly<Record<string, unknown>>, change?: Change): Promise<Record<string, DataResponse>>;
  stop(): Promise<void>;
}

/** What a worker does at its start. Other test files may do the same at the same time: each statement can be repeated. */
async function makeTables(api: TestApi): Promise<void> {
  const engines = openEngines(api.config, makeLog(api.config, 'test'));
  await migrateClickHouse(engines.clickhouse, (work) => work());
  await engines.close();
}

/** The real console and the real gateway, with a Grafana that signs between them. */
export async function startWorld(): Promise<World> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'js-gateway-'));
  await buildGateway(dir);
  const api = await startTestApi();
  await makeTables(api);
  const grafana = await startGrafana();
  const paired = await pair(api, grafana);
  const gateway = await startGateway({ executable: path.join(dir, launcherOf(ownPlatform())), env: process.env });
  let saved = 0;
  const behalf: World['behalf'] = async (who, change = {}) => {
    const token = change.token === undefined ? await grafana.token(who, 1) : change.token;
    const datasource = {
      uid: 'ds',
      name: 'JetStream',
      updated: ++saved,
      jsonData: { apiUrl: api.url, connectionId: paired.id },
      secureJsonData: { gatewaySecret: change.secret ?? paired.gatewaySecret },
    };
    const asker = {
      orgId: change.orgId ?? 1,
      login: change.login ?? who.login,
      name: who.name,
      email: '',
      role: who.role,
    };
    const headers = new Map<string, string>();
    if (token !== null) headers.set('http_X-Grafana-Id', token);
    if (change.fromAlert) headers.set('FromAlert', 'true');
    return { pluginContext: contextOf(datasource, asker, '0.1.0'), headers };
  };
  return {
    api,
    grafana,
    paired,
    gateway,
    behalf,
    query: async (who, specs, change) => {
      const timeRange = { fromEpochMS: Date.now() - 3_600_000, toEpochMS: Date.now() };
      const queries = Object.entries(specs).map(([refId, spec]) =>
        dataQuery.make({
          refId,
          timeRange,
          intervalMS: 15_000,
          maxDataPoints: 500,
          json: Buffer.from(JSON.stringify({ refId, v: 1, spec })),
        }),
      );
      const { responses } = await gateway.calls.queryData({ ...(await behalf(who, change)), queries });
      return Object.fromEntries(responses);
    },
    stop: async () => {
      await gateway.stop();
      await grafana.stop();
      await api.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
