import type { AppRootProps, NavModelItem } from '@grafana/data';
import { PluginPage } from '@grafana/runtime';
import { LoadingPlaceholder } from '@grafana/ui';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useState, type ComponentType } from 'react';
import { Navigate, Route, Routes } from 'react-router-dom';
import { knowBackend } from './api/client';
import { queryClient, useMe } from './api/hooks';
import { NavContext } from './components/Crumbs';
import { Loaded } from './components/States';
import type { JsonData } from './config/pairing';
import { useRememberCluster } from './lastCluster';
import { SearchOpener } from './search/opener';
import { useKeys } from './useKeys';
import { pageUrl } from './components/parts';

const page = <K extends string>(load: () => Promise<Record<K, ComponentType>>, name: K) =>
  lazy(async () => ({ default: (await load())[name] }));
const OverviewPage = page(() => import('./pages/overview/OverviewPage'), 'OverviewPage');
const ClustersPage = page(() => import('./pages/clusters/ClustersPage'), 'ClustersPage');
const ClusterPage = page(() => import('./pages/clusters/ClusterPage'), 'ClusterPage');
const ClusterForm = page(() => import('./pages/clusters/ClusterForm'), 'ClusterForm');
const DeadLettersPage = page(() => import('./pages/deadLetters/DeadLettersPage'), 'DeadLettersPage');
const AuditPage = page(() => import('./pages/audit/AuditPage'), 'AuditPage');
const StreamsPage = page(() => import('./pages/streams/StreamsPage'), 'StreamsPage');
const StreamPage = page(() => import('./pages/stream/StreamPage'), 'StreamPage');
const ConsumersPage = page(() => import('./pages/consumers/ConsumersPage'), 'ConsumersPage');
const ConsumerPage = page(() => import('./pages/consumers/ConsumerPage'), 'ConsumerPage');
const BucketsPage = page(() => import('./pages/kv/BucketsPage'), 'BucketsPage');
const DecodersPage = page(() => import('./pages/decoders/DecodersPage'), 'DecodersPage');
const SearchEverything = lazy(async () => ({
  default: (await import('./search/SearchEverything')).SearchEverything,
}));
const BucketPage = page(() => import('./pages/kv/BucketPage'), 'BucketPage');
const StoresPage = page(() => import('./pages/objects/StoresPage'), 'StoresPage');
const StorePage = page(() => import('./pages/objects/StorePage'), 'StorePage');

function focusSearch(): void {
  document.querySelector<HTMLInputElement>('input[data-search]')?.focus();
}

/** Nothing below is shown before it is known who looks: what is offered depends on it. */
function Pages() {
  const [searching, setSearching] = useState(false);
  const openSearch = useCallback(() => setSearching(true), []);
  useKeys({ '/': openSearch, f: focusSearch });
  useRememberCluster();
  const me = useMe();
  return (
    <Loaded of={me}>
      {() => (
        <Suspense fallback={<LoadingPlaceholder text="Loading" />}>
          <SearchOpener.Provider value={openSearch}>
            <Routes>
              <Route path="overview" element={<OverviewPage />} />
              <Route path="clusters" element={<ClustersPage />} />
              <Route path="clusters/new" element={<ClusterForm />} />
              <Route path="clusters/:cluster" element={<ClusterPage />} />
              <Route path="clusters/:cluster/edit" element={<ClusterForm />} />
              <Route path="clusters/:cluster/streams/:stream" element={<StreamPage />} />
              <Route path="clusters/:cluster/streams/:stream/consumers/:consumer" element={<ConsumerPage />} />
              <Route path="clusters/:cluster/kv/:bucket" element={<BucketPage />} />
              <Route path="clusters/:cluster/objects/:store" element={<StorePage />} />
              <Route path="dead-letters" element={<DeadLettersPage />} />
              <Route path="audit" element={<AuditPage />} />
              <Route path="decoders" element={<DecodersPage />} />
              <Route path="objects" element={<StoresPage />} />
              <Route path="streams" element={<StreamsPage />} />
              <Route path="consumers" element={<ConsumersPage />} />
              <Route path="kv" element={<BucketsPage />} />
              <Route path="*" element={<Navigate to={pageUrl('overview')} replace />} />
            </Routes>
          </SearchOpener.Provider>
          {searching && <SearchEverything onClose={() => setSearching(false)} />}
        </Suspense>
      )}
    </Loaded>
  );
}

export function App({ meta }: AppRootProps<JsonData>) {
  knowBackend(meta.jsonData);
  const [nav, setNav] = useState<NavModelItem>();
  return (
    <QueryClientProvider client={queryClient}>
      <NavContext.Provider value={setNav}>
        {/* Each page brings its own heading, with the state of what it shows beside it. */}
        <PluginPage pageNav={nav} renderTitle={() => null}>
          <Pages />
        </PluginPage>
      </NavContext.Provider>
    </QueryClientProvider>
  );
}
