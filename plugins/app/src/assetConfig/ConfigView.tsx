import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { ClipboardButton, useStyles2 } from '@grafana/ui';
import { twoSides } from '../components/besides';
import { Code, Panel } from '../components/parts';
import { inWords, type FieldGroup } from './words';

interface Props {
  readonly config: Readonly<Record<string, unknown>>;
  readonly groups: readonly FieldGroup[];
  readonly name: string;
  readonly command: string;
}

/** What is set, in words and by purpose; the server's own JSON beside it. */
export function ConfigView({ config, groups, name, command }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.sides}>
      <div className={styles.words}>
        {inWords(config, groups).map(({ title, settings }) => (
          <section key={title} aria-label={title} className={styles.group}>
            <h3 className={styles.title}>{title}</h3>
            <dl className={styles.list}>
              {settings.map(({ key, label, value, help }) => (
                <div key={key} className={styles.setting}>
                  <dt title={key}>{label}</dt>
                  <dd>
                    <span className={styles.value}>{value}</span>
                    <span className={styles.help}>{help}</span>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div className={styles.raw}>
        <Panel
          title="As the server has it"
          actions={
            <ClipboardButton size="sm" variant="secondary" icon="copy" getText={() => command}>
              nats command
            </ClipboardButton>
          }
        >
          <Code label={`configuration of ${name}`} text={JSON.stringify(config, null, 2)} />
        </Panel>
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  sides: twoSides(theme, 'minmax(0, 3fr) minmax(0, 2fr)'),
  words: css({ display: 'grid', gap: theme.spacing(2) }),
  raw: css({ minWidth: 0 }),
  group: css({
    padding: theme.spacing(1.5),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  title: css({ margin: theme.spacing(0, 0, 1), fontSize: theme.typography.h5.fontSize }),
  list: css({ display: 'grid', gap: theme.spacing(1), margin: 0 }),
  setting: css({
    display: 'grid',
    gap: theme.spacing(0, 2),
    gridTemplateColumns: 'minmax(0, 1fr)',
    [theme.breakpoints.up('sm')]: { gridTemplateColumns: 'minmax(0, 2fr) minmax(0, 3fr)' },
    dt: { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular },
    dd: { margin: 0, display: 'grid', minWidth: 0 },
  }),
  value: css({ overflowWrap: 'anywhere', fontWeight: theme.typography.fontWeightMedium }),
  help: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
