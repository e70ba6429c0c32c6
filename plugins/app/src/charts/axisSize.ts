import type uPlot from 'uplot';

/** The part of a drawing context that measures. */
export type Ruler = Pick<CanvasRenderingContext2D, 'font' | 'measureText'>;

/** Of a chart's width: a label longer than this is cut, or there would be no chart. */
const mostOfWidth = 0.4;

/**
 * Room for the labels of an axis at the side. Grafana measures them in Inter alone and draws them in Inter or whatever
 * stands behind it in the font list: where Inter is not there, or not there yet, labels came out cut off. Measured
 * here in the very font that draws them.
 * @param font as CSS writes it: size and list of families
 */
export function sideAxisSize(
  ruler: Ruler,
  font: string,
  axis: { readonly tickSize: number; readonly gap: number },
  chartWidth: number,
  labels: readonly (string | null)[] | null,
): number {
  if (ruler.font !== font) ruler.font = font;
  const widest = Math.max(0, ...(labels ?? []).map((label) => (label === null ? 0 : ruler.measureText(label).width)));
  return Math.ceil(axis.tickSize + axis.gap + Math.min(chartWidth * mostOfWidth, widest));
}

let shared: CanvasRenderingContext2D | null = null;
const rulerOf = (): Ruler | null => (shared ??= document.createElement('canvas').getContext('2d'));

/** Sides of uPlot that its labels stand beside: 1 is right, 3 is left. */
const atSide = (axis: uPlot.Axis): boolean => axis.side === 1 || axis.side === 3;

/** Lets a chart that was just made size its side axes by `sideAxisSize`. */
export function sizeSideAxes(chart: uPlot, font: string): void {
  for (const axis of chart.axes) {
    if (!atSide(axis)) continue;
    axis.size = (self, labels) => {
      const ruler = rulerOf();
      const room = { tickSize: axis.ticks?.size ?? 0, gap: axis.gap ?? 0 };
      // Without a canvas nothing is drawn either.
      return ruler ? sideAxisSize(ruler, font, room, self.width, labels) : room.tickSize + room.gap;
    };
  }
}
