import { RateChart } from '../../charts';
import { ChartGrid } from '../../figures/ChartGrid';
import { marks, metric, ofStream, propose } from '../../figures/specs';
import type { RangeState } from '../../range/useRange';

interface Props {
  readonly clusterId: string;
  readonly stream: string;
  readonly limited: boolean;
  /** whether I may see its consumers */
  readonly consumers: boolean;
  readonly range: RangeState;
}

/** Lines that can still be told apart. */
const mostConsumers = 8;

/** How it went: what came in, how it grew, who fell behind, and what happened meanwhile. */
export function StreamCharts({ clusterId, stream, limited, consumers, range: { range, timeZone, setRange } }: Props) {
  const about = { clusterId, stream };
  const shared = { range, timeZone, onRange: setRange, events: marks(about) };
  return (
    <ChartGrid clusterId={clusterId}>
      <RateChart
        {...shared}
        title="Publish rate"
        specs={[ofStream('published', about)]}
        alert={propose({
          name: `Nothing is published to ${stream}`,
          when: 'below',
          value: 0.001,
          for: '15m',
          description: 'No message was stored in this time: look at the applications that publish.',
        })}
      />
      {limited ? (
        <RateChart
          {...shared}
          title="Use of its limit"
          specs={[ofStream('limit_use', about)]}
          alert={propose({ name: `${stream} is near its limit`, when: 'above', value: 0.8 })}
        />
      ) : (
        <RateChart {...shared} title="Size" specs={[ofStream('bytes', about)]} />
      )}
      <RateChart
        {...shared}
        title="Growth"
        specs={[ofStream('bytes_growth', about)]}
        alert={propose({ name: `${stream} grows fast`, when: 'above', value: 1024 * 1024, for: '15m' })}
      />
      {consumers && (
        <RateChart
          {...shared}
          title="Lag of its consumers"
          specs={[metric('lag', about, ['cluster', 'stream', 'consumer'], { top: mostConsumers })]}
          alert={propose({
            name: `Consumers of ${stream} fall behind`,
            when: 'above',
            value: 1000,
            for: '10m',
            description: 'More is published than it reads: run more instances, or fetch larger batches.',
          })}
        />
      )}
    </ChartGrid>
  );
}
