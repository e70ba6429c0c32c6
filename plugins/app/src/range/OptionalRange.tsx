import { dateTime, type TimeRange } from '@grafana/data';
import { TimeRangeInput } from '@grafana/ui';
import type { ChartRange } from '../charts';
import { pickedRange, pickerValue, rangeOf } from './range';

const never = dateTime(null);
const none: TimeRange = { from: never, to: never, raw: { from: never, to: never } };

interface Props {
  /** null: any time */
  readonly range: ChartRange | null;
  readonly onChange: (range: ChartRange | null) => void;
}

/** Grafana's time picker for lists that are about any time unless somebody chooses one. */
export function OptionalRange({ range, onChange }: Props) {
  return (
    <TimeRangeInput
      clearable
      showIcon
      placeholder="Any time"
      value={range === null ? none : pickerValue(range)}
      onChange={(picked) => {
        const { from, to } = pickedRange(picked);
        onChange(rangeOf(from, to));
      }}
    />
  );
}
