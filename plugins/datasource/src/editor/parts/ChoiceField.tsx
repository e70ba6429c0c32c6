import { Combobox, InlineField, type ComboboxOption } from '@grafana/ui';
import { useId } from 'react';

interface Props<T extends string> {
  label: string;
  tooltip?: string;
  value: T;
  options: ComboboxOption<T>[];
  onChange: (value: T) => void;
  disabled?: boolean;
}

/** Wide enough for the longest of its labels, in Grafana's steps of 8 px. */
const widthOf = (options: readonly ComboboxOption[]): number =>
  Math.max(14, ...options.map(({ label, value }) => (label ?? value).length + 7));

/** One out of a handful that is always the same. */
export function ChoiceField<T extends string>({ label, tooltip, ...field }: Props<T>) {
  const id = useId();
  const { onChange, ...rest } = field;
  return (
    <InlineField label={label} labelWidth="auto" tooltip={tooltip} htmlFor={id}>
      <Combobox
        id={id}
        width="auto"
        minWidth={widthOf(rest.options)}
        maxWidth={60}
        {...rest}
        onChange={(option) => onChange(option.value)}
      />
    </InlineField>
  );
}

/** A record of labels as options, in its order. */
export const optionsOf = <T extends string>(
  labels: Readonly<Record<T, string | { label: string; description?: string }>>,
): ComboboxOption<T>[] =>
  (Object.entries(labels) as [T, string | { label: string; description?: string }][]).map(([value, label]) =>
    typeof label === 'string' ? { value, label } : { value, ...label },
  );
