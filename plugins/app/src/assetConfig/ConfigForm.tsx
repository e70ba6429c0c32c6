import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, Field, Input, Label, useStyles2 } from '@grafana/ui';
import { sameSetting, type AssetKind, type NatsConfig } from '@jetstream-console/contract';
import { useEffect, useState } from 'react';
import { Quiet, Row } from '../components/parts';
import { Empty } from '../components/States';
import { lockOf, withField } from './draft';
import type { Editor } from './editors';
import { FieldControl, fits, textFault } from './FieldControl';
import type { Field as Meaning, FieldGroup } from './words';

export interface Refusal {
  readonly field: string;
  readonly reason: string;
}

/** What decides how a configuration is edited here. */
export interface FormOf {
  readonly kind: AssetKind;
  readonly groups: readonly FieldGroup[];
  readonly editors: Readonly<Record<string, Editor>>;
  /** as the edit began; null for what is yet to be made */
  readonly base: NatsConfig | null;
  /** the server's api level: what came later cannot be set on it */
  readonly level: number;
  readonly fixed: readonly Refusal[];
}

interface Props {
  readonly of: FormOf;
  readonly draft: NatsConfig;
  readonly faults: Readonly<Record<string, string>>;
  /** what the server would refuse, as the plan foretells */
  readonly refusals: readonly Refusal[];
  /** the field that a link leads to */
  readonly focus?: string;
  readonly onChange: (draft: NatsConfig) => void;
}

const matches = ({ key, label, help }: Meaning, wanted: string) =>
  [key, label, help].some((text) => text.toLowerCase().includes(wanted.toLowerCase().trim()));

/** What is yet to be made has nothing that could have changed. */
const changedIn = (base: NatsConfig | null, draft: NatsConfig, key: string) =>
  base !== null && !sameSetting(key, base[key], draft[key]);

/** A configuration as a form, by what its fields are for; what cannot be changed stands there with the reason. */
export function ConfigForm({ of, draft, faults, refusals, focus, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const [wanted, setWanted] = useState('');
  useEffect(() => {
    if (focus === undefined) return;
    const control = document.getElementById(idOf(focus));
    control?.scrollIntoView({ block: 'center' });
    control?.focus();
  }, [focus]);
  const groups = of.groups
    .map(({ title, fields }) => ({
      title,
      fields: fields.filter((field) => field.key in of.editors && matches(field, wanted)),
    }))
    .filter(({ fields }) => fields.length > 0);
  return (
    <div className={styles.form}>
      <Input
        data-search
        aria-label="Find a field"
        placeholder="Find a field by name or meaning  ( f )"
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      {groups.length === 0 && <Empty title="No field is called that">Its meaning is looked through as well.</Empty>}
      {groups.map(({ title, fields }) => (
        <section key={title} aria-label={title} className={styles.group}>
          <h3 className={styles.title}>{title}</h3>
          <div className={styles.fields}>
            {fields.map((field) => (
              <OneField
                key={field.key}
                of={of}
                meaning={field}
                draft={draft}
                fault={faults[field.key]}
                refusals={refusals.filter((refusal) => refusal.field === field.key)}
                onChange={onChange}
              />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

const idOf = (key: string) => `config-${key}`;

interface OneProps extends Pick<Props, 'of' | 'draft' | 'refusals' | 'onChange'> {
  readonly meaning: Meaning;
  readonly fault: string | undefined;
}

function OneField({ of, meaning, draft, fault, refusals, onChange }: OneProps) {
  const styles = useStyles2(getStyles);
  const { key, label, help, show } = meaning;
  const editor = of.editors[key];
  if (editor === undefined) return null;
  const value = draft[key];
  const changed = changedIn(of.base, draft, key);
  const lock = lockOf(of.kind, key, of.base?.[key], of.level, of.fixed);
  const onlyJson = !fits(editor, key, value);
  const error = (textFault(editor, value) ?? fault ?? refusals.map(({ reason }) => reason).join('; ')) || undefined;
  return (
    <div data-field={key} className={cx(styles.field, changed && styles.changed, isWide(editor) && styles.wide)}>
      <Label
        htmlFor={idOf(key)}
        description={
          <>
            {help}
            {lock !== null && <span className={styles.lock}> Cannot be set here: {lock}.</span>}
            {onlyJson && <span className={styles.lock}> Edit it in the JSON: a box would change it.</span>}
          </>
        }
      >
        {label} <code className={styles.key}>{key}</code>
      </Label>
      <Field noMargin invalid={error !== undefined} error={error}>
        {onlyJson ? (
          <Quiet>{show(value)}</Quiet>
        ) : (
          <FieldControl
            id={idOf(key)}
            field={key}
            editor={editor}
            value={value}
            disabled={lock !== null && !changed}
            invalid={error !== undefined}
            meaning={show}
            onChange={(next) => onChange(withField(draft, key, next))}
          />
        )}
      </Field>
      {changed && (
        <Row>
          <Badge color="blue" text="changed" />
          <Button
            size="sm"
            variant="secondary"
            fill="text"
            icon="history"
            aria-label={`Take back the change of ${key}`}
            onClick={() => onChange(withField(draft, key, of.base?.[key]))}
          >
            Take back
          </Button>
        </Row>
      )}
    </div>
  );
}

const isWide = ({ kind }: Editor) => kind === 'object' || kind === 'objects';

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ display: 'grid', gap: theme.spacing(2), gridTemplateColumns: 'minmax(0, 1fr)' }),
  group: css({
    padding: theme.spacing(1.5),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    minWidth: 0,
  }),
  title: css({ margin: theme.spacing(0, 0, 1), fontSize: theme.typography.h5.fontSize }),
  fields: css({
    display: 'grid',
    gap: theme.spacing(2),
    alignItems: 'start',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 300px), 1fr))',
  }),
  field: css({ minWidth: 0, paddingLeft: theme.spacing(1), borderLeft: '2px solid transparent' }),
  wide: css({ gridColumn: '1 / -1' }),
  changed: css({ borderLeftColor: theme.colors.primary.main }),
  key: css({
    marginLeft: theme.spacing(0.75),
    padding: 0,
    border: 0,
    background: 'none',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    overflowWrap: 'anywhere',
  }),
  lock: css({ color: theme.colors.text.primary }),
});
