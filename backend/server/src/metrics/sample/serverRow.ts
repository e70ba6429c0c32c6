import { serverMetrics } from '../tables';
import { rowEncoder, type RowEncoder } from './encode';
import type { Increase } from './increase';
import { each, growth, head, nth, secondsSince, share, type Common } from './rows';

/** A server as its STATSZ says, null where it does not; `null` as a whole when it is expected and silent. */
export interface ServerFigures {
  readonly id: string;
  readonly natsCluster: string;
  readonly domain: string;
  readonly version: string;
  readonly host: string;
  readonly started: string | null;
  readonly gauges: Readonly<Record<ServerGauge, number | null>>;
  readonly jetstream: boolean;
  readonly metaLeader: boolean | null;
  readonly metaCurrent: boolean | null;
  readonly metaOffline: boolean | null;
  readonly metaLag: number | null;
  readonly metaPending: number | null;
  /** in the order of `serverCounters`; null where it does not say one */
  readonly counters: readonly (number | null)[];
}
const serverGauges = [
  'cpu',
  'cores',
  'memory',
  'connections',
  'subscriptions',
  'routes',
  'gateways',
  'js_memory',
  'js_memory_reserved',
  'js_memory_max',
  'js_storage',
  'js_storage_reserved',
  'js_storage_max',
  'ha_assets',
  'api_inflight',
] as const;
export type ServerGauge = (typeof serverGauges)[number];
export const serverCounters = [
  'slow_consumers',
  'in_msgs',
  'out_msgs',
  'in_bytes',
  'out_bytes',
  'api_requests',
  'api_errors',
] as const;

export interface ServerRow {
  readonly common: Common;
  readonly server: string;
  readonly state: 'ok' | 'unknown';
  readonly figures: ServerFigures | null;
  readonly increase: Increase;
}
const serverUse = (used: ServerGauge, limit: ServerGauge) => {
  return ({ figures }: ServerRow) => {
    const value = figures?.gauges[used] ?? null;
    return value === null ? null : share(value, figures?.gauges[limit] ?? null);
  };
};
export const serverRow: RowEncoder<ServerRow> = rowEncoder<Common, ServerRow>(serverMetrics, head, {
  ...each(
    serverGauges,
    (gauge) =>
      ({ figures }: ServerRow) =>
        figures?.gauges[gauge] ?? null,
  ),
  ...each(serverCounters, (_, i) => nth(i)),
  ...Object.fromEntries(
    serverCounters.map((name, i) => [`${name}_total`, ({ figures }: ServerRow) => figures?.counters[i] ?? null]),
  ),
  server: (row) => row.server,
  server_id: ({ figures }) => figures?.id ?? '',
  nats_cluster: ({ figures }) => figures?.natsCluster ?? '',
  domain: ({ figures }) => figures?.domain ?? '',
  version: ({ figures }) => figures?.version ?? '',
  host: ({ figures }) => figures?.host ?? '',
  state: (row) => row.state,
  started: ({ figures }) => figures && figures.started,
  uptime: ({ figures, common }) => figures && secondsSince(figures.started, common),
  jetstream: ({ figures }) => figures && figures.jetstream,
  js_memory_use: serverUse('js_memory', 'js_memory_max'),
  js_storage_use: serverUse('js_storage', 'js_storage_max'),
  meta_leader: ({ figures }) => figures && figures.metaLeader,
  meta_pending: ({ figures }) => figures && figures.metaPending,
  meta_current: ({ figures }) => figures && figures.metaCurrent,
  meta_offline: ({ figures }) => figures && figures.metaOffline,
  meta_lag: ({ figures }) => figures && figures.metaLag,
  ...growth,
});
