import { existsSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Advice } from '../engines';
import { root } from '../engines/paths';
import { logTail, startProcess, untilReady, type Running } from '../engines/process';
import { people, readersTeam } from './people';
import type { State } from './state';

export interface GrafanaProgram {
  readonly command: string;
  readonly home: string;
}

/** `GRAFANA_HOME`, else the `grafana` on PATH with the home that packages use; null where there is none. */
export function findGrafana(env: NodeJS.ProcessEnv = process.env): GrafanaProgram | null {
  const home = env['GRAFANA_HOME'];
  if (home) {
    const command = ['bin/grafana', 'bin/grafana-server', 'bin/linux-amd64/grafana']
      .map((file) => path.join(home, file))
      .find((file) => existsSync(file));
    return command ? { command, home } : null;
  }
  const command = (env['PATH'] ?? '')
    .split(path.delimiter)
    .map((dir) => path.join(dir, 'grafana'))
    .find((file) => existsSync(file));
  const packaged = '/usr/share/grafana';
  return command && existsSync(packaged) ? { command, home: packaged } : null;
}

export interface PluginDist {
  readonly id: string;
  readonly dist: string;
}

interface Options {
  readonly program: GrafanaProgram;
  readonly dir: string;
  readonly port: number;
  readonly adminPassword: string;
  readonly plugins: readonly PluginDist[];
  readonly provisioning: string;
  /** what the provisioning files ask for by `$NAME` */
  readonly env: Readonly<Record<string, string>>;
}

export interface Grafana {
  readonly url: string;
  readonly running: Running;
}

/** The administrator of a Grafana, by whose hand people and settings are made. */
export interface GrafanaAdmin {
  readonly url: string;
  readonly login: string;
  readonly password: string;
}

