import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** Two sides where there is room, one below the other where there is not. @param columns their widths, as CSS has them */
export const twoSides = (theme: GrafanaTheme2, columns: string): string =>
  css({
    display: 'grid',
    gap: theme.spacing(2),
    alignItems: 'start',
    gridTemplateColumns: 'minmax(0, 1fr)',
    [theme.breakpoints.up('lg')]: { gridTemplateColumns: columns },
  });

/** A box beside something longer, which stays in sight while that is scrolled. */
export const staysBeside = (theme: GrafanaTheme2): string =>
  css({
    padding: theme.spacing(1.5),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    [theme.breakpoints.up('lg')]: {
      position: 'sticky',
      // Below Grafana's own bar, which stays at the top.
      top: theme.spacing(6),
      maxHeight: `calc(100vh - ${theme.spacing(8)})`,
      overflow: 'auto',
    },
  });
