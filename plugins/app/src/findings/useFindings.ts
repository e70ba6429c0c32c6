import { useApi } from '../api/hooks';
import { isAbout, type Finding, type Place } from './grouping';

/** What is found about the thing that a page shows, notes left out; nothing where it cannot be had. */
export function useFindings(place: Place): { readonly findings: readonly Finding[]; readonly now: number } {
  const { data } = useApi('clusterOverview', { query: { cluster: place.clusterId } }, { every: 30_000 });
  return {
    findings: data?.findings.filter((finding) => isAbout(finding, place) && finding.severity !== 'info') ?? [],
    now: data ? Date.parse(data.asOf) : 0,
  };
}
