import { createServer, type IncomingMessage } from 'node:http';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type Express, type Request, type Response } from 'express';
import { makeIssuer, makeSessions, type HostUser, type Issuer, type Sessions } from './identity';
import { hasRole, readPlugin, type Plugin } from './pluginJson';
import { originAllowed, proxy, ProxyRefusal, proxyUpgrade, type ProxyDeps } from './proxy';
import { datasourceRoutes, hasServerSide, instanceSettings } from './datasource';
import { makeSettings, settingsInput, type SettingsInput, type SettingsStore } from './settings';
import { loginPage, appPage } from './html';

export interface HostOptions {
  readonly port: number;
  /** settings are kept here, secrets included */
  readonly dataDir: string;
  /** built plugins: folders that hold a plugin.json */
  readonly plugins: readonly string[];
  readonly users: readonly HostUser[];
  readonly org?: { readonly id: number; readonly name: string };
}
export interface Host {
  readonly url: string;
  readonly issuer: string;
  readonly jwksUrl: string;
  /** keeps a plugin's settings as its configuration page does */
  keepSettings(pluginId: string, settings: SettingsInput): Promise<void>;
  stop(): Promise<void>;
}

const here = path.dirname(fileURLToPath(import.meta.url));
const icons = path.resolve(here, '../../../node_modules/@grafana/ui/dist/public');
/** Grafana brings this font; what measures text counts on it. */
const inter = path.resolve(here, '../../../node_modules/inter-ui/web');
const proxyPath = /^\/api\/plugin-proxy\/([^/]+)\/(.*)$/s;

interface Parts {
  readonly plugins: ReadonlyMap<string, Plugin>;
  readonly settings: SettingsStore;
  readonly issuer: Issuer;
  readonly sessions: Sessions;
  readonly org: { id: number; name: string };
}

function refuse(res: Response, error: unknown): void {
  const status = error instanceof ProxyRefusal ? error.status : 500;
  // Grafana's proxy answers 502 without a word, whether a setting is missing or nobody listens.
  if (status === 502 && !res.headersSent) res.status(502).end();
  else if (!res.headersSent) res.status(status).json({ message: error instanceof Error ? error.message : 'failed' });
}

/** What Grafana's fixed roles let an organization's role do by default, of what plugins ask about. */
const permissionsOf = (role: HostUser['role']): Record<string, boolean> =>
  role === 'Viewer' ? {} : { 'datasources:explore': true, 'alert.rules:create': true };

function bootData(parts: Parts, user: HostUser, theme: string, datasources: Record<string, unknown>) {
  const apps = Object.fromEntries(
    [...parts.plugins.values()].map((plugin) => [
      plugin.id,
      { id: plugin.id, version: plugin.info.version, path: `public/plugins/${plugin.id}/module.js`, preload: false },
    ]),
  );
  return {
    settings: {
      appSubUrl: '',
      appUrl: '/',
      buildInfo: { version: '12.3.0', env: 'production', hideVersion: false, commit: '' },
      apps,
      featureToggles: {},
      panels: {},
      datasources,
      defaultDatasource: Object.keys(datasources)[0] ?? '',
      bootData: {},
      theme2: {},
      liveEnabled: false,
    },
    user: {
      isSignedIn: true,
      id: 1,
      uid: user.identifier,
      login: user.login,
      name: user.name,
      orgId: parts.org.id,
      orgName: parts.org.name,
      orgRole: user.role,
      theme,
      lightTheme: theme === 'light',
      language: 'en-US',
      permissions: permissionsOf(user.role),
      timezone: 'browser',
      weekStart: 'browser',
    },
    navTree: [...parts.plugins.values()].flatMap((plugin) =>
      plugin.includes
        .filter((page) => page.addToNav && hasRole(user.role, page.role))
        .map((page) => ({
          text: page.name,
          url: (page.path ?? '').replaceAll('%PLUGIN_ID%', plugin.id),
          icon: page.icon,
        })),
    ),
  };
}

function apiRoutes(app: Express, parts: Parts): void {
  const userOf = (req: Request) => parts.sessions.of(req.headers.cookie);
  app.post('/login', express.json(), (req, res) => {
    const body: unknown = req.body;
    const { user, password } =
      typeof body === 'object' && body !== null ? (body as { user?: unknown; password?: unknown }) : {};
    const cookie = parts.sessions.login(user, password);
    if (!cookie) {
      res.status(401).json({ message: 'Invalid username or password' });
      return;
    }
    res.set('set-cookie', cookie).json({ message: 'Logged in', redirectUrl: '/' });
  });
  app.get('/logout', (req, res) => {
    parts.sessions.logout(req.headers.cookie);
    res.redirect('/login');
  });
  app.get('/api/signing-keys/keys', (_req, res) => {
    res.set('cache-control', 'no-store').json(parts.issuer.jwks);
  });
  app.get('/api/health', (_req, res) => {
    res.json({ database: 'ok', version: '12.3.0' });
  });
  app.use('/api', (req, res, next) => {
    if (userOf(req)) next();
    else res.status(401).json({ message: 'Unauthorized' });
  });
  app.get('/api/login/ping', (_req, res) => {
    res.json({ message: 'Logged in' });
  });
  app.get('/api/user', (req, res) => {
    const user = userOf(req);
    res.json({ login: user?.login, name: user?.name, orgId: parts.org.id, uid: user?.identifier });
  });
  app.get('/api/plugins/:id/settings', (req, res) => {
    const plugin = parts.plugins.get(req.params.id);
    if (!plugin) {
      res.status(404).json({ message: 'Plugin not found' });
      return;
    }
    parts.settings.shown(plugin.id).then(
      (shown) =>
        res.json({ name: plugin.name, type: plugin.type, info: plugin.info, includes: plugin.includes, ...shown }),
      (error: unknown) => refuse(res, error),
    );
  });
  app.post('/api/plugins/:id/settings', express.json(), (req, res) => {
    if (userOf(req)?.role !== 'Admin') {
      res.status(403).json({ message: 'Permission denied' });
      return;
    }
    const input = settingsInput.safeParse(req.body);
    if (!input.success) {
      res.status(400).json({ message: 'bad request data' });
      return;
    }
    parts.settings.write(String(req.params['id']), input.data).then(
      () => res.json({ message: 'Plugin settings updated' }),
      (error: unknown) => refuse(res, error),
    );
  });
}

