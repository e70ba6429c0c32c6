import { AppPlugin, type AppRootProps } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';
import { lazy, Suspense } from 'react';
import type { ConfigPageProps } from './config/ConfigPage';
import type { JsonData } from './config/pairing';

// This file is all that Grafana loads before a page is opened: it names the rest and imports nothing of it.
const LazyApp = lazy(async () => ({ default: (await import('./App')).App }));
const LazyConfig = lazy(async () => ({ default: (await import('./config/ConfigPage')).ConfigPage }));

const Root = (props: AppRootProps<JsonData>) => (
  <Suspense fallback={<LoadingPlaceholder text="" />}>
    <LazyApp {...props} />
  </Suspense>
);
const Config = (props: ConfigPageProps) => (
  <Suspense fallback={<LoadingPlaceholder text="" />}>
    <LazyConfig {...props} />
  </Suspense>
);

export const plugin = new AppPlugin<JsonData>()
  .setRootPage(Root)
  .addConfigPage({ title: 'Configuration', icon: 'cog', body: Config, id: 'configuration' });
