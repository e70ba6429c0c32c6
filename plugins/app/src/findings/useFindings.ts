import { useApi } from '../api/hooks';
import { isAbout, isActive, type Finding, type Place } from './grouping';

interface Found {
  readonly findings: readonly Finding[];
  /** what somebody silenced */
  readonly silenced: readonly Finding[];
  readonly now: number;
}

/** What is found about the thing that a page shows, notes left out; nothing where it cannot be had. */
export function useFindings(place: Place): Found {
  const { data } = useApi('clusterOverview', { query: { cluster: place.clusterId } }, { every: 30_000 });
  const here = data?.findings.filter((finding) => isAbout(finding, place) && finding.severity !== 'info') ?? [];
  return {
    findings: here.filter(isActive),
    silenced: here.filter((finding) => !isActive(finding)),
    now: data ? Date.parse(data.asOf) : 0,
  };
}
