import { InlineField, MultiCombobox } from '@grafana/ui';
import { useId } from 'react';
import { dimensionLabels } from '../../labels';
import type { Dimension } from '../../types';

interface Props {
  value: readonly Dimension[];
  dimensions: readonly Dimension[];
  onChange: (value: Dimension[]) => void;
}

/** One series for each of these; one for all where empty. */
export function GroupByField({ value, dimensions, onChange }: Props) {
  const id = useId();
  return (
    <InlineField
      label="Group by"
      labelWidth="auto"
      htmlFor={id}
      tooltip="One series for each; empty makes one series of all."
    >
      <MultiCombobox
        id={id}
        width="auto"
        minWidth={26}
        maxWidth={60}
        isClearable
        placeholder="One series of all"
        options={dimensions.map((dimension) => ({ value: dimension, label: dimensionLabels[dimension] }))}
        value={[...value]}
        onChange={(options) => onChange(options.map((option) => option.value))}
      />
    </InlineField>
  );
}
