import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { LinkButton, useStyles2 } from '@grafana/ui';
import { ChartLinks, lastHour } from '../charts';
import { Quiet, Row } from '../components/parts';
import { time } from '../format';
import { heldFor } from '../figures/words';
import type { Finding, Group } from './grouping';
import { placeOf } from './places';
import { SeverityBadge } from './SeverityBadge';
import { SilenceButton, SilencedLine } from './silence/Silencing';
import { watchOf } from './watched';

/** @param now milliseconds since 1970; the moment the answer is from */
function Since({ finding: { since }, now }: { finding: Finding; now: number }) {
  if (since === null) return null;
  return <span title={`since ${time(since)}`}>{heldFor((now - Date.parse(since)) / 1000)}</span>;
}

function Body({ finding, now }: { finding: Finding; now: number }) {
  const styles = useStyles2(getStyles);
  return (
    <>
      {finding.silenced && (
        <SilencedLine silence={finding.silenced} clusterId={finding.cluster.id} title={finding.title} now={now} />
      )}
      <div className={styles.evidence}>{finding.evidence}</div>
      <div className={styles.cure}>
        <strong>What helps:</strong> {finding.cure}
      </div>
    </>
  );
}

interface Props {
  readonly group: Group;
  readonly now: number;
}

/** What is wrong with one thing: since when, by which figures, what helps, and where to go. */
export function FindingCard({ group: { worst, others }, now }: Props) {
  const styles = useStyles2(getStyles);
  const place = placeOf(worst);
  const watch = watchOf(worst);
  return (
    <article className={cx(styles.card, styles[worst.severity])} aria-label={worst.title} data-rule={worst.rule}>
      <Row>
        <SeverityBadge severity={worst.severity} />
        <h3 className={styles.title}>{worst.title}</h3>
        <Quiet>
          {worst.cluster.name}
          {worst.subject.account !== null && ` (account ${worst.subject.account})`} <Since finding={worst} now={now} />
        </Quiet>
      </Row>
      <Body finding={worst} now={now} />
      {others.map((finding) => (
        <details key={finding.id} className={styles.other}>
          <summary>
            <SeverityBadge severity={finding.severity} /> {finding.title}{' '}
            <Quiet>
              <Since finding={finding} now={now} />
            </Quiet>
          </summary>
          <Body finding={finding} now={now} />
          <SilenceButton finding={finding} />
        </details>
      ))}
      <Row>
        <LinkButton size="sm" variant="secondary" icon="arrow-right" href={place.to}>
          {place.text}
        </LinkButton>
        {watch && (
          <ChartLinks
            labelled
            title={worst.title}
            specs={[watch.spec]}
            range={lastHour}
            alert={watch.alert ? { ...watch.alert.proposal, spec: watch.alert.spec } : undefined}
          />
        )}
        <SilenceButton finding={worst} />
      </Row>
    </article>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'grid',
    gap: theme.spacing(0.75),
    gridTemplateColumns: 'minmax(0, 1fr)',
    padding: theme.spacing(1.5),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderLeftWidth: 4,
    borderRadius: theme.shape.radius.default,
    overflowWrap: 'anywhere',
  }),
  critical: css({ borderLeftColor: theme.colors.error.main }),
  warning: css({ borderLeftColor: theme.colors.warning.main }),
  info: css({ borderLeftColor: theme.colors.info.main }),
  title: css({ margin: 0, fontSize: theme.typography.h5.fontSize, minWidth: 0, flex: '0 1 auto' }),
  evidence: css({ fontVariantNumeric: 'tabular-nums' }),
  cure: css({ color: theme.colors.text.secondary, maxWidth: theme.spacing(120) }),
  other: css({
    borderTop: `1px solid ${theme.colors.border.weak}`,
    paddingTop: theme.spacing(0.75),
    summary: { cursor: 'pointer' },
    '& > div': { marginTop: theme.spacing(0.5) },
  }),
});
