import { css } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';

/** A name for a control whose place says to the eye what it is. */
export const HiddenLabel = ({ id, children }: { id: string; children: string }) => (
  <span id={id} className={useStyles2(getStyles).hidden}>
    {children}
  </span>
);

const getStyles = () => ({
  hidden: css({
    position: 'absolute',
    width: '1px',
    height: '1px',
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  }),
});
