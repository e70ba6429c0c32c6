import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, Field, Switch, useStyles2 } from '@grafana/ui';
import { settingOf } from '@jetstream-console/contract';
import { useState, type ReactNode } from 'react';
import { Quiet, Row } from '../components/parts';
import { formatText, parseText } from './codecs';
import type { Editor, Part } from './editors';
import { TextField } from './TextField';

type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

interface Props {
  readonly id: string;
  readonly field: string;
  readonly editor: Editor;
  readonly value: unknown;
  readonly disabled: boolean;
  readonly invalid: boolean;
  readonly onChange: (value: unknown) => void;
  /** what a choice means, beside the server's word for it */
  readonly meaning?: (word: string) => string;
}

/** Whether a value can be edited by this control without changing what nobody touched. */
export function fits(editor: Editor, field: string, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  switch (editor.kind) {
    case 'switch':
      return typeof value === 'boolean';
    case 'choice':
      return typeof value === 'string';
    case 'object':
      return isJson(value) && editor.parts.every(({ key, editor: part }) => fits(part, key, value[key]));
    case 'objects':
      return (
        Array.isArray(value) &&
        value.every(
          (item: unknown) => isJson(item) && editor.parts.every(({ key, editor: part }) => fits(part, key, item[key])),
        )
      );
    default:
      return formatText(editor, field, value) !== null;
  }
}

/** What is wrong with a text that cannot be read as a value. */
export function textFault(editor: Editor, value: unknown): string | null {
  if (typeof value !== 'string') return null;
  switch (editor.kind) {
    case 'switch':
    case 'choice':
    case 'object':
    case 'objects':
      return null;
    default: {
      const parsed = parseText(editor, value);
      return 'fault' in parsed ? parsed.fault : null;
    }
  }
}

/** The control of one field, by what kind of value it has. */
export function FieldControl({ editor, meaning, ...rest }: Props) {
  const { id, field, value, disabled, onChange } = rest;
  switch (editor.kind) {
    case 'switch':
      return (
        <Switch
          id={id}
          disabled={disabled}
          value={value === true}
          onChange={(event) => onChange(event.currentTarget.checked ? true : undefined)}
        />
      );
    case 'choice': {
      const words = [...new Set([...editor.options, ...(typeof value === 'string' && value !== '' ? [value] : [])])];
      // What a server leaves out is its default, which stands among the options.
      const standing = words.find((word) => settingOf(field, word) === undefined) ?? null;
      return (
        <Combobox
          id={id}
          disabled={disabled}
          options={words.map((word) => ({ value: word, label: meaning?.(word) ?? word }))}
          value={typeof value === 'string' && value !== '' ? value : standing}
          onChange={({ value: word }) => onChange(word)}
        />
      );
    }
    case 'object':
      return <ObjectControl {...rest} none={editor.none} parts={editor.parts} />;
    case 'objects':
      return <ObjectsControl {...rest} one={editor.one} parts={editor.parts} />;
    default:
      return <TextField {...rest} editor={editor} />;
  }
}

type PartsProps = Pick<Props, 'id' | 'disabled' | 'invalid'> & {
  readonly parts: readonly Part[];
  readonly value: Json;
  readonly onChange: (value: Json) => void;
};

function Parts({ id, parts, value, disabled, invalid, onChange }: PartsProps) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.parts}>
      {parts.map(({ key, label, editor }) => {
        const fault = textFault(editor, value[key]);
        return (
          <Field key={key} noMargin label={label} htmlFor={`${id}-${key}`} invalid={fault !== null} error={fault}>
            <FieldControl
              id={`${id}-${key}`}
              field={key}
              editor={editor}
              value={value[key]}
              disabled={disabled}
              invalid={invalid && fault !== null}
              onChange={(part) => {
                const { [key]: _before, ...others } = value;
                onChange(part === undefined ? others : { ...value, [key]: part });
              }}
            />
          </Field>
        );
      })}
    </div>
  );
}

type ObjectProps = Omit<Props, 'editor' | 'meaning'> & { readonly parts: readonly Part[] };

function ObjectControl({ none, value, onChange, ...rest }: ObjectProps & { readonly none: string }) {
  const [open, setOpen] = useState(false);
  const set = isJson(value) ? value : {};
  // An empty one means to a server what none does.
  if (!open && settingOf(rest.field, set) === undefined)
    return (
      <Row>
        <Button
          id={rest.id}
          size="sm"
          variant="secondary"
          icon="plus"
          disabled={rest.disabled}
          onClick={() => setOpen(true)}
        >
          Set
        </Button>
        <Quiet>{none}</Quiet>
      </Row>
    );
  return (
    <Group>
      <Parts {...rest} value={set} onChange={onChange} />
      {!rest.disabled && (
        <Button
          size="sm"
          variant="secondary"
          fill="text"
          icon="times"
          onClick={() => {
            setOpen(false);
            onChange(undefined);
          }}
        >
          Take out
        </Button>
      )}
    </Group>
  );
}

function ObjectsControl({ one, value, onChange, ...rest }: ObjectProps & { readonly one: string }) {
  const items = Array.isArray(value) ? value.filter(isJson) : [];
  const say = (next: readonly Json[]) => onChange(next.length === 0 ? undefined : next);
  return (
    <Group>
      {items.map((item, i) => (
        <Group key={i}>
          <Parts
            {...rest}
            id={`${rest.id}-${i}`}
            value={item}
            onChange={(part) => say(items.map((other, at) => (at === i ? part : other)))}
          />
          {!rest.disabled && (
            <Button
              size="sm"
              variant="secondary"
              fill="text"
              icon="times"
              onClick={() => say(items.filter((_, at) => at !== i))}
            >
              Take this {one} out
            </Button>
          )}
        </Group>
      ))}
      <Row>
        <Button
          id={items.length === 0 ? rest.id : undefined}
          size="sm"
          variant="secondary"
          icon="plus"
          disabled={rest.disabled}
          onClick={() => say([...items, {}])}
        >
          Add a {one}
        </Button>
      </Row>
    </Group>
  );
}

const Group = ({ children }: { children: ReactNode }) => <div className={useStyles2(getStyles).group}>{children}</div>;

const getStyles = (theme: GrafanaTheme2) => ({
  parts: css({
    display: 'grid',
    gap: theme.spacing(1),
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 200px), 1fr))',
    '& > *': { minWidth: 0 },
  }),
  group: css({
    display: 'grid',
    gap: theme.spacing(1),
    justifyItems: 'start',
    minWidth: 0,
    '& > div': { width: '100%' },
    paddingLeft: theme.spacing(1),
    borderLeft: `2px solid ${theme.colors.border.medium}`,
  }),
});
