import { css } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import type { GrafanaTheme2 } from '@grafana/data';
import type { ReactNode } from 'react';

/** Fields side by side, below each other where there is no room; none is wider than the editor. */
export const EditorRow = ({ children }: { children: ReactNode }) => (
  <div className={useStyles2(getStyles).row}>{children}</div>
);

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'flex-start',
    gap: theme.spacing(0.5),
    minWidth: 0,
    // Grafana's boxes grow with what is chosen in them, past whatever they stand in.
    '& > div, & > div div': { maxWidth: '100%' },
    // Beside its label a box has what the label leaves; where that is not enough, it goes below.
    '& > div': { flexWrap: 'wrap' },
    '& > div > div': { minWidth: 0 },
  }),
});
