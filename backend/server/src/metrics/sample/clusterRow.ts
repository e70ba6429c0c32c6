import { clusterSamples } from '../tables';
import { rowEncoder, type RowEncoder } from './encode';
import { each, head, type Common } from './rows';

export interface ClusterRow {
  readonly common: Common;
  readonly mode: 'system' | 'account';
  readonly error: string | null;
  readonly ageSeconds: number | null;
  readonly collectSeconds: number;
  readonly intervalSeconds: number;
  readonly counts: Readonly<Record<ClusterCount, number | null>>;
  readonly metaLeader: string | null;
  readonly bufferUse: number | null;
  readonly ownRequests: number;
  readonly ownBytes: number;
  readonly lostSamples: number;
  readonly elapsedMs: number;
}
const clusterCounts = [
  'servers',
  'servers_expected',
  'streams',
  'consumers',
  'streams_leaderless',
  'streams_unknown',
  'consumers_leaderless',
  'consumers_unknown',
  'meta_size',
  'meta_offline',
  'meta_pending',
] as const;
export type ClusterCount = (typeof clusterCounts)[number];
export const clusterRow: RowEncoder<ClusterRow> = rowEncoder<Common, ClusterRow>(clusterSamples, head, {
  ...each(
    clusterCounts,
    (name) =>
      ({ counts }: ClusterRow) =>
        counts[name],
  ),
  mode: (row) => row.mode,
  reachable: (row) => row.error === null,
  error: (row) => row.error ?? '',
  age: (row) => row.ageSeconds,
  collect_duration: (row) => row.collectSeconds,
  interval: (row) => row.intervalSeconds,
  meta_leader: (row) => (row.metaLeader === null ? null : row.metaLeader !== ''),
  meta_leader_name: (row) => row.metaLeader ?? '',
  buffer_use: (row) => row.bufferUse,
  own_requests: (row) => row.ownRequests,
  own_bytes: (row) => row.ownBytes,
  samples_lost: (row) => row.lostSamples,
  elapsed_ms: (row) => row.elapsedMs,
});
