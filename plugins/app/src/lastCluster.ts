import { useEffect } from 'react';
import { useLocation } from 'react-router-dom';

const key = 'natsconsole.cluster';
const inUrl = /(?:\/clusters\/|[?&]cluster=)([0-9a-f]{8}-[0-9a-f-]{27})/;

/** The cluster a URL is about, on pages of one cluster and on lists of it. */
export const clusterIn = (url: string): string | null => inUrl.exec(url)?.[1] ?? null;

/** Grafana's menu links to pages without a cluster: they open with the one that was looked at last in this tab. */
export function useRememberCluster(): void {
  const { pathname, search } = useLocation();
  const cluster = clusterIn(pathname + search);
  useEffect(() => {
    if (cluster !== null) sessionStorage.setItem(key, cluster);
  }, [cluster]);
}

export const lastCluster = (): string | null => sessionStorage.getItem(key);