async function datasourcesOf({ plugins, settings }: Parts): Promise<Record<string, unknown>> {
  const found = [...plugins.values()].filter(({ type }) => type === 'datasource');
  const made = await Promise.all(
    found.map(async (plugin) => instanceSettings(plugin, (await settings.shown(plugin.id)).jsonData)),
  );
  return Object.fromEntries(made.map((instance) => [instance.name, instance]));
}

function pageRoutes(app: Express, parts: Parts): void {
  app.get('/login', (_req, res) => {
    res.type('html').send(loginPage());
  });
  for (const plugin of parts.plugins.values())
    app.use(`/public/plugins/${plugin.id}`, express.static(plugin.dist, { index: false }));
  app.use('/public/host', express.static(path.resolve(here, '../dist'), { index: false }));
  app.use('/public/fonts/inter', express.static(inter, { index: false }));
  app.use('/public', express.static(icons, { index: false }));
  app.use('/public/build', express.static(icons, { index: false }));
  app.get('/{*any}', (req, res) => {
    const user = parts.sessions.of(req.headers.cookie);
    if (!user) {
      res.redirect(`/login?redirectTo=${encodeURIComponent(req.originalUrl)}`);
      return;
    }
    const theme =
      new URL(req.originalUrl, 'http://x').searchParams.get('theme') === 'light' ||
      /host_theme=light/.test(req.headers.cookie ?? '')
        ? 'light'
        : 'dark';
    if (req.path === '/') {
      res.redirect(
        [...parts.plugins.values()]
          .flatMap((p) => p.includes)
          .find((page) => page.defaultNav)
          ?.path?.replaceAll('%PLUGIN_ID%', [...parts.plugins.keys()][0] ?? '') ?? '/login',
      );
      return;
    }
    datasourcesOf(parts).then(
      (datasources) => res.type('html').send(appPage(bootData(parts, user, theme, datasources), theme)),
      (error: unknown) => refuse(res, error),
    );
  });
}

/** Serves the built plugins in a page, and stands between them and their backend as Grafana's app proxy does. */
export async function startHost(options: HostOptions): Promise<Host> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const org = options.org ?? { id: 1, name: 'Main Org.' };
  let url = '';
  const plugins = new Map((await Promise.all(options.plugins.map(readPlugin))).map((plugin) => [plugin.id, plugin]));
  const parts: Parts = {
    plugins,
    org,
    settings: makeSettings(options.dataDir),
    issuer: await makeIssuer(() => `${url}/`, org.id),
    sessions: makeSessions(options.users),
  };
  const deps: ProxyDeps = parts;
  const app = express();
  app.disable('x-powered-by').set('etag', false);
  app.use((req, res, next) => {
    if (req.path.startsWith('/api/') && !originAllowed(req)) {
      res.status(403).send('origin not allowed');
      return;
    }
    const [, pluginId = '', rest = ''] = proxyPath.exec(req.originalUrl) ?? [];
    if (pluginId === '') {
      next();
      return;
    }
    const user = parts.sessions.of(req.headers.cookie);
    if (!user) {
      res.status(401).json({ message: 'Unauthorized' });
      return;
    }
    proxy(deps, req, res, user, pluginId, rest).catch((error: unknown) => refuse(res, error));
  });
  apiRoutes(app, parts);
  const gateways = [...plugins.values()]
    .filter(hasServerSide)
    .map((plugin) => datasourceRoutes(app, { ...parts, plugin }));
  pageRoutes(app, parts);
  const server = createServer(app);
  server.on('upgrade', (req: IncomingMessage, socket, head: Buffer) => {
    const [, pluginId = '', rest = ''] = proxyPath.exec(req.url ?? '') ?? [];
    const user = parts.sessions.of(req.headers.cookie);
    const end = (status: number) => socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\n\r\n`);
    if (pluginId === '' || !originAllowed(req)) {
      end(403);
      return;
    }
    if (!user) {
      end(401);
      return;
    }
    proxyUpgrade(deps, req, socket, head, user, pluginId, rest).catch((error: unknown) =>
      end(error instanceof ProxyRefusal ? error.status : 500),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : options.port}`;
  return {
    url,
    issuer: `${url}/`,
    jwksUrl: `${url}/api/signing-keys/keys`,
    keepSettings: parts.settings.write,
    stop: async () => {
      await Promise.all(gateways.map((gateway) => gateway.stop()));
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
export type { HostUser } from './identity';
