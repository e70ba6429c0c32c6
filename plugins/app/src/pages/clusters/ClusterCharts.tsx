import { RateChart } from '../../charts';
import { ChartGrid } from '../../figures/ChartGrid';
import { marks, metric, ofCluster, ofServer, propose } from '../../figures/specs';
import type { RangeState } from '../../range/useRange';

interface Props {
  readonly clusterId: string;
  /** whether all servers are known; else only what the own account shows */
  readonly servers: boolean;
  readonly range: RangeState;
}

/** How it went: load of the servers, storage, the JetStream API, and what the console itself asks of them. */
export function ClusterCharts({ clusterId, servers, range: { range, timeZone, setRange } }: Props) {
  const about = { clusterId };
  const shared = { range, timeZone, onRange: setRange, events: marks(about) };
  /** Of all servers together: six lines of three servers cannot be told apart. */
  const sumOf = (...ids: string[]) => ids.map((id) => metric(id, about, ['cluster'], { aggregate: 'sum' }));
  return (
    <ChartGrid clusterId={clusterId}>
      <RateChart
        {...shared}
        title="Publish rate"
        specs={sumOf('published').map((spec) => ({ ...spec, accounts: 'all' }))}
      />
      {servers && (
        <>
          <RateChart
            {...shared}
            title="CPU"
            specs={[ofServer('cpu', about)]}
            alert={propose({ name: 'A NATS server is out of CPU', when: 'above', value: 90 })}
          />
          <RateChart
            {...shared}
            title="Memory"
            specs={[ofServer('memory', about)]}
            alert={propose({ name: 'A NATS server uses much memory', when: 'above', value: 4 * 1024 ** 3 })}
          />
          <RateChart
            {...shared}
            title="Connections"
            specs={[ofServer('connections', about)]}
            alert={propose({ name: 'Nobody is connected to a NATS server', when: 'below', value: 1 })}
          />
          <RateChart {...shared} title="Messages in and out" specs={sumOf('in_msgs', 'out_msgs')} />
          <RateChart {...shared} title="Bytes in and out" specs={sumOf('in_bytes', 'out_bytes')} />
          <RateChart
            {...shared}
            title="Use of JetStream storage"
            specs={[ofServer('js_storage_use', about)]}
            alert={propose({
              name: 'JetStream storage of a server is nearly used up',
              when: 'above',
              value: 0.75,
            })}
          />
          <RateChart {...shared} title="JetStream API" specs={sumOf('api_requests', 'api_errors')} />
        </>
      )}
      {!servers && (
        <RateChart
          {...shared}
          title="Storage of the account"
          specs={[metric('account_storage', about, ['cluster', 'account'])]}
        />
      )}
      <RateChart
        {...shared}
        title="The console’s own load"
        specs={[ofCluster('own_requests', about), ofCluster('own_bytes', about)]}
      />
      <RateChart
        {...shared}
        title="Age of the data, and how long collecting takes"
        specs={[ofCluster('age', about), ofCluster('collect_duration', about)]}
        alert={propose({
          name: 'The console’s figures are old',
          when: 'above',
          value: 120,
          description: 'The cluster cannot be reached, or the console’s worker does not run.',
        })}
      />
    </ChartGrid>
  );
}
