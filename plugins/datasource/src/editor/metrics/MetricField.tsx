import { Combobox, InlineField, type ComboboxOption } from '@grafana/ui';
import { metricCatalog, metricOf, type Metric } from '@jetstream-console/contract';
import { useId } from 'react';
import { metricSourceLabels, unitLabel } from '../../labels';

const nameOf = ({ name, source }: Metric) => `${name} (${metricSourceLabels[source].toLowerCase()})`;

export const metricOptions: ComboboxOption<string>[] = metricCatalog.map((metric) => ({
  value: metric.id,
  label: nameOf(metric),
  description: `${unitLabel(metric.unit)}: ${metric.from}`,
  group: metricSourceLabels[metric.source],
}));

/** The metric with its unit, and under the question mark what it means and where it comes from. */
export function MetricField({ value, onChange }: { value: string; onChange: (metric: string) => void }) {
  const id = useId();
  const metric = metricOf(value);
  const known = { value, label: metric ? nameOf(metric) : value };
  return (
    <InlineField
      label="Metric"
      labelWidth="auto"
      htmlFor={id}
      tooltip={
        metric
          ? `${metric.name}, ${unitLabel(metric.unit)}: ${metric.from}.`
          : 'What to show; each tells where its figure comes from.'
      }
    >
      <Combobox
        id={id}
        width="auto"
        minWidth={22}
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
