import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { IconButton, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import { useKeys } from '../useKeys';

interface Props {
  readonly title: ReactNode;
  readonly onUp: () => void;
  readonly onDown: () => void;
  readonly onClose: () => void;
}

/** The head of what is opened beside a list: its name, to its neighbours, and away with it, by mouse and by keys. */
export function OpenedBar({ title, onUp, onDown, onClose }: Props) {
  const styles = useStyles2(getStyles);
  useKeys({ j: onDown, k: onUp, Escape: onClose });
  return (
    <div className={styles.bar}>
      <h2 className={styles.title}>{title}</h2>
      <IconButton name="arrow-up" tooltip="The one above ( k )" onClick={onUp} />
      <IconButton name="arrow-down" tooltip="The one below ( j )" onClick={onDown} />
      <IconButton name="times" size="lg" tooltip="Close ( Esc )" onClick={onClose} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.5) }),
  title: css({
    flex: 1,
    margin: 0,
    minWidth: 0,
    overflowWrap: 'anywhere',
    fontSize: theme.typography.h5.fontSize,
    fontVariantNumeric: 'tabular-nums',
  }),
});
