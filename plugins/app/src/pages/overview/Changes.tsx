import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import type { QuerySpecInput } from '@jetstream-console/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { askQueries, lastHour, type EventSpec } from '../../charts';
import { consumerUrl, pageUrl, Quiet, streamUrl } from '../../components/parts';
import { Problem } from '../../components/States';
import { folded, readHappened, type Folded } from '../../figures/events';
import { changeTypes } from '../../figures/specs';
import { SeverityBadge } from '../../findings/SeverityBadge';
import { ago, time } from '../../format';

const most = 500;
const advisories: EventSpec = {
  kind: 'events',
  of: ['advisories'],
  types: changeTypes,
  accounts: 'own',
  limit: most,
};
const acts: EventSpec = { kind: 'events', of: ['audit'], limit: most };
/** Somebody who looks around is no change. */
const noChange = /^audit\.(?:auth|cluster\.test|grafana_connection\.test)/;

function useChanges(audit: boolean) {
  return useQuery({
    queryKey: ['changes', audit],
    refetchInterval: 15_000,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const asked: Record<string, QuerySpecInput> = audit ? { advisories, acts } : { advisories };
      const { response } = await askQueries(asked, lastHour, most, signal);
      const refused = Object.values(response.results).find(({ error }) => error !== undefined);
      const happened = ['advisories', 'acts'].flatMap((refId) => readHappened(refId, response));
      return {
        events: folded(happened.filter(({ type }) => !noChange.test(type))),
        refusal: refused?.error ?? null,
      };
    },
  });
}

function Place({ event, clusterId }: { event: Folded; clusterId: string | undefined }) {
  const { cluster, stream, consumer, server } = event;
  const text = [cluster, stream, consumer, server].filter((part) => part !== '').join(' > ');
  if (clusterId === undefined || text === '') return <Quiet>{text}</Quiet>;
  const to =
    stream === ''
      ? pageUrl(`clusters/${clusterId}`)
      : consumer === ''
        ? streamUrl(clusterId, stream)
        : consumerUrl(clusterId, stream, consumer);
  return <Link to={to}>{text}</Link>;
}

interface Props {
  readonly clusters: readonly { readonly id: string; readonly name: string }[];
  /** whether I may see what people did through the console */
  readonly audit: boolean;
}

/** Ids say nothing to people, and the audit has them. */
const withoutIds = (title: string): string => title.replaceAll(/ \w*[iI]d=[0-9a-f-]{36}/g, '');

const first = 10;

/** What servers and people did lately, the newest first: the reason for a finding is often here. */
export function Changes({ clusters, audit }: Props) {
  const styles = useStyles2(getStyles);
  const changes = useChanges(audit);
  const [whole, setWhole] = useState(false);
  if (changes.isError && !changes.data)
    return (
      <Problem
        error={changes.error}
        retry={() => {
          void changes.refetch();
        }}
      />
    );
  if (!changes.data) return <LoadingPlaceholder text="Loading what changed" />;
  const { events, refusal } = changes.data;
  if (events.length === 0)
    return <Quiet>{refusal ?? 'Nothing: no new leader, no change of a stream, nothing lost or given up.'}</Quiet>;
  const shown = whole ? events : events.slice(0, first);
  return (
    <>
      {refusal && <Quiet>{refusal}</Quiet>}
      <ul className={styles.list} data-testid="changes">
        {shown.map((event) => (
          <li key={`${event.ms} ${event.type} ${event.title}`}>
            <span className={styles.when} title={time(event.ms)}>
              {ago(new Date(event.ms).toISOString())}
            </span>
            <span className={styles.what}>
              {(event.severity === 'critical' || event.severity === 'warning') && (
                <SeverityBadge severity={event.severity} />
              )}{' '}
              {withoutIds(event.title)}
              {event.times > 1 && (
                <Quiet>
                  {' '}
                  and {event.times - 1} more like it since {time(event.firstMs).slice(11, 19)}
                </Quiet>
              )}
            </span>
            <Place event={event} clusterId={clusters.find(({ name }) => name === event.cluster)?.id} />
          </li>
        ))}
      </ul>
      {events.length > first && (
        <div>
          <Button size="sm" variant="secondary" fill="text" onClick={() => setWhole(!whole)}>
            {whole ? 'Show less' : `Show all ${events.length}`}
          </Button>
        </div>
      )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    listStyle: 'none',
    margin: 0,
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    li: {
      display: 'grid',
      gridTemplateColumns: '6.5em minmax(0, 1fr) minmax(0, auto)',
      gap: theme.spacing(1),
      padding: theme.spacing(0.75, 1.5),
      overflowWrap: 'anywhere',
      fontSize: theme.typography.bodySmall.fontSize,
      [theme.breakpoints.down('md')]: { gridTemplateColumns: '6.5em minmax(0, 1fr)', '& > a': { gridColumn: 2 } },
    },
    'li + li': { borderTop: `1px solid ${theme.colors.border.weak}` },
    a: { color: theme.colors.text.link },
  }),
  when: css({ color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
  what: css({ minWidth: 0 }),
});
