import { metricOf } from '@jetstream-console/contract';
import { aggregateLabels, fillLabels, forecastLabels, formatLabels } from '../../labels';
import { ChoiceField, optionsOf } from '../parts/ChoiceField';
import { CommitInput, numberOrNull, wholeNumber } from '../parts/CommitInput';
import { EditorRow } from '../parts/EditorRow';
import type { SpecEditorProps } from '../props';

type Props = Pick<SpecEditorProps<'metrics'>, 'spec' | 'onPatch'>;

/** How the series of a group become one, and how many of them are shown. */
export function CalculationFields({ spec, onPatch }: Props) {
  return (
    <EditorRow>
      <ChoiceField
        label="Together as"
        tooltip="How the series that fall into one group become one. A rate stays what happened over what time passed."
        value={spec.aggregate ?? 'sum'}
        options={optionsOf(aggregateLabels)}
        onChange={(aggregate) => onPatch({ aggregate })}
      />
      <CommitInput
        label="Top"
        tooltip="Only the series with the largest last value."
        placeholder="all"
        type="number"
        width={10}
        value={spec.top ? String(spec.top) : ''}
        check={wholeNumber(1, 500)}
        onCommit={(text) => onPatch({ top: numberOrNull(text) })}
      />
      <ChoiceField
        label="Without samples"
        tooltip="What a bucket shows in which nothing was sampled."
        value={spec.fill ?? 'none'}
        options={optionsOf(fillLabels)}
        onChange={(fill) => onPatch({ fill })}
      />
      <CommitInput
        label="Step at least"
        tooltip="No bucket is smaller than this many seconds."
        placeholder="auto"
        type="number"
        width={10}
        value={spec.minStepSeconds ? String(spec.minStepSeconds) : ''}
        check={wholeNumber(1, 86_400)}
        onCommit={(text) => onPatch({ minStepSeconds: numberOrNull(text) })}
      />
      <FormatFields spec={spec} onPatch={onPatch} />
    </EditorRow>
  );
}

/** A forecast belongs to what it foretells: streams meet limits, consumers catch up. */
const forecastOf = (metric: string): 'to_limit' | 'drain' | undefined => {
  const source = metricOf(metric)?.source;
  return source === 'stream' ? 'to_limit' : source === 'consumer' ? 'drain' : undefined;
};

function FormatFields({ spec, onPatch }: Props) {
  const possible = forecastOf(spec.metric);
  return (
    <>
      <ChoiceField
        label="As"
        tooltip="Series for graphs, one row a group for tables and alert rules."
        value={spec.format ?? 'series'}
        options={optionsOf(formatLabels)}
        onChange={(format) => onPatch({ format })}
      />
      {possible && (
        <ChoiceField
          label="Forecast"
          tooltip="Instead of the figure: the seconds that are left at the pace of the time range."
          value={spec.forecast ?? 'none'}
          options={[
            { value: 'none', label: 'No' },
            { value: possible, label: forecastLabels[possible] },
          ]}
          onChange={(forecast) => onPatch({ forecast: forecast === 'none' ? null : forecast })}
        />
      )}
    </>
  );
}
