import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2, type TimeZone } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { ChartLegend } from './ChartLegend';
import { Plot } from './Plot';
import { showValue } from './plotConfig';
import { extent, lastOf, type ChartSeries } from './series';
import type { Charted } from './useChart';
import { useWidth } from './useWidth';

interface Props {
  title: string;
  data: Charted;
  height: number;
  timeZone: TimeZone;
  onRange?: (fromMs: number, toMs: number) => void;
}

/** The chart in words, for those who do not see it. */
export function chartWords(title: string, series: readonly ChartSeries[]): string {
  const lines = series.slice(0, 5).map((line) => {
    const range = extent(line.values);
    return range
      ? `${line.name} ${showValue(lastOf(line.values), line.unit)}, from ${showValue(range.min, line.unit)} to ${showValue(range.max, line.unit)}`
      : `${line.name} unknown`;
  });
  const more = series.length > 5 ? `; and ${series.length - 5} more` : '';
  return `${title}. ${lines.join('; ')}${more}.`;
}

/** Lines, marks and legend. */
export function ChartBody({ title, data, height, timeZone, onRange }: Props) {
  const styles = useStyles2(getStyles);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [ref, width] = useWidth();
  const { series, events, fromMs, toMs } = data;
  return (
    <>
      <div ref={ref} role="img" aria-label={chartWords(title, series)} className={styles.plot} style={{ height }}>
        {width > 0 && (
          <Plot
            series={series}
            hidden={hidden}
            events={events}
            fromMs={fromMs}
            toMs={toMs}
            timeZone={timeZone}
            width={width}
            height={height}
            onRange={onRange}
          />
        )}
      </div>
      <ChartLegend series={series} hidden={hidden} onHidden={setHidden} />
      {events.length > 0 && (
        <details className={styles.events}>
          <summary>{events.length === 1 ? '1 event' : `${events.length} events`}</summary>
          <ul>
            {events.map((event) => (
              <li key={`${event.ms} ${event.title}`}>
                {dateTimeFormat(event.ms, { timeZone })} {event.title}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  plot: css({ minWidth: 0, overflow: 'hidden' }),
  events: css({
    fontSize: theme.typography.bodySmall.fontSize,
    color: theme.colors.text.secondary,
    summary: { cursor: 'pointer' },
    ul: { margin: theme.spacing(0.5, 0, 0, 2) },
  }),
});
