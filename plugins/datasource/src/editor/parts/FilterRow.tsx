import { Button, Combobox, InlineField, MultiCombobox } from '@grafana/ui';
import { useId } from 'react';
import type { JetStreamDataSource } from '../../datasource';
import { dimensionLabels, filterOpLabels } from '../../labels';
import type { Dimension, Filter } from '../../types';
import { optionsOf } from './ChoiceField';
import { EditorRow } from './EditorRow';
import { HiddenLabel } from './HiddenLabel';
import { onlyConcrete, useValueOptions } from './options';

interface Props {
  datasource: JetStreamDataSource;
  filter: Filter;
  dimensions: readonly Dimension[];
  clusters: readonly string[] | undefined;
  /** the other filters, which narrow what is suggested */
  beside: readonly Filter[];
  onChange: (filter: Filter) => void;
  onRemove: () => void;
}

const positive = (beside: readonly Filter[], field: Dimension) =>
  onlyConcrete(beside.find((filter) => filter.field === field && filter.op === '=')?.values);

/** One condition: of what, how, and which values. Globs (`ORDERS*`) with "matches". */
export function FilterRow({ datasource, filter, dimensions, clusters, beside, onChange, onRemove }: Props) {
  const id = useId();
  const load = useValueOptions(datasource, {
    of: filter.field,
    cluster: filter.field === 'cluster' ? undefined : (positive(beside, 'cluster') ?? onlyConcrete(clusters)),
    stream: filter.field === 'consumer' ? positive(beside, 'stream') : undefined,
  });
  const name = dimensionLabels[filter.field];
  return (
    <EditorRow>
      <InlineField
        label="Where"
        labelWidth="auto"
        htmlFor={id}
        tooltip="With “matches”, * stands for any text: ORDERS*."
      >
        <Combobox
          id={id}
          width={16}
          options={dimensions.map((value) => ({ value, label: dimensionLabels[value] }))}
          value={{ value: filter.field, label: name }}
          onChange={({ value }) => onChange({ ...filter, field: value, values: [] })}
        />
      </InlineField>
      <HiddenLabel id={`${id}-op`}>{`How ${name} compares`}</HiddenLabel>
      <Combobox
        aria-labelledby={`${id}-op`}
        width={18}
        options={optionsOf(filterOpLabels)}
        value={filter.op}
        onChange={({ value }) => onChange({ ...filter, op: value })}
      />
      <HiddenLabel id={`${id}-values`}>{`Values of ${name}`}</HiddenLabel>
      <MultiCombobox
        aria-labelledby={`${id}-values`}
        width="auto"
        minWidth={20}
        maxWidth={60}
        createCustomValue
        placeholder="Choose or type"
        options={load}
        value={filter.values.map((value) => ({ value, label: value }))}
        onChange={(options) => onChange({ ...filter, values: options.map(({ value }) => value) })}
      />
      <Button variant="secondary" icon="times" aria-label={`Remove the filter on ${name}`} onClick={onRemove} />
    </EditorRow>
  );
}
