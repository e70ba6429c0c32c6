import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { time } from '../format';
import type { Place } from './grouping';
import { SeverityBadge } from './SeverityBadge';
import { useFindings } from './useFindings';

/** What is found about a page's own thing, as lines: the figures it rests on, and what helps. */
export function Cures({ place }: { place: Place }) {
  const styles = useStyles2(getStyles);
  const { findings, silenced } = useFindings(place);
  if (findings.length === 0 && silenced.length === 0) return null;
  return (
    <ul className={styles.list} data-testid="cures">
      {findings.map(({ id, severity, evidence, cure }) => (
        <li key={id}>
          <SeverityBadge severity={severity} /> {evidence}. <strong>What helps:</strong> {cure}
        </li>
      ))}
      {silenced.map((finding) => (
        <li key={finding.id}>
          {finding.evidence}. Silenced by {finding.silenced?.by} until {time(finding.silenced?.until).slice(0, 16)}:{' '}
          {finding.silenced?.reason}
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    listStyle: 'none',
    margin: theme.spacing(1, 0, 0),
    display: 'grid',
    gap: theme.spacing(0.75),
    maxWidth: theme.spacing(120),
    li: { overflowWrap: 'anywhere' },
  }),
});
