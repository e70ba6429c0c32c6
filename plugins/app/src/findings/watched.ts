import { dimensionsOf, metricOf } from '@jetstream-console/contract';
import type { EventSpec, MetricSpec } from '../charts';
import { metric, propose, type Proposal } from '../figures/specs';
import type { Finding } from './grouping';

/** The figure behind a rule of the console, and the threshold that a rule of Grafana would have. */
interface Watched {
  readonly metric: string;
  readonly when?: 'above' | 'below';
  readonly value?: number;
  readonly for?: string;
}
/** Rules that rest on advisories have no figure, but events to look at. */
interface WatchedEvents {
  readonly events: readonly string[];
}

const above = (id: string, value: number, hold = '5m'): Watched => ({ metric: id, when: 'above', value, for: hold });
const below = (id: string, value: number, hold = '5m'): Watched => ({ metric: id, when: 'below', value, for: hold });

/** By rule; the thresholds are the rules' own. null: nothing of it is kept over time. */
export const watched: Readonly<Record<string, Watched | WatchedEvents | null>> = {
  cluster_unreachable: below('reachable', 1, '2m'),
  data_stale: above('age', 120),
  meta_no_leader: below('meta_leader', 1, '1m'),
  meta_offline_peers: { metric: 'servers' },
  meta_even_size: { metric: 'meta_size' },
  cluster_fewer_servers: { metric: 'servers' },
  collection_slow: above('collect_duration', 10),
  account_storage: above('account_storage_use', 0.75),
  account_memory: { metric: 'account_memory' },
  account_streams: above('account_streams_use', 0.8),
  account_consumers: { metric: 'account_consumers' },
  dead_letters: { events: ['max_deliver', 'terminated'] },
  api_limit_reached: { events: ['api_limit_reached'] },
  server_out_of_space: { events: ['server_out_of_space'] },
  quorum_lost: { events: ['stream_quorum_lost', 'consumer_quorum_lost'] },
  server_missing: { metric: 'uptime' },
  server_cpu: above('cpu', 90),
  server_memory: { metric: 'memory' },
  server_storage: above('js_storage_use', 0.75),
  server_js_memory: above('js_memory_use', 0.75),
  server_reserved: { metric: 'js_storage_use' },
  server_slow_consumers: above('slow_consumers', 0, '1m'),
  server_ha_assets: above('ha_assets', 1000),
  cluster_version_mix: null,
  server_restarted: below('uptime', 600, '1m'),
  server_api_pressure: above('meta_pending', 500, '1m'),
  server_api_errors: above('api_errors', 0.17),
  stream_leaderless: above('leaderless', 0, '1m'),
  stream_unknown: above('unknown', 0),
  stream_near_limit: above('limit_use', 0.8),
  stream_limit_eta: above('limit_use', 0.8),
  stream_consumer_limit: { metric: 'consumers' },
  stream_many_subjects: above('subjects', 1_000_000),
  stream_replicas_behind: above('replicas_behind', 0),
  stream_source_lag: above('source_lag', 1000),
  stream_even_replicas: null,
  stream_idle_replicated: above('last_message_age', 30 * 86_400),
  consumer_stuck: above('stalled', 0),
  consumer_no_subscriber: above('stalled', 0),
  consumer_push_unbound: above('stalled', 0),
  consumer_ack_saturated: above('ack_use', 0.8, '2m'),
  consumer_stalled_acks: above('stalled', 0),
  consumer_redelivery: above('redelivered', 0),
  consumer_idle_push: above('idle', 600),
  consumer_falling_behind: above('lag', 1000, '10m'),
  consumer_loss_risk: { metric: 'lag' },
  consumer_leaderless: above('consumer_leaderless', 0, '1m'),
  consumer_unknown: above('consumer_unknown', 0),
  consumer_paused: above('paused', 0),
  consumer_leak: { metric: 'consumers' },
};

export interface Watch {
  readonly spec: MetricSpec | EventSpec;
  readonly alert: { readonly spec: MetricSpec; readonly proposal: Proposal } | null;
}

/** The history behind a finding, and the rule that would have told of it; null where neither is kept. */
export function watchOf({ rule, title, cure, severity, cluster, subject }: Finding): Watch | null {
  const behind = watched[rule];
  if (!behind) return null;
  const account = subject.account === null ? {} : { accounts: 'all' as const };
  if ('events' in behind)
    return {
      spec: {
        kind: 'events',
        of: ['advisories'],
        clusters: [cluster.id],
        types: [...behind.events],
        accounts: 'own',
        ...account,
        ...(subject.stream !== null && { stream: subject.stream }),
        ...(subject.consumer !== null && { consumer: subject.consumer }),
      },
      alert: null,
    };
  const source = metricOf(behind.metric)?.source ?? 'cluster';
  const own = dimensionsOf[source];
  const part = (name: 'stream' | 'consumer' | 'server') =>
    own.includes(name) && subject[name] !== null ? { [name]: subject[name] } : {};
  const about = { clusterId: cluster.id, ...part('stream'), ...part('consumer'), ...part('server') };
  const plain = metric(
    behind.metric,
    about,
    own.filter((dimension) => dimension !== 'domain' && dimension !== 'account'),
    account,
  );
  const spec: MetricSpec =
    subject.account !== null && own.includes('account')
      ? { ...plain, filters: [...(plain.filters ?? []), { field: 'account', op: '=', values: [subject.account] }] }
      : plain;
  const { when, value } = behind;
  return {
    spec,
    alert:
      when === undefined || value === undefined
        ? null
        : {
            spec,
            proposal: propose({
              name: title,
              when,
              value,
              for: behind.for,
              description: cure,
              severity: severity === 'critical' ? 'critical' : 'warning',
            }),
          },
  };
}
