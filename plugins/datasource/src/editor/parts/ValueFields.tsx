import { Combobox, InlineField, MultiCombobox } from '@grafana/ui';
import { useId } from 'react';
import type { LoadOptions } from './options';

interface Shared {
  label: string;
  tooltip?: string;
  placeholder?: string;
  load: LoadOptions;
}

/** One name out of those that the console has; any other text, a variable for one, can be typed. */
export function ValueField({
  label,
  tooltip,
  placeholder,
  load,
  value,
  onChange,
}: Shared & { value: string; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <InlineField label={label} labelWidth="auto" tooltip={tooltip} htmlFor={id}>
      <Combobox
        id={id}
        width="auto"
        minWidth={20}
        maxWidth={50}
        isClearable
        createCustomValue
        placeholder={placeholder}
        options={load}
        value={value === '' ? null : { value, label: value }}
        onChange={(option) => onChange(option?.value ?? '')}
      />
    </InlineField>
  );
}

export function ValuesField({
  label,
  tooltip,
  placeholder,
  load,
  values,
  onChange,
}: Shared & { values: readonly string[]; onChange: (values: string[]) => void }) {
  const id = useId();
  return (
    <InlineField label={label} labelWidth="auto" tooltip={tooltip} htmlFor={id}>
      <MultiCombobox
        id={id}
        width="auto"
        minWidth={20}
        maxWidth={60}
        isClearable
        createCustomValue
        placeholder={placeholder}
        options={load}
        value={values.map((value) => ({ value, label: value }))}
        onChange={(options) => onChange(options.map((option) => option.value))}
      />
    </InlineField>
  );
}
