import type { NatsConfig } from './jetstreamConfig';
import { settingOf } from './jetstreamOverlay';

/** The JetStream api level that a server release began with (nats-server jetstream_versioning.go; 2.13 never came). */
export const releases: readonly { readonly level: number; readonly release: string }[] = [
  { level: 0, release: '2.10' },
  { level: 1, release: '2.11' },
  { level: 2, release: '2.12' },
  { level: 4, release: '2.14' },
  { level: 5, release: '2.15' },
];
/** The newest level whose fields are all known here; a server beyond it may know fields that the console does not. */
export const newestKnownLevel = 5;
/** From here on a server refuses a request that holds a field it does not know; before, it drops the field in silence. */
export const strictLevel = 2;

const releaseOf = (level: number): string => releases.find((entry) => entry.level >= level)?.release ?? '2.15';

export type AssetKind = 'stream' | 'consumer';
/** Fields that came after 2.10, with the level they need where they are set. */
const since: Readonly<Record<AssetKind, Readonly<Record<string, number>>>> = {
  stream: {
    allow_msg_ttl: 1,
    subject_delete_marker_ttl: 1,
    allow_msg_counter: 2,
    allow_atomic: 2,
    allow_msg_schedules: 2,
    persist_mode: 2,
    allow_batched: 4,
  },
  consumer: { pause_until: 1, priority_groups: 1, priority_policy: 1, priority_timeout: 1, sourcing: 4 },
};
/** Values that came after their field. */
const valueSince: Readonly<Record<string, number>> = {
  'ack_policy=flow_control': 4,
  'priority_policy=prioritized': 2,
};
const sourceLevel = (source: unknown): number =>
  typeof source === 'object' && source !== null && 'consumer' in source && source.consumer ? 4 : 0;

/** The level of the server that a field needs, with this value; 0 for what 2.10 has. */
export function levelOf(kind: AssetKind, field: string, value: unknown): number {
  if (settingOf(field, value) === undefined) return 0;
  const nested =
    field === 'mirror' ? sourceLevel(value) : field === 'sources' && Array.isArray(value) ? value.map(sourceLevel) : 0;
  return Math.max(since[kind][field] ?? 0, valueSince[`${field}=${String(value)}`] ?? 0, ...[nested].flat());
}

/** The level that a field needs to be there at all. */
export const fieldLevel = (kind: AssetKind, field: string): number => since[kind][field] ?? 0;

/** The highest level that any field of a configuration needs: sent along, so that an older server fails rather than ignores. */
export const requiredLevel = (kind: AssetKind, config: NatsConfig): number =>
  Math.max(0, ...Object.entries(config).map(([field, value]) => levelOf(kind, field, value)));

/** Why a server of this level cannot take a value; null where it can. */
export function levelRefusal(kind: AssetKind, field: string, value: unknown, level: number): string | null {
  const needed = levelOf(kind, field, value);
  return needed <= level
    ? null
    : `needs NATS ${releaseOf(needed)} or newer; the server that leads this cluster is ${level === 0 ? 'older than 2.11' : `a ${releaseOf(level)}`}`;
}
