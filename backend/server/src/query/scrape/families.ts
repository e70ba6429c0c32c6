import { metricCatalog, type MetricSource } from '@jetstream-console/contract';
import { columnOf, isComputed } from '../../metrics/figures';

export const scrapePrefix = 'jetstream_console_';

/** One Prometheus metric: its name below the prefix, its help, and the column of the newest sample that it shows. */
export interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly source: MetricSource;
  readonly column: string;
}

/** Names that say already what they are about are not said twice. */
const about: Readonly<Record<MetricSource, string>> = {
  stream: 'stream_',
  consumer: 'consumer_',
  server: 'server_',
  account: 'account_',
  cluster: 'cluster_',
};
const nameOf = (source: MetricSource, id: string): string => {
  const prefix = about[source];
  return id.startsWith(prefix) ? id : `${prefix}${id}`;
};
/** Prometheus wants base units in names. */
const unitOf: Readonly<Record<string, string>> = {
  bytes: '_bytes',
  s: '_seconds',
  percentunit: '_ratio',
  percent: '_percent',
};

const gauges: Family[] = metricCatalog
  .filter(({ id, kind }) => kind !== 'rate' && !isComputed(id))
  .map(({ id, source, unit, from }) => {
    const name = nameOf(source, id);
    const suffix = unitOf[unit] ?? '';
    return {
      name: suffix === '' || name.endsWith(suffix) ? name : `${name}${suffix}`,
      type: 'gauge',
      help: from,
      source,
      column: columnOf(id),
    };
  });

const counter = (source: MetricSource, name: string, column: string, help: string): Family => ({
  name: `${about[source]}${name}_total`,
  type: 'counter',
  help,
  source,
  column,
});

/** Rates are Prometheus's own business: it gets the counters as the servers say them, and sees their resets. */
const counters: Family[] = [
  counter('stream', 'published', 'last_seq', 'state.last_seq: messages stored since the stream was made'),
  counter(
    'consumer',
    'delivered',
    'delivered_consumer_seq',
    'delivered.consumer_seq: deliveries since the consumer was made, redeliveries included',
  ),
  counter('consumer', 'ack_floor', 'ack_floor_consumer_seq', 'ack_floor.consumer_seq; jumps with out-of-order acks'),
  ...(
    [
      ['slow_consumers', 'statsz.slow_consumers'],
      ['in_msgs', 'statsz.received.msgs'],
      ['out_msgs', 'statsz.sent.msgs'],
      ['in_bytes', 'statsz.received.bytes'],
      ['out_bytes', 'statsz.sent.bytes'],
      ['api_requests', 'jetstream.stats.api.total'],
      ['api_errors', 'jetstream.stats.api.errors'],
    ] as const
  ).map(([name, from]) => counter('server', name, `${name}_total`, `${from}, since the server started`)),
];

export const families: readonly Family[] = [...gauges, ...counters];
export const familiesOf = (source: MetricSource): Family[] => families.filter((family) => family.source === source);
