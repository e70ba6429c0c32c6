import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ComponentProps, ReactNode } from 'react';
import { staysBeside, twoSides } from '../components/besides';
import { ChangePanel, planOf } from './ChangePanel';
import { ConfigForm } from './ConfigForm';
import { JsonEditor } from './JsonEditor';

interface Props extends ComponentProps<typeof ChangePanel> {
  /** the field that a link leads to */
  readonly focus?: string;
  /** what stands above the form */
  readonly children?: ReactNode;
}

/** The form by purpose; beside it what the change comes to, and the same draft as JSON. */
export function ConfigEditor({ focus, children, ...panel }: Props) {
  const styles = useStyles2(getStyles);
  const { of, draft, act } = panel;
  const change = (next: typeof draft.draft) => {
    // Why the last one was not saved says nothing about this one.
    if (act.error) act.reset();
    draft.set(next);
  };
  return (
    <div className={styles.sides}>
      <div className={styles.side}>
        {children}
        <ConfigForm
          of={of}
          draft={draft.draft}
          faults={draft.faults}
          refusals={planOf(panel)?.refusals ?? []}
          focus={focus}
          onChange={change}
        />
      </div>
      <div className={cx(styles.side, styles.beside)}>
        <ChangePanel {...panel} />
        <JsonEditor draft={draft.draft} onChange={change} onFault={draft.setJsonFault} />
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  sides: twoSides(theme, 'minmax(0, 3fr) minmax(0, 2fr)'),
  side: css({ display: 'grid', gap: theme.spacing(2), gridTemplateColumns: 'minmax(0, 1fr)', minWidth: 0 }),
  beside: staysBeside(theme),
});
