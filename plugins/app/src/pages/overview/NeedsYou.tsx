import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, FilterPill, Icon, useStyles2 } from '@grafana/ui';
import { Quiet, Row, Stack } from '../../components/parts';
import { counts, grouped, isActive, severities, type Overview, type Severity } from '../../findings/grouping';
import { FindingList } from '../../findings/FindingList';
import { SilencedFindings } from '../../findings/silence/SilencedFindings';
import { duration, exact } from '../../format';
import { useUrl } from '../../useUrl';

const words: Readonly<Record<Severity, readonly [one: string, many: string]>> = {
  critical: ['critical', 'critical'],
  warning: ['warning', 'warnings'],
  info: ['note', 'notes'],
};
const counted = (severity: Severity, n: number) => `${n} ${words[severity][n === 1 ? 0 : 1]}`;

const sum = (values: readonly (number | null)[]): number => values.reduce<number>((a, b) => a + (b ?? 0), 0);

/** Nothing to do: it says what was looked at, since an empty page may as well mean that nobody looked. */
function AllWell({ overview: { clusters, findings } }: { overview: Overview }) {
  const styles = useStyles2(getStyles);
  const known = clusters.filter(({ ageSeconds }) => ageSeconds !== null);
  if (known.length === 0)
    return (
      <Alert severity="info" title="No figures yet" data-testid="figures-waiting">
        The console has not collected any cluster so far. Findings come with the first collections, usually within a
        minute. If none come, look whether the console’s worker runs.
      </Alert>
    );
  const silenced = findings.filter((finding) => !isActive(finding)).length;
  const oldest = Math.max(...known.map(({ ageSeconds }) => ageSeconds ?? 0));
  return (
    <div className={styles.well} data-testid="all-well">
      <Icon name="check-circle" size="xl" className={styles.good} />
      <div>
        <strong>Nothing needs you now.</strong>
        <br />
        <Quiet>
          {exact(sum(known.map(({ streams }) => streams)))} streams and{' '}
          {exact(sum(known.map(({ consumers }) => consumers)))} consumers of{' '}
          {known.length === 1 ? 'one cluster' : `${known.length} clusters`} were looked at; the oldest figures are{' '}
          {duration(oldest)} old.
          {silenced > 0 && ` What is silenced (${silenced}) is not counted.`}
        </Quiet>
      </div>
    </div>
  );
}

/** What is wrong, by severity. Notes stay folded until they are asked for: they can wait for the morning. */
export function NeedsYou({ overview }: { overview: Overview }) {
  const { get, set } = useUrl();
  const { asOf } = overview;
  const findings = overview.findings.filter(isActive);
  const silenced = overview.findings.filter((finding) => !isActive(finding));
  const now = Date.parse(asOf);
  const number = counts(findings);
  const chosen = severities.find((severity) => severity === get('severity'));
  const shown = grouped(
    findings.filter(({ severity }) => (chosen === undefined ? severity !== 'info' : severity === chosen)),
  );
  const notes = grouped(findings.filter(({ severity }) => severity === 'info'));
  const urgent = number.critical + number.warning;
  return (
    <section aria-label="Findings">
      <Stack>
        {findings.length > 0 && (
          <Row>
            <FilterPill
              label="What needs you"
              selected={chosen === undefined}
              onClick={() => set({ severity: null })}
            />
            {severities
              .filter((severity) => number[severity] > 0 || severity === chosen)
              .map((severity) => (
                <FilterPill
                  key={severity}
                  label={counted(severity, number[severity])}
                  selected={severity === chosen}
                  onClick={() => set({ severity })}
                />
              ))}
          </Row>
        )}
        {chosen === undefined && urgent === 0 && <AllWell overview={overview} />}
        {chosen !== undefined && shown.length === 0 && <Quiet>None any more.</Quiet>}
        <FindingList groups={shown} now={now} />
        {chosen === undefined && notes.length > 0 && (
          <details>
            <summary>{counted('info', number.info)}, nothing urgent</summary>
            <FindingList groups={notes} now={now} />
          </details>
        )}
        <SilencedFindings findings={silenced} all={overview.findings} now={now} />
      </Stack>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  well: css({
    display: 'flex',
    gap: theme.spacing(1.5),
    alignItems: 'center',
    padding: theme.spacing(2),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  good: css({ color: theme.colors.success.text, flex: 'none' }),
});