async function api(
  { url, login, password }: GrafanaAdmin,
  method: string,
  route: string,
  body?: unknown,
): Promise<{ status: number; json: unknown }> {
  const answer = await fetch(`${url}${route}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: answer.status, json: await answer.json() };
}

/** `iss` of this Grafana's id tokens: its root_url, whatever address it is reached under. */
export async function issuerOf(admin: GrafanaAdmin): Promise<string> {
  const { json } = await api(admin, 'GET', '/api/frontend/settings');
  if (typeof json === 'object' && json !== null && 'appUrl' in json && typeof json.appUrl === 'string')
    return json.appUrl;
  throw new Advice(`${admin.url} does not answer as a Grafana does, or refuses ${admin.login}'s password.`);
}

const numberAt = (json: unknown, ...path: string[]): number | null => {
  let at: unknown = json;
  for (const key of path) at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  return typeof at === 'number' ? at : null;
};

/** Makes the people and the team that the demo needs, as far as they are not there. @returns the team's id */
export async function preparePeople(admin: GrafanaAdmin, passwords: State['userPasswords']): Promise<number> {
  const { json: found } = await api(admin, 'GET', `/api/teams/search?name=${readersTeam.name}`);
  const first =
    typeof found === 'object' && found !== null && 'teams' in found && Array.isArray(found.teams)
      ? (found.teams[0] as unknown)
      : undefined;
  const teamId =
    numberAt(first, 'id') ??
    numberAt((await api(admin, 'POST', '/api/teams', { name: readersTeam.name })).json, 'teamId');
  if (teamId === null) throw new Error('Grafana made no team');
  for (const { login, name, orgRole, team } of people) {
    if (login === admin.login) continue;
    const password = passwords[login];
    const lookup = await api(admin, 'GET', `/api/users/lookup?loginOrEmail=${login}`);
    const made =
      lookup.status === 200 ? lookup : await api(admin, 'POST', '/api/admin/users', { login, name, password });
    const id = numberAt(made.json, 'id');
    if (id === null) throw new Error(`Grafana made no user ${login}`);
    await api(admin, 'PUT', `/api/admin/users/${id}/password`, { password });
    await api(admin, 'PATCH', `/api/org/users/${id}`, { role: orgRole });
    if (team) await api(admin, 'POST', `/api/teams/${teamId}/members`, { userId: id });
  }
  return teamId;
}

/** Keeps an app's settings in Grafana as its configuration page does. */
export async function keepAppSettings(admin: GrafanaAdmin, id: string, settings: unknown): Promise<void> {
  const { status, json } = await api(admin, 'POST', `/api/plugins/${id}/settings`, settings);
  if (status !== 200) throw new Error(`Grafana did not keep the settings of ${id}: ${JSON.stringify(json)}`);
}

/**
 * Makes the datasource with the uid that the dashboards and rules ask for, or gives it new settings. One that was
 * provisioned is its owner's: beside it goes another.
 * @returns the uid of the datasource that has these settings
 */
export async function keepDatasource(
  admin: GrafanaAdmin,
  type: string,
  settings: { jsonData: object; secureJsonData: object },
): Promise<string> {
  const at = (uid: string) => `/api/datasources/uid/${uid}`;
  const isReadOnly = (json: unknown) =>
    typeof json === 'object' && json !== null && 'readOnly' in json && json.readOnly === true;
  const usual = await api(admin, 'GET', at('jetstream'));
  const beside = isReadOnly(usual.json);
  const uid = beside ? 'jetstream-beside' : 'jetstream';
  const known = beside ? await api(admin, 'GET', at(uid)) : usual;
  const body = { name: beside ? 'JetStream, beside' : 'JetStream', uid, type, access: 'proxy', ...settings };
  const { status, json } =
    known.status === 200 ? await api(admin, 'PUT', at(uid), body) : await api(admin, 'POST', '/api/datasources', body);
  if (status !== 200) throw new Error(`Grafana did not keep the datasource: ${JSON.stringify(json)}`);
  return uid;
}

/** A Grafana with this repository's plugins and provisioning, on a data folder of its own and on loopback. */
export async function startGrafana({
  program,
  dir,
  port,
  adminPassword,
  plugins,
  provisioning,
  env,
}: Options): Promise<Grafana> {
  const home = path.join(dir, 'grafana');
  const pluginDir = path.join(home, 'plugins');
  await rm(pluginDir, { recursive: true, force: true });
  await mkdir(pluginDir, { recursive: true });
  for (const { id, dist } of plugins) await cp(path.join(root, dist), path.join(pluginDir, id), { recursive: true });
  const url = `http://127.0.0.1:${port}`;
  const logFile = path.join(home, 'server.log');
  const running = startProcess({
    name: 'Grafana',
    command: program.command,
    args:
      path.basename(program.command) === 'grafana'
        ? ['server', '--homepath', program.home]
        : ['--homepath', program.home],
    logFile,
    cwd: program.home,
    env: {
      ...process.env,
      ...env,
      GF_PATHS_DATA: path.join(home, 'data'),
      GF_PATHS_LOGS: path.join(home, 'logs'),
      GF_PATHS_PLUGINS: pluginDir,
      GF_PATHS_PROVISIONING: provisioning,
      GF_SERVER_HTTP_ADDR: '127.0.0.1',
      GF_SERVER_HTTP_PORT: String(port),
      GF_SERVER_ROOT_URL: `${url}/`,
      GF_SECURITY_ADMIN_PASSWORD: adminPassword,
      GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: plugins.map(({ id }) => id).join(','),
      GF_PLUGINS_PREINSTALL_DISABLED: 'true',
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
      GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
      GF_NEWS_NEWS_FEED_ENABLED: 'false',
      GF_SECURITY_DISABLE_GRAVATAR: 'true',
    },
  });
  const ready = () =>
    fetch(`${url}/api/health`).then(
      (answer) => answer.ok,
      () => false,
    );
  await untilReady(running, logFile, ready, 180).catch(async (error: unknown) => {
    throw new Error(`Grafana did not come up. Its log ends with:\n${await logTail(logFile, 20)}`, { cause: error });
  });
  return { url, running };
}
