import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2, type TimeZone } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { colorOf, showValue } from './plotConfig';
import type { ChartEvent, ChartSeries } from './series';

interface Props {
  ms: number;
  timeZone: TimeZone;
  rows: readonly { line: ChartSeries; place: number; value: number | null | undefined }[];
  events: readonly ChartEvent[];
}

/** How many lines a tooltip names before it is taller than what it explains. */
const shown = 12;

/** What every line was at a moment, the largest first, and what happened then. */
export function PlotTooltip({ ms, timeZone, rows, events }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const known = rows.filter(({ value }) => value !== undefined);
  const ordered = [...known].sort((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity));
  return (
    <div className={styles.tip}>
      <strong>{dateTimeFormat(ms, { timeZone, format: 'YYYY-MM-DD HH:mm:ss' })}</strong>
      {ordered.slice(0, shown).map(({ line, place, value }) => (
        <div key={line.id} className={styles.row}>
          <span className={styles.dot} style={{ background: colorOf(theme, place) }} />
          <span className={styles.name}>{line.name}</span>
          <span>{value === null ? 'unknown' : showValue(value, line.unit)}</span>
        </div>
      ))}
      {ordered.length > shown && <span className={styles.more}>and {ordered.length - shown} more</span>}
      {events.map((event) => (
        <div key={`${event.ms} ${event.title}`} className={styles.event}>
          {event.title}
        </div>
      ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tip: css({ padding: theme.spacing(1), display: 'grid', gap: theme.spacing(0.25), maxWidth: theme.spacing(50) }),
  row: css({ display: 'flex', gap: theme.spacing(1), alignItems: 'center', fontVariantNumeric: 'tabular-nums' }),
  name: css({ flex: 1, overflowWrap: 'anywhere' }),
  dot: css({
    width: theme.spacing(1),
    height: theme.spacing(0.5),
    borderRadius: theme.shape.radius.pill,
    flex: 'none',
  }),
  more: css({ color: theme.colors.text.secondary }),
  event: css({ borderTop: `1px dashed ${theme.colors.border.medium}`, paddingTop: theme.spacing(0.25) }),
});
