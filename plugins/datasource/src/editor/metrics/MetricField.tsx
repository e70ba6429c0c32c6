import { Combobox, InlineField, type ComboboxOption } from '@grafana/ui';
import { metricCatalog, metricOf } from '@jetstream-console/contract';
import { useId } from 'react';
import { metricSourceLabels } from '../../labels';

export const metricOptions: ComboboxOption<string>[] = metricCatalog.map(({ id, name, source, from }) => ({
  value: id,
  label: name,
  description: from,
  group: metricSourceLabels[source],
}));

/** The metric with its unit, and under the question mark what it means and where it comes from. */
export function MetricField({ value, onChange }: { value: string; onChange: (metric: string) => void }) {
  const id = useId();
  const metric = metricOf(value);
  const known = metric
    ? { value, label: `${metricSourceLabels[metric.source]}: ${metric.name}` }
    : { value, label: value };
  return (
    <InlineField
      label="Metric"
      labelWidth="auto"
      htmlFor={id}
      tooltip={
        metric
          ? `${metric.name}, in ${metric.unit}: ${metric.from}.`
          : 'What to show; each tells where its figure comes from.'
      }
    >
      <Combobox
        id={id}
        width="auto"
        minWidth={28}
        maxWidth={60}
        createCustomValue
        placeholder="Choose a metric"
        options={metricOptions}
        value={value === '' ? null : known}
        onChange={(option) => onChange(option.value)}
      />
    </InlineField>
  );
}
