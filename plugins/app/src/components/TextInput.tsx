import { Field, Input } from '@grafana/ui';

interface Props {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly placeholder?: string;
  readonly inputMode?: 'numeric';
  readonly autoFocus?: boolean;
  /** what is wrong with it, as `fieldFault` tells */
  readonly fault?: { readonly invalid: boolean; readonly error: string | undefined };
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** One line of text with its name, what it means, and what is wrong with it. */
export function TextInput({ id, label, description, fault, onChange, ...input }: Props) {
  return (
    <Field label={label} description={description} {...fault}>
      <Input
        {...input}
        id={id}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </Field>
  );
}
