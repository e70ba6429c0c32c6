import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2, type IconName } from '@grafana/ui';

export interface ShownStage {
  readonly name: string;
  readonly state: 'ok' | 'failed' | 'skipped' | 'warning';
  readonly detail: string;
  readonly fix: string | null;
}
const icons: Record<ShownStage['state'], IconName> = {
  ok: 'check-circle',
  failed: 'times-circle',
  skipped: 'minus-circle',
  warning: 'exclamation-triangle',
};

/** One thing after the other: what was tried, what came of it, and what to do where it failed. */
export function StageList({ stages }: { stages: readonly ShownStage[] }) {
  const styles = useStyles2(getStyles);
  return (
    <ol className={styles.stages}>
      {stages.map(({ name, state, detail, fix }) => (
        <li key={name} data-stage={name} data-state={state} className={styles[state]}>
          <Icon name={icons[state]} title={state} />
          <strong>{name}</strong>
          <div>
            {detail}
            {fix && <div className={styles.fix}>{fix}</div>}
          </div>
        </li>
      ))}
    </ol>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stages: css({
    listStyle: 'none',
    margin: 0,
    display: 'grid',
    gap: theme.spacing(0.75),
    overflowWrap: 'anywhere',
    li: { display: 'grid', gridTemplateColumns: 'auto 7.5em minmax(0, 1fr)', gap: theme.spacing(1) },
    svg: { marginTop: theme.spacing(0.25) },
  }),
  fix: css({ color: theme.colors.text.primary, fontWeight: theme.typography.fontWeightMedium }),
  ok: css({ svg: { color: theme.colors.success.text } }),
  failed: css({ svg: { color: theme.colors.error.text } }),
  skipped: css({ color: theme.colors.text.secondary }),
  warning: css({ svg: { color: theme.colors.warning.text } }),
});
