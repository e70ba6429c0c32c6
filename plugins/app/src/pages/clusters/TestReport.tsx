import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import type { TestReport } from '@jetstream-console/contract';
import { Alert, Icon, useStyles2, type IconName } from '@grafana/ui';

const names: Record<string, string> = {
  dns: 'Name',
  tcp: 'Connection',
  tls: 'TLS',
  auth: 'Log-in',
  jetstream: 'JetStream',
  system: 'System account',
};
const icons: Record<string, IconName> = {
  ok: 'check-circle',
  failed: 'times-circle',
  skipped: 'minus-circle',
  warning: 'exclamation-triangle',
};

/** Stage by stage for each URL and credential: what was tried, what came of it, and what to do. */
export function TestReportView({ report }: { report: TestReport }) {
  const styles = useStyles2(getStyles);
  return (
    <div data-testid="test-report">
      <Alert
        severity={report.ok ? 'success' : 'error'}
        title={report.ok ? 'Everything answers' : 'Something does not work yet'}
      />
      <div className={styles.targets}>
        {report.targets.map((target) => (
          <section
            key={`${target.url} ${target.slot}`}
            aria-label={`${target.url}, ${target.slot}`}
            className={styles.target}
          >
            <h5>
              {target.url} <small>{target.slot} credential</small>
            </h5>
            <ol className={styles.stages}>
              {target.stages.map((stage) => (
                <li key={stage.stage} data-state={stage.state} className={styles[stage.state]}>
                  <Icon name={icons[stage.state] ?? 'circle'} title={stage.state} />{' '}
                  <strong>{names[stage.stage]}</strong> {stage.detail}
                  {stage.fix && <div className={styles.fix}>{stage.fix}</div>}
                </li>
              ))}
            </ol>
          </section>
        ))}
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  targets: css({
    display: 'grid',
    gap: theme.spacing(2),
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 320px), 1fr))',
  }),
  target: css({
    padding: theme.spacing(1.5),
    border: `1px solid ${theme.colors.border.weak}`,
    background: theme.colors.background.primary,
    overflowWrap: 'anywhere',
    small: { color: theme.colors.text.secondary },
  }),
  stages: css({ listStyle: 'none', display: 'grid', gap: theme.spacing(0.75) }),
  fix: css({
    color: theme.colors.text.primary,
    paddingLeft: theme.spacing(3),
    fontWeight: theme.typography.fontWeightMedium,
  }),
  ok: css({ svg: { color: theme.colors.success.text } }),
  failed: css({ svg: { color: theme.colors.error.text } }),
  skipped: css({ color: theme.colors.text.secondary }),
  warning: css({ svg: { color: theme.colors.warning.text } }),
});
