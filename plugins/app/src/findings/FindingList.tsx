import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { FindingCard } from './FindingCard';
import type { Group } from './grouping';

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

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ display: 'grid', gap: theme.spacing(1), gridTemplateColumns: 'minmax(0, 1fr)' }),
});
