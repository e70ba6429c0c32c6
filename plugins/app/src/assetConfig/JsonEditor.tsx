import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Field, TextArea, useStyles2 } from '@grafana/ui';
import type { NatsConfig } from '@jetstream-console/contract';
import { useState } from 'react';

interface Props {
  readonly draft: NatsConfig;
  readonly onChange: (draft: NatsConfig) => void;
  /** why the text is no configuration, or null again */
  readonly onFault: (fault: string | null) => void;
}

const textOf = (config: NatsConfig) => JSON.stringify(config, null, 2);

function read(text: string): { readonly config: NatsConfig } | { readonly fault: string } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { config: { ...value } }
      : { fault: 'A configuration is an object in braces: { … }' };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** The same draft as the form's, as the server's own JSON. Text that is none stands here until it is mended. */
export function JsonEditor({ draft, onChange, onFault }: Props) {
  const styles = useStyles2(getStyles);
  const [typed, setTyped] = useState<{ text: string; of: NatsConfig; fault: string | null } | null>(null);
  // The form, an undo or another version have changed the draft: the text follows.
  const mine = typed !== null && typed.of === draft ? typed : null;
  const text = mine?.text ?? textOf(draft);
  const type = (next: string) => {
    const found = read(next);
    const fault = 'fault' in found ? found.fault : null;
    setTyped({ text: next, of: 'fault' in found ? draft : found.config, fault });
    onFault(fault);
    if ('config' in found) onChange(found.config);
  };
  return (
    <Field
      noMargin
      label="As JSON"
      description="The same draft, as the server names its fields. A configuration can be pasted here."
      htmlFor="config-json"
      invalid={mine?.fault !== null && mine !== null}
      error={mine?.fault}
    >
      <TextArea
        id="config-json"
        className={styles.json}
        rows={Math.min(40, Math.max(12, text.split('\n').length + 1))}
        spellCheck={false}
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
      />
    </Field>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  json: css({
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    whiteSpace: 'pre',
    overflow: 'auto',
  }),
});
