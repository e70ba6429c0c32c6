import { AppPlugin, type AppRootProps, type PluginConfigPageProps, type AppPluginMeta } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';
import { lazy, Suspense } from 'react';

// This file is all that Grafana loads before a page is opened: it names the rest and imports nothing of it.
const LazyApp = lazy(async () => ({ default: (await import('./App')).App }));
const LazyConfig = lazy(async () => ({ default: (await import('./config/ConfigPage')).ConfigPage }));

const Root = (props: AppRootProps) => (
  <Suspense fallback={<LoadingPlaceholder text="" />}>
    <LazyApp {...props} />
  </Suspense>
);
const Config = (props: PluginConfigPageProps<AppPluginMeta>) => (
  <Suspense fallback={<LoadingPlaceholder text="" />}>
    <LazyConfig {...props} />
  </Suspense>
);

export const plugin = new AppPlugin()
  .setRootPage(Root)
  .addConfigPage({ title: 'Configuration', icon: 'cog', body: Config, id: 'configuration' });
