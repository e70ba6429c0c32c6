import { css } from '@emotion/css';
import type { GrafanaTheme2, QueryEditorHelpProps } from '@grafana/data';
import { Button, Text, useStyles2 } from '@grafana/ui';
import { queryVersion } from '@jetstream-console/contract';
import { kindLabels } from '../labels';
import { displayText } from '../query/display';
import type { JetStreamQuery } from '../types';
import { examples } from './examples';

/** What can be asked, and questions that run at a click. */
export function QueryHelp({ onClickExample }: QueryEditorHelpProps<JetStreamQuery>) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.help}>
      <Text element="h3" variant="h4">
        Kinds of queries
      </Text>
      <dl className={styles.kinds}>
        {Object.values(kindLabels).map(({ label, description }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{description}</dd>
          </div>
        ))}
      </dl>
      <Text element="h3" variant="h4">
        Examples
      </Text>
      <ul className={styles.list}>
        {examples.map(({ title, why, spec }) => (
          <li key={title}>
            <Button
              variant="secondary"
              fill="text"
              onClick={() => onClickExample({ refId: 'A', v: queryVersion, spec })}
              tooltip={displayText(spec)}
            >
              {title}
            </Button>
            <p className={styles.why}>{why}</p>
          </li>
        ))}
      </ul>
      <p className={styles.why}>
        A rate over any bucket is what happened in it over the time that passed, never a mean of rates. Where nothing is
        known there is no point: missing is not zero. Variables work in every field; one that holds several values
        spreads over lists.
      </p>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  help: css({ display: 'grid', gap: theme.spacing(1) }),
  kinds: css({
    margin: 0,
    '& > div': { display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0, 1) },
    dt: { minWidth: theme.spacing(11), fontWeight: theme.typography.fontWeightMedium },
    dd: { margin: 0, color: theme.colors.text.secondary },
  }),
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
  why: css({ margin: theme.spacing(0, 2, 1), color: theme.colors.text.secondary, maxWidth: theme.spacing(100) }),
});
