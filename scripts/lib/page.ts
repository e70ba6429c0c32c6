import path from 'node:path';
import { parseConnectionString } from '@jetstream-console/contract';
import { startHost } from '../../plugins/host/src/server';
import { root } from '../engines/paths';
import type { Running } from '../engines/process';
import { findGrafana, issuerOf, keepAppSettings, preparePeople, startGrafana, type GrafanaAdmin } from './grafana';
import type { Place } from './pairing';
import { hostUsers, logins, readersTeam, type Login } from './people';
import { builtPlugins } from './plugins';
import type { State } from './state';

const appId = 'natsconsole-jetstream-app';

/** Where people look at the plugins. */
export interface Page extends Place {
  readonly kind: 'Grafana' | 'plugin host';
  readonly running: Running | null;
  readonly users: readonly Login[];
  /** the id of the readers' team there */
  readonly teamId: number;
  pair(connection: string): Promise<void>;
  /** takes the pairing away again, for tests that make it by hand */
  unpair(): Promise<void>;
  stop(): Promise<void>;
}

export interface PageOptions {
  readonly dir: string;
  readonly port: number;
  readonly state: State;
  /** a Grafana that runs already, with the plugins in it */
  readonly given?: GrafanaAdmin;
  readonly log: (line: string) => void;
}

function appSettings(connection: string) {
  const { apiUrl, connectionId, proxySecret, gatewaySecret } = parseConnectionString(connection);
  return {
    enabled: true,
    pinned: true,
    jsonData: { apiUrl, connectionId },
    secureJsonData: { proxySecret, gatewaySecret },
  };
}
/** An empty address: Grafana keeps the old one where jsonData has no entry at all. */
const noSettings = {
  enabled: true,
  pinned: true,
  jsonData: { apiUrl: '' },
  secureJsonData: { proxySecret: '', gatewaySecret: '' },
};

async function inGrafana(admin: GrafanaAdmin, running: Running | null, state: State): Promise<Page> {
  return {
    kind: 'Grafana',
    running,
    users: logins(state).map((user) => (user.login === admin.login ? { ...user, password: admin.password } : user)),
    teamId: await preparePeople(admin, state.userPasswords),
    url: admin.url,
    issuer: await issuerOf(admin),
    jwksUrl: `${admin.url}/api/signing-keys/keys`,
    pair: (text) => keepAppSettings(admin, appId, appSettings(text)),
    unpair: () => keepAppSettings(admin, appId, noSettings),
    stop: async () => running?.stop(),
  };
}

/** The given Grafana, else the one on this machine, else the plugin host. */
export async function openPage({ dir, port, state, given, log }: PageOptions): Promise<Page> {
  if (given) return inGrafana(given, null, state);
  const program = findGrafana();
  if (program) {
    log(`starting the Grafana in ${program.home}`);
    const adminPassword = state.userPasswords['admin'] ?? '';
    const { url, running } = await startGrafana({ program, dir, port, adminPassword, plugins: builtPlugins, env: {} });
    return inGrafana({ url, login: 'admin', password: adminPassword }, running, state);
  }
  const plugins = builtPlugins.map(({ dist }) => path.join(root, dist));
  const host = await startHost({ port, dataDir: path.join(dir, 'host'), plugins, users: hostUsers(state) });
  return {
    kind: 'plugin host',
    running: null,
    users: logins(state),
    teamId: readersTeam.id,
    url: host.url,
    issuer: host.issuer,
    jwksUrl: host.jwksUrl,
    pair: (text) => host.keepSettings(appId, appSettings(text)),
    unpair: () => host.keepSettings(appId, noSettings),
    stop: host.stop,
  };
}
