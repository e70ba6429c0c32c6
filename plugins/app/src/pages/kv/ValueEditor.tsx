import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Field, Input, RadioButtonGroup, TextArea, useStyles2 } from '@grafana/ui';
import { Row } from '../../components/parts';
import { prettyJson } from '../../payload/json';
import { faultOfValue, inMode, ttlFrom, valueModes, type TypedValue } from './value';

const labels = { json: 'JSON', text: 'Text', base64: 'Base64' };

interface Props {
  readonly value: TypedValue;
  readonly onChange: (value: TypedValue) => void;
}

/** A value as it is typed: JSON that is checked, text, or bytes in Base64. */
export function ValueEditor({ value, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const fault = faultOfValue(value);
  return (
    <>
      <Row>
        <RadioButtonGroup
          size="sm"
          aria-label="Write the value as"
          options={valueModes.map((mode) => ({ value: mode, label: labels[mode] }))}
          value={value.mode}
          onChange={(mode) => onChange(inMode(value, mode))}
        />
        {value.mode === 'json' && fault === null && (
          <Button
            type="button"
            size="sm"
            variant="secondary"
            fill="text"
            onClick={() => onChange({ ...value, text: prettyJson(value.text) })}
          >
            Format
          </Button>
        )}
      </Row>
      <Field label="Value" htmlFor="kv-value" invalid={fault !== null} error={fault ?? undefined}>
        <TextArea
          id="kv-value"
          className={styles.value}
          rows={10}
          spellCheck={false}
          value={value.text}
          onChange={(event) => onChange({ ...value, text: event.currentTarget.value })}
        />
      </Field>
    </>
  );
}

interface TtlProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
}

/** When the value goes by itself; for buckets that let each value say so. */
export function TtlField({ text, onChange }: TtlProps) {
  const fault = ttlFrom(text) === null ? 'Write a time such as 90s, 5m, 12h or 7d.' : undefined;
  return (
    <Field
      label="Expires after"
      description="Left empty it stays: a time such as 90s, 5m, 12h or 7d."
      htmlFor="kv-ttl"
      invalid={fault !== undefined}
      error={fault}
    >
      <Input id="kv-ttl" width={20} value={text} onChange={(event) => onChange(event.currentTarget.value)} />
    </Field>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  value: css({ fontFamily: theme.typography.fontFamilyMonospace, fontSize: theme.typography.bodySmall.fontSize }),
});
