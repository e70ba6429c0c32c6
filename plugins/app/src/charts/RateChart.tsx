import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { IconButton, LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import { metricOf } from '@jetstream-console/contract';
import { Panel, Quiet } from '../components/parts';
import { Problem } from '../components/States';
import { ChartBody } from './ChartBody';
import { ChartLinks } from './ChartLinks';
import type { AlertDraft } from './links';
import { drawnRange, type ChartRange } from './range';
import { newestMs, type ChartSeries, type Refusal } from './series';
import { useChart, type EventSpec, type MetricSpec } from './useChart';

interface Props {
  title: string;
  /** the lines; those of one unit share an axis */
  specs: readonly MetricSpec[];
  range: ChartRange;
  /** what is marked on the lines */
  events?: EventSpec;
  /** a rule on the first of the specs, to be filled in in Grafana */
  alert?: Omit<AlertDraft, 'range' | 'spec'>;
  height?: number;
  /** how often it is asked again; a range that ends in the past is asked once */
  everyMs?: number;
  timeZone?: string;
  onRange?: (range: ChartRange) => void;
}

const points = 300;
const usualHeight = 180;

/** Where the figures of a chart come from, a line each. */
export const provenanceOf = (specs: readonly MetricSpec[]): string =>
  specs
    .flatMap(({ metric }) => metricOf(metric) ?? [])
    .map(({ name, from }) => `${name}: ${from}.`)
    .join(' ');

/** How new the figures are: a chart that ends in the past looks much like one that does not. */
const freshness = (series: readonly ChartSeries[], timeZone: string): string => {
  const ms = newestMs(series);
  return ms === null ? '' : ` Newest point: ${dateTimeFormat(ms, { timeZone, format: 'YYYY-MM-DD HH:mm:ss' })}.`;
};

function Refused({ refusals }: { refusals: readonly Refusal[] }) {
  const forbidden = refusals.filter(({ status }) => status === 403);
  const failed = refusals.filter(({ status }) => status !== 403);
  return (
    <>
      {forbidden.length > 0 && <Quiet>Your role does not show these figures.</Quiet>}
      {failed.map(({ refId, message }) => (
        <Quiet key={refId}>{message}</Quiet>
      ))}
    </>
  );
}

/** Figures over time, with their source on hover, what happened meanwhile, and the way to Explore and to a rule. */
export function RateChart(props: Props) {
  const { title, specs, range, events, alert, height = usualHeight, timeZone = 'browser', onRange } = props;
  const styles = useStyles2(getStyles);
  const moving = range.to.startsWith('now');
  const chart = useChart({
    specs: specs.map((spec) => ({ fill: 'null', ...spec })),
    events,
    range,
    points,
    everyMs: moving ? (props.everyMs ?? 15_000) : undefined,
  });
  const first = specs[0];
  const { data } = chart;
  return (
    <Panel
      title={title}
      actions={
        <>
          <IconButton
            name="info-circle"
            tooltip={`${provenanceOf(specs)}${freshness(data?.series ?? [], timeZone)}`}
            className={styles.from}
          />
          <ChartLinks title={title} specs={specs} range={range} alert={alert && first && { ...alert, spec: first }} />
        </>
      }
    >
      {chart.isError && (
        <Problem
          error={chart.error}
          retry={() => {
            void chart.refetch();
          }}
        />
      )}
      {data && <Refused refusals={data.refusals} />}
      {data && data.series.length > 0 && (
        <ChartBody
          title={title}
          data={data}
          height={height}
          timeZone={timeZone}
          onRange={onRange && ((fromMs, toMs) => onRange(drawnRange(fromMs, toMs)))}
        />
      )}
      {data && data.series.length === 0 && data.refusals.length === 0 && (
        <div className={styles.blank} style={{ height }}>
          <Quiet>No samples in this time.</Quiet>
        </div>
      )}
      {!data && !chart.isError && (
        <div className={styles.blank} style={{ height }}>
          <LoadingPlaceholder text={`Loading ${title}`} />
        </div>
      )}
    </Panel>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  from: css({ color: theme.colors.text.secondary }),
  blank: css({ display: 'grid', placeItems: 'center' }),
});
