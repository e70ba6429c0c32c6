import type { Value } from './encode';
import type { Increase } from './increase';
import { wallOf } from './readers';

/** Whose rows these are; the same for all of a collection. */
export interface Owner {
  readonly organizationId: string;
  readonly clusterId: string;
  /** 65535 for no own wish; see columns.ts */
  readonly retentionDays: number;
}
export interface Row {
  readonly owner: Owner;
  /** as ClickHouse has it */
  readonly time: string;
}
export interface InAccount extends Row {
  readonly account: string;
  readonly domain: string;
  readonly own: boolean;
}

export type AssetState = 'ok' | 'leaderless' | 'unknown' | 'missing' | 'offline';

export const head: Record<string, (row: Row) => Value> = {
  org_id: (row) => row.owner.organizationId,
  cluster_id: (row) => row.owner.clusterId,
  time: (row) => row.time,
  retention_days: (row) => row.owner.retentionDays,
};
export const inAccount: Record<string, (row: InAccount) => Value> = {
  ...head,
  account: (row) => row.account,
  domain: (row) => row.domain,
  own: (row) => row.own,
};
export const growth = (increase: (row: { increase: Increase }) => Increase = (row) => row.increase) => ({
  elapsed_ms: (row: { increase: Increase }) => increase(row).elapsedMs,
  reset: (row: { increase: Increase }) => increase(row).reset,
});
export const nth = (i: number) => (row: { increase: Increase }) => row.increase.values[i] ?? 0;

/** Seconds from a stored time to the row's; a server's clock that runs ahead gives 0. */
export function secondsSince(then: string | null, time: string): number | null {
  const from = wallOf(then);
  const to = wallOf(time);
  return from === null || to === null ? null : Math.max(0, (to - from) / 1000);
}

export const share = (used: number, limit: number | null): number | null =>
  limit !== null && limit > 0 ? used / limit : null;
export const larger = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.max(a, b));

export const each = <K extends string, V>(keys: readonly K[], of: (key: K, i: number) => V): Record<string, V> =>
  Object.fromEntries(keys.map((key, i) => [key, of(key, i)]));
