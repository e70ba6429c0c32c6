import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { FieldChange } from '@jetstream-console/contract';
import { changeWords } from './changeWords';
import type { FieldGroup } from './words';

interface Props {
  readonly label: string;
  readonly groups: readonly FieldGroup[];
  readonly changes: readonly FieldChange[];
  /** what the two sides are called; what it was, and what it becomes, if nothing else is said. Null leaves the first one out */
  readonly sides?: readonly [before: string | null, after: string];
}

/** Field by field what was and what becomes of it, in words, and by word rather than by colour alone. */
export function ChangeList({ label, groups, changes, sides = ['was', 'becomes'] }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <dl aria-label={label} className={styles.list}>
      {changes.map((change) => {
        const { field, label: name, was, becomes, items } = changeWords(groups, change);
        return (
          <div key={field} data-change={field}>
            <dt className={styles.name}>
              {name} <code className={styles.key}>{field}</code>
            </dt>
            {items === null ? (
              <>
                {sides[0] !== null && (
                  <dd className={styles.before}>
                    <span className={styles.side}>{sides[0]}</span> {was}
                  </dd>
                )}
                <dd className={styles.after}>
                  <span className={styles.side}>{sides[1]}</span> {becomes}
                </dd>
              </>
            ) : (
              <>
                {items.removed.map((item) => (
                  <dd key={`- ${item}`} className={styles.before}>
                    <span className={styles.side}>without</span> {item}
                  </dd>
                ))}
                {items.added.map((item) => (
                  <dd key={`+ ${item}`} className={styles.after}>
                    <span className={styles.side}>with</span> {item}
                  </dd>
                ))}
                {items.removed.length + items.added.length === 0 && <dd>in another order</dd>}
              </>
            )}
          </div>
        );
      })}
    </dl>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    display: 'grid',
    gap: theme.spacing(1),
    margin: 0,
    overflowWrap: 'anywhere',
    dd: { margin: 0, padding: theme.spacing(0.25, 1), minWidth: 0 },
  }),
  name: css({ fontWeight: theme.typography.fontWeightMedium }),
  key: css({
    padding: 0,
    border: 0,
    background: 'none',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  side: css({
    display: 'inline-block',
    minWidth: '5em',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  before: css({ background: theme.colors.error.transparent }),
  after: css({ background: theme.colors.success.transparent }),
});
