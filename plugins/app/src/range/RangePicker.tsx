import { TimeRangePicker } from '@grafana/ui';
import { pickedRange, pickerValue, shifted, zoomedOut } from './range';
import type { RangeState } from './useRange';

/** Grafana's own time picker, over the range in the URL. */
export function RangePicker({ of: { range, timeZone, setRange, setTimeZone } }: { of: RangeState }) {
  return (
    <TimeRangePicker
      value={pickerValue(range)}
      timeZone={timeZone}
      onChange={(picked) => setRange(pickedRange(picked))}
      onChangeTimeZone={setTimeZone}
      onMoveBackward={() => setRange(shifted(range, -1))}
      onMoveForward={() => setRange(shifted(range, 1))}
      onZoom={() => setRange(zoomedOut(range))}
    />
  );
}
