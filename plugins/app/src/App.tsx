import type { AppRootProps } from '@grafana/data';
import { PluginPage } from '@grafana/runtime';
import { LoadingPlaceholder } from '@grafana/ui';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, type ComponentType } from 'react';
import { Navigate, Route, Routes } from 'react-router-dom';
import { queryClient, useMe } from './api/hooks';
import { Loaded } from './components/States';
import { pageUrl } from './components/parts';

const page = <K extends string>(load: () => Promise<Record<K, ComponentType>>, name: K) =>
  lazy(async () => ({ default: (await load())[name] }));
const ClustersPage = page(() => import('./pages/clusters/ClustersPage'), 'ClustersPage');
const ClusterPage = page(() => import('./pages/clusters/ClusterPage'), 'ClusterPage');
const ClusterForm = page(() => import('./pages/clusters/ClusterForm'), 'ClusterForm');
const StreamsPage = page(() => import('./pages/streams/StreamsPage'), 'StreamsPage');
const StreamPage = page(() => import('./pages/stream/StreamPage'), 'StreamPage');
const ConsumersPage = page(() => import('./pages/consumers/ConsumersPage'), 'ConsumersPage');
const ConsumerPage = page(() => import('./pages/consumers/ConsumerPage'), 'ConsumerPage');
const BucketsPage = page(() => import('./pages/kv/BucketsPage'), 'BucketsPage');
const BucketPage = page(() => import('./pages/kv/BucketPage'), 'BucketPage');

/** `/` goes to the search of the page, unless somebody is typing. */
function useSlashKey(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (
        event.key !== '/' ||
        event.ctrlKey ||
        event.metaKey ||
        (event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName))
      )
        return;
      const search = document.querySelector<HTMLInputElement>('input[data-search]');
      if (search) {
        event.preventDefault();
        search.focus();
      }
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

/** Nothing below is shown before it is known who looks: what is offered depends on it. */
function Pages() {
  useSlashKey();
  const me = useMe();
  return (
    <Loaded of={me}>
      {() => (
        <Suspense fallback={<LoadingPlaceholder text="Loading" />}>
          <Routes>
            <Route path="clusters" element={<ClustersPage />} />
            <Route path="clusters/new" element={<ClusterForm />} />
            <Route path="clusters/:cluster" element={<ClusterPage />} />
            <Route path="clusters/:cluster/edit" element={<ClusterForm />} />
            <Route path="clusters/:cluster/streams/:stream" element={<StreamPage />} />
            <Route path="clusters/:cluster/streams/:stream/consumers/:consumer" element={<ConsumerPage />} />
            <Route path="clusters/:cluster/kv/:bucket" element={<BucketPage />} />
            <Route path="streams" element={<StreamsPage />} />
            <Route path="consumers" element={<ConsumersPage />} />
            <Route path="kv" element={<BucketsPage />} />
            <Route path="*" element={<Navigate to={pageUrl('clusters')} replace />} />
          </Routes>
        </Suspense>
      )}
    </Loaded>
  );
}

export function App(_props: AppRootProps) {
  return (
    <QueryClientProvider client={queryClient}>
      <PluginPage>
        <Pages />
      </PluginPage>
    </QueryClientProvider>
  );
}
