import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  contextOf,
  dsQueryBody,
  healthByHttp,
  queryByHttp,
  resourceByHttp,
  startGateway,
  type Behalf,
  type Gateway,
} from '@jetstream-console/gateway/host';
import express, { type Express, type Request, type Response } from 'express';
import { z } from 'zod';
import type { HostUser, Issuer, Sessions } from './identity';
import type { Plugin } from './pluginJson';
import type { SettingsStore } from './settings';

/** The one datasource of the host, as a Grafana has it after somebody has made one. */
export const datasourceUid = 'jetstream';
export const datasourceName = 'JetStream';

interface Deps {
  readonly plugin: Plugin;
  readonly settings: SettingsStore;
  readonly sessions: Sessions;
  readonly issuer: Issuer;
  readonly org: { readonly id: number };
}

const goNames = { x64: 'amd64', arm64: 'arm64' } as const;

function executableOf({ dist, executable }: Plugin): string {
  const arch = process.arch === 'x64' || process.arch === 'arm64' ? goNames[process.arch] : process.arch;
  return path.join(dist, `${executable}_${process.platform}_${arch}`);
}

/** One gateway process, started when it is first needed and again after it ended, as Grafana does. */
function keepGateway(plugin: Plugin) {
  let running: Promise<Gateway> | null = null;
  return {
    get: (): Promise<Gateway> => {
      running ??= startGateway({ executable: executableOf(plugin) }).then(
        (gateway) => {
          void gateway.exited.then(() => {
            running = null;
          });
          return gateway;
        },
        (error: unknown) => {
          running = null;
          throw error;
        },
      );
      return running;
    },
    stop: async (): Promise<void> => {
      if (running) await (await running).stop();
    },
  };
}

export const settingsBody = z.object({
  jsonData: z.record(z.string(), z.unknown()).default({}),
  secureJsonData: z.record(z.string(), z.string()).default({}),
});

async function behalfOf({ plugin, settings, issuer, org }: Deps, user: HostUser): Promise<Behalf> {
  const { jsonData, secureJsonData, updated } = await settings.read(plugin.id);
  const asker = {
    orgId: org.id,
    login: user.login,
    name: user.name,
    email: `${user.login}@localhost`,
    role: user.role,
  };
  const datasource = { uid: datasourceUid, name: datasourceName, jsonData, secureJsonData, updated };
  return {
    pluginContext: contextOf(datasource, asker, plugin.info.version),
    headers: new Map([['http_X-Grafana-Id', await issuer.sign(user)]]),
  };
}

const anyBody = express.raw({ type: () => true, limit: '10mb' });

/** Grafana's HTTP API for a datasource with a server side: every call goes through the real gateway over gRPC. */
export function datasourceRoutes(app: Express, deps: Deps): { stop(): Promise<void> } {
  const { plugin, settings, sessions } = deps;
  const gateway = keepGateway(plugin);
  const run =
    (work: (user: HostUser, req: Request, res: Response, signal: AbortSignal) => Promise<void>) =>
    (req: Request, res: Response) => {
      const user = sessions.of(req.headers.cookie);
      if (!user) {
        res.status(401).json({ message: 'Unauthorized' });
        return;
      }
      const gone = new AbortController();
      res.on('close', () => gone.abort());
      work(user, req, res, gone.signal).catch((error: unknown) => {
        if (!res.headersSent) res.status(500).json({ message: error instanceof Error ? error.message : 'failed' });
        else res.destroy();
      });
    };
  const at = `/api/datasources/uid/${datasourceUid}`;

  app.post(
    '/api/ds/query',
    express.json({ limit: '10mb' }),
    run(async (user, req, res, signal) => {
      const body = dsQueryBody.safeParse(req.body);
      if (!body.success) {
        res.status(400).json({ message: 'bad request data' });
        return;
      }
      const { status, json } = await queryByHttp(await gateway.get(), await behalfOf(deps, user), body.data, signal);
      res.status(status).json(json);
    }),
  );
  app.get(
    `${at}/health`,
    run(async (user, _req, res, signal) => {
      const { status, json } = await healthByHttp(await gateway.get(), await behalfOf(deps, user), signal);
      res.status(status).json(json);
    }),
  );
  app.all(
    `${at}/resources/{*rest}`,
    anyBody,
    run(async (user, req, res, signal) => {
      const url = req.originalUrl.slice(`${at}/resources/`.length);
      const { pluginContext, headers } = await behalfOf(deps, user);
      const asked = {
        pluginContext,
        method: req.method,
        url,
        headers: {
          ...Object.fromEntries([...headers].map(([name, value]) => [name.replace('http_', ''), value])),
          'content-type': req.get('content-type') ?? '',
        },
        body: Buffer.isBuffer(req.body) ? req.body : new Uint8Array(),
      };
      for await (const part of resourceByHttp(await gateway.get(), asked, signal)) {
        if (!res.headersSent) {
          res.status(part.code || 200);
          for (const [name, { values }] of part.headers) res.setHeader(name, values);
        }
        res.write(part.body);
      }
      res.end();
    }),
  );
  app.get(
    at,
    run(async (_user, _req, res) => {
      const { jsonData, secureJsonFields } = await settings.shown(plugin.id);
      res.json({
        uid: datasourceUid,
        name: datasourceName,
        type: plugin.id,
        access: 'proxy',
        jsonData,
        secureJsonFields,
        readOnly: false,
      });
    }),
  );
  app.put(
    at,
    express.json(),
    run(async (user, req, res) => {
      if (user.role !== 'Admin') {
        res.status(403).json({ message: 'Permission denied' });
        return;
      }
      await settings.write(plugin.id, settingsBody.parse(req.body));
      res.json({ message: 'Datasource updated' });
    }),
  );
  return gateway;
}

/** What `config.datasources` says of it. */
export const instanceSettings = (plugin: Plugin, jsonData: Record<string, unknown>) => ({
  id: 1,
  uid: datasourceUid,
  name: datasourceName,
  type: plugin.id,
  access: 'proxy',
  isDefault: true,
  readOnly: false,
  jsonData,
  meta: {
    id: plugin.id,
    name: plugin.name,
    type: 'datasource',
    module: `public/plugins/${plugin.id}/module.js`,
    baseUrl: `public/plugins/${plugin.id}`,
    info: { ...plugin.info, logos: { small: '', large: '' } },
    alerting: true,
    annotations: true,
    logs: true,
    metrics: true,
    backend: true,
    streaming: true,
  },
});
export const hasServerSide = (plugin: Plugin): boolean =>
  plugin.type === 'datasource' && existsSync(executableOf(plugin));
