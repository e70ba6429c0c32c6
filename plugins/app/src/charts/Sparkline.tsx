import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { showValue } from './plotConfig';
import { extent, lastOf, type ChartSeries } from './series';

interface Props {
  /** what the line shows, for those who do not see it */
  name: string;
  line: Pick<ChartSeries, 'times' | 'values' | 'unit'> | undefined;
  width?: number;
  height?: number;
}

/** Runs of known points: a gap is a gap. Rates and counts start at zero, so that two rows compare. */
export function sparklinePath(
  times: readonly number[],
  values: readonly (number | null)[],
  width: number,
  height: number,
): string {
  const range = extent(values);
  const [first, last] = [times[0], times[times.length - 1]];
  if (!range || first === undefined || last === undefined) return '';
  const low = Math.min(0, range.min);
  const high = Math.max(range.max, low + Number.EPSILON);
  const pad = 1;
  const x = (time: number) =>
    last === first ? width / 2 : pad + ((time - first) / (last - first)) * (width - 2 * pad);
  const y = (value: number) => height - pad - ((value - low) / (high - low)) * (height - 2 * pad);
  let open = false;
  return values
    .flatMap((value, i) => {
      if (value === null) {
        open = false;
        return [];
      }
      const step = `${open ? 'L' : 'M'}${x(times[i] ?? first).toFixed(1)} ${y(value).toFixed(1)}`;
      // A point by itself is a line of no length: round ends make it a dot.
      const alone = !open && (values[i + 1] ?? null) === null;
      open = true;
      return [alone ? `${step}h0` : step];
    })
    .join('');
}

/** A row's course over time, small enough for a table; the figures are in its name and on hover. */
export function Sparkline({ name, line, width = 96, height = 24 }: Props) {
  const styles = useStyles2(getStyles);
  const range = line ? extent(line.values) : null;
  if (!line || !range) return <span className={styles.none}>–</span>;
  const show = (value: number | null) => (value === null ? 'unknown' : showValue(value, line.unit));
  const words = `${name}: ${show(lastOf(line.values))} now, from ${show(range.min)} to ${show(range.max)}`;
  return (
    <svg role="img" aria-label={words} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
      <title>{words}</title>
      <line className={styles.ground} x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} />
      <path className={styles.line} d={sparklinePath(line.times, line.values, width, height)} />
    </svg>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({
    fill: 'none',
    stroke: theme.colors.primary.text,
    strokeWidth: 1.5,
    strokeLinecap: 'round',
    strokeLinejoin: 'round',
  }),
  /** where zero is: a steady line says nothing without it */
  ground: css({ stroke: theme.colors.border.medium, strokeWidth: 1 }),
  none: css({ color: theme.colors.text.secondary }),
});
