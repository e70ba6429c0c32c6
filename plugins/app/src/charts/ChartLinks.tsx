import type { QuerySpecInput } from '@jetstream-console/contract';
import { locationService } from '@grafana/runtime';
import { LinkButton } from '@grafana/ui';
import { consoleDatasource, mayExplore, mayMakeRules, orgId, withSubPath } from './grafana';
import { alertUrl, exploreUrl, type AlertDraft } from './links';
import type { ChartRange } from './range';

interface Props {
  title: string;
  specs: readonly QuerySpecInput[];
  range: ChartRange;
  alert?: Omit<AlertDraft, 'range'>;
  /** with words, where there is room for them */
  labelled?: boolean;
}

/** Where a chart leads: the same queries in Explore, and a rule filled in. Only what Grafana lets the person do. */
export function ChartLinks({ title, specs, range, alert, labelled = false }: Props) {
  const datasource = consoleDatasource();
  if (!datasource) return null;
  const { pathname, search } = locationService.getLocation();
  return (
    <>
      {mayExplore() && (
        <LinkButton
          size="sm"
          variant="secondary"
          fill="text"
          icon="compass"
          tooltip="Open in Explore"
          aria-label={`Open ${title} in Explore`}
          href={withSubPath(exploreUrl({ datasource, specs, range }, orgId()))}
        >
          {labelled && 'Explore'}
        </LinkButton>
      )}
      {alert && mayMakeRules() && (
        <LinkButton
          size="sm"
          variant="secondary"
          fill="text"
          icon="bell"
          tooltip="Create an alert"
          aria-label={`Create an alert on ${title}`}
          href={withSubPath(alertUrl({ ...alert, range }, datasource, `${pathname}${search}`))}
        >
          {labelled && 'Create alert'}
        </LinkButton>
      )}
    </>
  );
}
