import type { TimeZone } from '@grafana/data';
import { TooltipPlugin2, UPlotChart, useTheme2 } from '@grafana/ui';
import { useMemo } from 'react';
import { plotConfig } from './plotConfig';
import { PlotTooltip } from './PlotTooltip';
import { align, type ChartEvent, type ChartSeries } from './series';

interface Props {
  series: readonly ChartSeries[];
  hidden: ReadonlySet<string>;
  events: readonly ChartEvent[];
  fromMs: number;
  toMs: number;
  timeZone: TimeZone;
  width: number;
  height: number;
  /** somebody drew a range on the chart */
  onRange?: (fromMs: number, toMs: number) => void;
}

/** All lines at the pointer: `TooltipHoverMode.xAll`, a const enum that no build can import. */
const allLines = 1;
/** Events this near to the pointer are named, as a share of the width. */
const near = 0.01;

/** The drawn part of a chart, in the way that Grafana's own panels draw. */
export function Plot({ series, hidden, events, fromMs, toMs, timeZone, width, height, onRange }: Props) {
  const theme = useTheme2();
  const data = useMemo(() => align(series), [series]);
  const config = useMemo(
    () => plotConfig({ series, hidden, events, theme, timeZone, fromMs, toMs }),
    [series, hidden, events, theme, timeZone, fromMs, toMs],
  );
  return (
    <UPlotChart data={data} config={config} width={width} height={height}>
      <TooltipPlugin2
        config={config}
        hoverMode={allLines}
        queryZoom={onRange && (({ from, to }) => onRange(from, to))}
        render={(_, dataIdxs) => {
          const at = dataIdxs.find((i) => i !== null);
          const ms = at === undefined || at === null ? undefined : data[0][at];
          if (ms === undefined) return null;
          const rows = series.flatMap((line, place) => {
            const i = dataIdxs[place + 1];
            return hidden.has(line.id) || i === null || i === undefined
              ? []
              : [{ line, place, value: data[place + 1]?.[i] as number | null | undefined }];
          });
          const close = events.filter((event) => Math.abs(event.ms - ms) <= (toMs - fromMs) * near);
          return <PlotTooltip ms={ms} timeZone={timeZone} rows={rows} events={close} />;
        }}
      />
    </UPlotChart>
  );
}
