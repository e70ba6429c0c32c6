import { RateChart } from '../../charts';
import { ChartGrid } from '../../figures/ChartGrid';
import { marks, ofConsumer, propose } from '../../figures/specs';
import type { RangeState } from '../../range/useRange';

interface Props {
  readonly clusterId: string;
  readonly stream: string;
  readonly consumer: string;
  readonly kind: 'pull' | 'push';
  readonly range: RangeState;
}

/** How it went: what waits, what moves, what is out. */
export function ConsumerCharts({ kind, range: { range, timeZone, setRange }, ...about }: Props) {
  const { clusterId, consumer } = about;
  const shared = { range, timeZone, onRange: setRange, events: marks(about) };
  return (
    <ChartGrid clusterId={clusterId}>
      <RateChart
        {...shared}
        title="Lag and backlog"
        specs={[ofConsumer('lag', about), ofConsumer('backlog', about)]}
        alert={propose({ name: `${consumer} falls behind`, when: 'above', value: 1000, for: '10m' })}
      />
      <RateChart
        {...shared}
        title="Delivered and acknowledged"
        specs={[ofConsumer('delivered', about), ofConsumer('ack_floor_advance', about)]}
        alert={propose({
          name: `${consumer} delivers nothing`,
          when: 'below',
          value: 0.001,
          for: '10m',
          description: 'Nothing was delivered in this time. That is a fault only while messages wait.',
        })}
      />
      <RateChart
        {...shared}
        title={kind === 'pull' ? 'Unacknowledged, redelivered, waiting pulls' : 'Unacknowledged, redelivered'}
        specs={[
          ofConsumer('ack_pending', about),
          ofConsumer('redelivered', about),
          ...(kind === 'pull' ? [ofConsumer('waiting', about)] : []),
        ]}
      />
      <RateChart
        {...shared}
        title="Use of max ack pending"
        specs={[ofConsumer('ack_use', about)]}
        alert={propose({
          name: `${consumer} has nearly as many unacknowledged messages as it may`,
          when: 'above',
          value: 0.8,
          for: '2m',
          severity: 'critical',
          description: 'At 100 % nothing more is delivered until something is acknowledged.',
        })}
      />
    </ChartGrid>
  );
}
