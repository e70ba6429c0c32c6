import {
  formattedValueToString,
  getValueFormat,
  type DecimalCount,
  type GrafanaTheme2,
  type TimeZone,
} from '@grafana/data';
import { AxisPlacement, GraphDrawStyle, ScaleDirection, ScaleOrientation, VisibilityMode } from '@grafana/schema';
import { UPlotConfigBuilder } from '@grafana/ui';
import { sizeSideAxes } from './axisSize';
import type { ChartEvent, ChartSeries } from './series';

interface Plot {
  readonly series: readonly ChartSeries[];
  /** ids of lines that are not drawn */
  readonly hidden: ReadonlySet<string>;
  readonly events: readonly ChartEvent[];
  readonly theme: GrafanaTheme2;
  readonly timeZone: TimeZone;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Grafana writes counts per second as `c/s`, which nobody here calls messages or requests by. */
const inUnit = (value: number, unit: string, decimals?: DecimalCount): string =>
  unit === 'cps'
    ? `${formattedValueToString(getValueFormat('short')(value, decimals))}/s`
    : formattedValueToString(getValueFormat(unit)(value, decimals));

export const showValue = (value: number | null | undefined, unit: string): string =>
  value === null || value === undefined ? '–' : inUnit(value, unit);

/** A colour by place: the same line keeps its colour while others come and go below it. */
export const colorOf = (theme: GrafanaTheme2, i: number): string => {
  const palette = theme.visualization.palette;
  return theme.visualization.getColorByName(palette[i % palette.length] ?? 'blue');
};

/** px, as Grafana's axes have it (its constant is not exported) */
const axisFontSize = 12;

const severityColor = (theme: GrafanaTheme2, severity: string): string =>
  severity === 'critical'
    ? theme.colors.error.main
    : severity === 'warning'
      ? theme.colors.warning.main
      : theme.colors.text.secondary;

const isZero = (series: readonly ChartSeries[], unit: string): boolean =>
  series.every((line) => line.unit !== unit || line.values.every((value) => value === null || value === 0));

/** What uPlot is told: time along the bottom, an axis a unit, a line a series, and a mark an event. */
export function plotConfig({ series, hidden, events, theme, timeZone, fromMs, toMs }: Plot): UPlotConfigBuilder {
  const builder = new UPlotConfigBuilder(timeZone);
  builder.setCursor({ drag: { x: true, y: false, setScale: false }, points: { size: 6 } });
  builder.addScale({
    scaleKey: 'x',
    orientation: ScaleOrientation.Horizontal,
    direction: ScaleDirection.Right,
    isTime: true,
    range: () => [fromMs, toMs],
  });
  builder.addAxis({ scaleKey: 'x', isTime: true, placement: AxisPlacement.Bottom, timeZone, theme });
  for (const [i, unit] of [...new Set(series.map((line) => line.unit))].entries()) {
    builder.addScale({
      scaleKey: unit,
      orientation: ScaleOrientation.Vertical,
      direction: ScaleDirection.Up,
      // Figures are shares of something that can be nothing: an axis that starts elsewhere exaggerates.
      softMin: 0,
      // A share is seen against the whole, and nothing but zeros is no hundred.
      softMax: unit === 'percentunit' || isZero(series, unit) ? 1 : undefined,
    });
    builder.addAxis({
      scaleKey: unit,
      placement: i === 0 ? AxisPlacement.Left : AxisPlacement.Right,
      theme,
      formatValue: (value: number, decimals?: DecimalCount) => inUnit(value, unit, decimals),
      grid: { show: i === 0 },
    });
  }
  series.forEach((line, i) =>
    builder.addSeries({
      scaleKey: line.unit,
      theme,
      drawStyle: GraphDrawStyle.Line,
      lineColor: colorOf(theme, i),
      lineWidth: 1.5,
      fillOpacity: series.length === 1 ? 12 : 0,
      showPoints: VisibilityMode.Auto,
      pointColor: colorOf(theme, i),
      pointSize: 4,
      spanNulls: false,
      show: !hidden.has(line.id),
    }),
  );
  builder.addHook('init', (u) => sizeSideAxes(u, `${axisFontSize}px ${theme.typography.fontFamily}`));
  builder.addHook('draw', (u) => {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.setLineDash([4, 3]);
    ctx.lineWidth = 1;
    for (const { ms, severity } of events) {
      if (ms < fromMs || ms > toMs) continue;
      const x = Math.round(u.valToPos(ms, 'x', true)) + 0.5;
      ctx.strokeStyle = severityColor(theme, severity);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  });
  return builder;
}
