import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseConnectionString } from '@jetstream-console/contract';
import { datasourceUid } from '../../plugins/host/src/datasource';
import { startHost } from '../../plugins/host/src/server';
import { root } from '../engines/paths';
import type { Running } from '../engines/process';
import {
  findGrafana,
  issuerOf,
  keepAppSettings,
  keepDatasource,
  preparePeople,
  startGrafana,
  type GrafanaAdmin,
} from './grafana';
import type { Place } from './pairing';
import { hostUsers, logins, readersTeam, type Login } from './people';
import { plugins } from './plugins';
import type { State } from './state';

const appId = 'natsconsole-jetstream-app';
const datasourceId = 'natsconsole-jetstream-datasource';

/** Where people look at the plugins. */
export interface Page extends Place {
  readonly kind: 'Grafana' | 'plugin host';
  readonly running: Running | null;
  readonly users: readonly Login[];
  /** uid of the datasource that leads to this console */
  readonly datasource: string;
  /** the id of the readers' team there */
  readonly teamId: number;
  stop(): Promise<void>;
}

/** The connection string of a page: the datasource always gets its part, the app where that is wanted. */
export interface Wiring {
  readonly connection: string;
  readonly app: boolean;
}

/** A page that is not open yet: its addresses are known, so that a connection can be made for it beforehand. */
export interface PlannedPage extends Place {
  /** @param wiring.app false leaves the app's pairing to whoever looks at it, and takes away what there was */
  open(wiring: Wiring): Promise<Page>;
}

export interface PageOptions {
  readonly dir: string;
  readonly port: number;
  readonly state: State;
  /** a Grafana that runs already, with the plugins in it */
  readonly given?: GrafanaAdmin;
  readonly log: (line: string) => void;
}

/** An empty address: Grafana keeps the old one where jsonData has no entry at all. */
const noSettings = {
  enabled: true,
  pinned: true,
  jsonData: { apiUrl: '' },
  secureJsonData: { proxySecret: '', gatewaySecret: '' },
};

function appSettings({ connection, app }: Wiring) {
  if (!app) return noSettings;
  const { apiUrl, connectionId, proxySecret, gatewaySecret } = parseConnectionString(connection);
  return {
    enabled: true,
    pinned: true,
    jsonData: { apiUrl, connectionId },
    secureJsonData: { proxySecret, gatewaySecret },
  };
}

function datasourceSettings({ connection }: Wiring) {
  const { apiUrl, connectionId, gatewaySecret } = parseConnectionString(connection);
  return { jsonData: { apiUrl, connectionId }, secureJsonData: { gatewaySecret } };
}

/** What the files in provisioning/ ask for by `$NAME`. */
function provisioningEnv(connection: string): Record<string, string> {
  const { apiUrl, connectionId, proxySecret, gatewaySecret } = parseConnectionString(connection);
  return {
    JETSTREAM_CONSOLE_API_URL: apiUrl,
    JETSTREAM_CONSOLE_CONNECTION_ID: connectionId,
    JETSTREAM_CONSOLE_PROXY_SECRET: proxySecret,
    JETSTREAM_CONSOLE_GATEWAY_SECRET: gatewaySecret,
    JETSTREAM_CONSOLE_DASHBOARDS: path.join(root, 'dashboards'),
  };
}

const placeOf = (url: string, issuer = `${url}/`): Place => ({
  url,
  issuer,
  jwksUrl: `${url}/api/signing-keys/keys`,
});

/** Gives a Grafana its settings and people. Where files said the same already, these are the ones of now. */
async function settle(
  admin: GrafanaAdmin,
  place: Place,
  running: Running | null,
  state: State,
  wiring: Wiring,
): Promise<Page> {
  await keepAppSettings(admin, appId, appSettings(wiring));
  return {
    ...place,
    kind: 'Grafana',
    running,
    datasource: await keepDatasource(admin, datasourceId, datasourceSettings(wiring)),
    users: logins(state).map((user) => (user.login === admin.login ? { ...user, password: admin.password } : user)),
    teamId: await preparePeople(admin, state.userPasswords),
    stop: async () => running?.stop(),
  };
}

async function givenGrafana(admin: GrafanaAdmin, state: State): Promise<PlannedPage> {
  const place = placeOf(admin.url, await issuerOf(admin));
  return {
    ...place,
    open: (wiring) => settle(admin, place, null, state, wiring),
  };
}

function ownGrafana(
  { dir, port, state, log }: PageOptions,
  program: NonNullable<ReturnType<typeof findGrafana>>,
): PlannedPage {
  const place = placeOf(`http://127.0.0.1:${port}`);
  const adminPassword = state.userPasswords['admin'] ?? '';
  return {
    ...place,
    open: async (wiring) => {
      log(`starting the Grafana in ${program.home}`);
      const nothing = path.join(dir, 'grafana', 'no-provisioning');
      await mkdir(nothing, { recursive: true });
      const { running } = await startGrafana({
        program,
        dir,
        port,
        adminPassword,
        plugins,
        provisioning: wiring.app ? path.join(root, 'provisioning') : nothing,
        env: wiring.app ? provisioningEnv(wiring.connection) : {},
      });
      const admin = { url: place.url, login: 'admin', password: adminPassword };
      return settle(admin, place, running, state, wiring);
    },
  };
}

function pluginHost({ dir, port, state }: PageOptions): PlannedPage {
  const place = placeOf(`http://127.0.0.1:${port}`);
  return {
    ...place,
    open: async (wiring) => {
      const dists = plugins.map(({ dist }) => path.join(root, dist));
      const host = await startHost({ port, dataDir: path.join(dir, 'host'), plugins: dists, users: hostUsers(state) });
      await host.keepSettings(appId, appSettings(wiring));
      await host.keepSettings(datasourceId, datasourceSettings(wiring));
      return {
        ...place,
        kind: 'plugin host',
        running: null,
        users: logins(state),
        datasource: datasourceUid,
        teamId: readersTeam.id,
        stop: host.stop,
      };
    },
  };
}

/** The given Grafana, else the one on this machine, else the plugin host. */
export async function planPage(options: PageOptions): Promise<PlannedPage> {
  if (options.given) return givenGrafana(options.given, options.state);
  const program = findGrafana();
  return program ? ownGrafana(options, program) : pluginHost(options);
}
