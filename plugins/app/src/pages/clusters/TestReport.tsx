import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, useStyles2 } from '@grafana/ui';
import type { TestReport } from '@jetstream-console/contract';
import { StageList } from '../../components/StageList';

const names: Record<TestReport['targets'][number]['stages'][number]['stage'], string> = {
  dns: 'Name',
  tcp: 'Connection',
  tls: 'TLS',
  auth: 'Log-in',
  jetstream: 'JetStream',
  system: 'System account',
};

/** Stage by stage for each URL and credential: what was tried, what came of it, and what to do. */
export function TestReportView({ report }: { report: TestReport }) {
  const styles = useStyles2(getStyles);
  return (
    <div data-testid="test-report" data-ok={report.ok}>
      <Alert
        severity={report.ok ? 'success' : 'error'}
        title={report.ok ? 'Everything answers' : 'Something does not work yet'}
      />
      <div className={styles.targets}>
        {report.targets.map(({ url, slot, stages }) => (
          <section key={`${url} ${slot}`} aria-label={`${url}, ${slot}`} className={styles.target}>
            <h5>
              {url} <small>{slot} credential</small>
            </h5>
            <StageList stages={stages.map((stage) => ({ ...stage, name: names[stage.stage] }))} />
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
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.primary,
    overflowWrap: 'anywhere',
    small: { color: theme.colors.text.secondary },
  }),
});
