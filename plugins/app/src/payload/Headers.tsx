import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { Mono, Quiet } from '../components/parts';

interface Header {
  readonly name: string;
  readonly values: readonly string[];
  /** what the servers make of it; null for one of the application's own */
  readonly meaning: string | null;
}

/** The headers of a message, and what those of the servers mean. */
export function Headers({ headers }: { headers: readonly Header[] }) {
  const styles = useStyles2(getStyles);
  if (headers.length === 0) return <Quiet>No headers</Quiet>;
  return (
    <section aria-label="Headers">
      <dl className={styles.headers}>
        {headers.map(({ name, values, meaning }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {values.map((value, i) => (
                <div key={i}>
                  <Mono>{value}</Mono>
                </div>
              ))}
              {meaning && <Quiet>{meaning}</Quiet>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  headers: css({
    display: 'grid',
    gap: theme.spacing(0.5),
    margin: 0,
    '> div': { borderLeft: `2px solid ${theme.colors.border.medium}`, paddingLeft: theme.spacing(1) },
    dt: { fontWeight: theme.typography.fontWeightMedium },
    dd: { margin: 0, minWidth: 0, overflowWrap: 'anywhere' },
  }),
});
