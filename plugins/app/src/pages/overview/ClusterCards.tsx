import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { LinkButton, useStyles2 } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { Link } from 'react-router-dom';
import { useMay, useMayAny, useMaySeeWhole } from '../../api/hooks';
import { ChartLinks, lastHour, Sparkline, sparklineKey, useSparklines, type MetricSpec } from '../../charts';
import { FiguresAge, HealthBadge } from '../../components/Health';
import { Count, Facts, pageUrl, Row, State, Use } from '../../components/parts';
import { metric } from '../../figures/specs';
import { useTables } from '../../figures/useTables';
import { perSecond } from '../../figures/words';
import type { Overview } from '../../findings/grouping';

type Cluster = ResponseOf<Routes['listClusters']>['items'][number];
type Card = Overview['clusters'][number];

const order: readonly Card['state'][] = ['critical', 'warning', 'unknown', 'ok'];

/** Of all accounts that I may see: what the cluster as a whole takes. */
const published = metric('published', {}, ['cluster'], { aggregate: 'sum', accounts: 'all' });
const apiRequests = (clusters: readonly string[]): MetricSpec =>
  metric('api_requests', {}, ['cluster'], { aggregate: 'sum', clusters: [...clusters] });

interface CardProps {
  readonly cluster: Cluster;
  readonly card: Card | undefined;
  readonly line: Parameters<typeof Sparkline>[0]['line'];
  readonly api: number | null;
}

function ClusterCard({ cluster, card, line, api }: CardProps) {
  const styles = useStyles2(getStyles);
  const may = useMay();
  const { id, name, status } = cluster;
  const to = pageUrl(`clusters/${id}`);
  return (
    <article className={styles.card} aria-label={name}>
      <Row>
        <h3 className={styles.name}>
          <Link to={to}>{name}</Link>
        </h3>
        <HealthBadge card={card} />
        {status.state === 'unreachable' && <State state={status.state} hint={status.error} />}
      </Row>
      <div className={styles.rate}>
        <span className={styles.figure} title="increase of last_seq of all streams over elapsed time">
          {perSecond(card?.publishedPerSecond)}
        </span>
        <Sparkline name={`Published to ${name} in the last hour`} line={line} width={160} height={32} />
        <ChartLinks title={`the publish rate of ${name}`} specs={[{ ...published, clusters: [id] }]} range={lastHour} />
      </div>
      <Facts
        facts={[
          ['Streams', <Count key="s" value={card?.streams} />],
          ['Consumers', <Count key="c" value={card?.consumers} />],
          ['Worst lag', <Count key="l" value={card?.worstLag} />],
          ['Servers', <Count key="n" value={card?.servers} />],
          [
            'Storage',
            typeof card?.storageUse === 'number' ? (
              <Use key="u" use={card.storageUse} of="the fullest server’s JetStream storage" />
            ) : (
              '–'
            ),
          ],
          [
            'API load',
            <span key="a" title="JetStream API requests to all servers, the console’s own among them">
              {perSecond(api)}
            </span>,
          ],
          ['Figures', <FiguresAge key="f" card={card} />],
        ]}
      />
      <Row>
        <LinkButton size="sm" variant="secondary" href={to}>
          Open
        </LinkButton>
        {may('streams:read', { cluster: id }) && (
          <LinkButton size="sm" variant="secondary" fill="text" href={pageUrl(`streams?cluster=${id}`)}>
            Streams
          </LinkButton>
        )}
        {may('consumers:read', { cluster: id }) && (
          <LinkButton size="sm" variant="secondary" fill="text" href={pageUrl(`consumers?cluster=${id}`)}>
            Consumers
          </LinkButton>
        )}
      </Row>
    </article>
  );
}

/**
 * A card a cluster, those that need a look first. Who is there and whether it is connected is live; where the store of
 * figures is away, that is what stays.
 */
export function ClusterCards({ clusters, cards }: { clusters: readonly Cluster[]; cards: readonly Card[] }) {
  const styles = useStyles2(getStyles);
  const maySeeWhole = useMaySeeWhole();
  const mayAny = useMayAny();
  const whole = clusters.map(({ id }) => id).filter(maySeeWhole);
  const lines = useSparklines({
    spec: published,
    range: lastHour,
    everyMs: 15_000,
    enabled: mayAny('streams:read'),
  });
  const tables = useTables({ api: apiRequests(whole) }, { enabled: whole.length > 0 });
  const cardOf = (id: string) => cards.find((card) => card.id === id);
  const rank = (id: string) => order.indexOf(cardOf(id)?.state ?? 'unknown');
  return (
    <div className={styles.grid}>
      {[...clusters]
        .sort((a, b) => rank(a.id) - rank(b.id) || a.name.localeCompare(b.name))
        .map((cluster) => (
          <ClusterCard
            key={cluster.id}
            cluster={cluster}
            card={cardOf(cluster.id)}
            line={lines.of(sparklineKey(cluster.name))}
            api={tables.data?.api.of(cluster.name) ?? null}
          />
        ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  grid: css({
    display: 'grid',
    gap: theme.spacing(1.5),
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 320px), 1fr))',
  }),
  card: css({
    display: 'grid',
    gap: theme.spacing(1),
    alignContent: 'start',
    gridTemplateColumns: 'minmax(0, 1fr)',
    padding: theme.spacing(1.5),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  name: css({
    margin: 0,
    flex: '1 1 auto',
    minWidth: 0,
    fontSize: theme.typography.h5.fontSize,
    overflowWrap: 'anywhere',
    a: { color: theme.colors.text.link },
  }),
  rate: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  figure: css({ fontSize: theme.typography.h4.fontSize, fontVariantNumeric: 'tabular-nums', minWidth: '4em' }),
});
