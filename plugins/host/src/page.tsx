import { createTheme, ThemeContext, type AppPlugin, type AppPluginMeta, type GrafanaTheme2 } from '@grafana/data';
import { config, getBackendSrv, locationService, setBackendSrv } from '@grafana/runtime';
import { ErrorBoundaryAlert, GlobalStyles, LoadingPlaceholder, PortalContainer } from '@grafana/ui';
import 'uplot/dist/uPlot.min.css';
import './page.css';
import { Suspense, useEffect, useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { Link, Route, Router, Routes, useLocation, useParams } from 'react-router-dom';
import { hostBackendSrv } from './backendSrv';
import { DatasourceConfig } from './pages/DatasourceConfig';
import { ExplorePage } from './pages/ExplorePage';
import { shareServices } from './services';
import { loadPlugin, shareDependencies } from './shared';

interface NavLink {
  text: string;
  url: string;
}
interface Boot {
  user: { login: string; orgRole: string; orgName: string; theme: string };
  navTree: NavLink[];
}
const boot = (window as Window & { grafanaBootData?: unknown }).grafanaBootData as Boot;

setBackendSrv(hostBackendSrv);
shareDependencies();
shareServices();

const theme = createTheme({ colors: { mode: boot.user.theme === 'light' ? 'light' : 'dark' } });
Object.assign(config, { theme2: theme });

/** Grafana's own router is fed by its location service: a push from either side reaches both. */
function HostRouter({ children }: { children: ReactNode }) {
  const history = locationService.getHistory();
  const [location, setLocation] = useState(history.location);
  useEffect(() => history.listen((next: typeof history.location) => setLocation(next)), [history]);
  return (
    <Router
      location={location}
      navigator={{
        ...history,
        createHref: (to) => (typeof to === 'string' ? to : `${to.pathname ?? ''}${to.search ?? ''}${to.hash ?? ''}`),
      }}
    >
      {children}
    </Router>
  );
}

type Meta = AppPluginMeta<Record<string, unknown>>;

function usePlugin(id: string) {
  const [state, setState] = useState<{ plugin: AppPlugin; meta: Meta } | { error: string } | null>(null);
  useEffect(() => {
    Promise.all([
      loadPlugin(`public/plugins/${id}/module.js`),
      getBackendSrv().get<Meta>(`/api/plugins/${id}/settings`),
    ]).then(
      ([module, meta]) => {
        const plugin = module.plugin as AppPlugin;
        plugin.init(meta);
        setState({ plugin, meta });
      },
      (error: unknown) => setState({ error: error instanceof Error ? error.message : JSON.stringify(error) }),
    );
  }, [id]);
  return state;
}

function PluginPage({ kind }: { kind: 'app' | 'config' }) {
  const { id = '' } = useParams();
  const { pathname, search } = useLocation();
  const loaded = usePlugin(id);
  if (loaded === null) return <LoadingPlaceholder text="Loading plugin" />;
  if ('error' in loaded) return <p role="alert">The plugin could not be loaded: {loaded.error}</p>;
  const query = Object.fromEntries(new URLSearchParams(search));
  if (kind === 'config') {
    const Body = loaded.plugin.configPages?.[0]?.body;
    return Body ? <Body plugin={loaded.plugin} query={query} /> : <p>This plugin has no configuration page.</p>;
  }
  const Root = loaded.plugin.root;
  // As in Grafana, `basename` is the path of the moment and no router's base.
  return Root ? (
    <Root meta={loaded.meta} basename={pathname} path={pathname} query={query} onNavChanged={() => undefined} />
  ) : (
    <p>This plugin has no pages.</p>
  );
}

function switchTheme() {
  document.cookie = `host_theme=${theme.isDark ? 'light' : 'dark'}; path=/; samesite=lax`;
  location.reload();
}

function Frame({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  const configUrl = '/plugins/natsconsole-jetstream-app';
  const links = [
    ...boot.navTree,
    { text: 'Explore', url: '/explore' },
    ...(boot.user.orgRole === 'Admin'
      ? [
          { text: 'Configuration', url: configUrl },
          { text: 'Data source', url: '/connections/datasources/edit/jetstream' },
        ]
      : []),
  ];
  return (
    <div className="host-frame" style={frameColors(theme)}>
      <header className="host-bar">
        <nav aria-label="Plugin pages">
          {links.map((link) => (
            <Link key={link.url} to={link.url} aria-current={pathname.startsWith(link.url) ? 'page' : undefined}>
              {link.text}
            </Link>
          ))}
        </nav>
        <span className="host-user">
          {boot.user.login} ({boot.user.orgRole})
        </span>
        <button type="button" onClick={switchTheme}>
          {theme.isDark ? 'Light' : 'Dark'} theme
        </button>
        <a href="/logout">Log out</a>
      </header>
      <main className="host-main">{children}</main>
    </div>
  );
}

const frameColors = (t: GrafanaTheme2) =>
  ({
    '--host-bar': t.colors.background.primary,
    '--host-line': t.colors.border.weak,
    '--host-text': t.colors.text.primary,
    '--host-canvas': t.colors.background.canvas,
  }) as React.CSSProperties;

function Page() {
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <HostRouter>
        <Frame>
          <ErrorBoundaryAlert>
            <Suspense fallback={<LoadingPlaceholder text="Loading" />}>
              <Routes>
                <Route path="/a/:id/*" element={<PluginPage kind="app" />} />
                <Route path="/plugins/:id" element={<PluginPage kind="config" />} />
                <Route path="/explore" element={<ExplorePage />} />
                <Route path="/connections/datasources/edit/:uid" element={<DatasourceConfig />} />
                <Route path="*" element={<p>There is no such page in the host.</p>} />
              </Routes>
            </Suspense>
          </ErrorBoundaryAlert>
        </Frame>
        <PortalContainer />
      </HostRouter>
    </ThemeContext.Provider>
  );
}

const root = document.getElementById('reactRoot');
if (root) createRoot(root).render(<Page />);
