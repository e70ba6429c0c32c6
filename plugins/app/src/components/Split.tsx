import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import { staysBeside, twoSides } from './besides';

interface Props {
  readonly label: string;
  readonly children: ReactNode;
  /** what is open beside the list; on narrow screens it takes the list's place */
  readonly open: ReactNode | null;
}

/** A list, and one item of it opened: side by side where there is room, one after the other where there is not. */
export function Split({ label, children, open }: Props) {
  const styles = useStyles2(getStyles);
  if (open === null) return <>{children}</>;
  return (
    <div className={styles.split}>
      <div className={cx(styles.part, styles.list)}>{children}</div>
      <aside className={cx(styles.part, styles.open)} aria-label={label} tabIndex={-1}>
        {open}
      </aside>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  split: twoSides(theme, 'minmax(0, 1fr) minmax(0, 1fr)'),
  part: css({ minWidth: 0 }),
  list: css({
    display: 'grid',
    gap: theme.spacing(1),
    gridTemplateColumns: 'minmax(0, 1fr)',
    [theme.breakpoints.down('lg')]: { display: 'none' },
  }),
  open: staysBeside(theme),
});
