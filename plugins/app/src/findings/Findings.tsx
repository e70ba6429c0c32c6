import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { FindingCard } from './FindingCard';
import { grouped, type Group, type Place } from './grouping';
import { useFindings } from './useFindings';

/** Findings one below the other. */
export function FindingList({ groups, now }: { groups: readonly Group[]; now: number }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.list}>
      {groups.map((group) => (
        <FindingCard key={group.key} group={group} now={now} />
      ))}
    </div>
  );
}

/** More would push what the page is about out of sight. */
const open = 3;

/** What is found about the thing that a page shows. Without findings, and where they cannot be had, it shows nothing. */
export function FindingsHere({ place }: { place: Place }) {
  const { findings, now } = useFindings(place);
  const groups = grouped(findings);
  if (groups.length === 0) return null;
  return (
    <section aria-label="Findings">
      <FindingList groups={groups.slice(0, open)} now={now} />
      {groups.length > open && (
        <details>
          <summary>{groups.length - open} more</summary>
          <FindingList groups={groups.slice(open)} now={now} />
        </details>
      )}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ display: 'grid', gap: theme.spacing(1), gridTemplateColumns: 'minmax(0, 1fr)' }),
});
