import type { Value } from './text';
import type { Increase } from './increase';
import { wallOf } from './times';

/** Whose rows these are; the same for all of a collection. */
export interface Owner {
  readonly organizationId: string;
  readonly clusterId: string;
  /** 65535 for no own wish; see columns.ts */
  readonly retentionDays: number;
}
/** Of every row of a collection the same. */
export interface Common {
  readonly owner: Owner;
  /** as ClickHouse has it, and as milliseconds */
  readonly time: string;
  readonly wallMs: number;
}
export interface InAccount extends Common {
  readonly account: string;
  readonly domain: string;
  readonly own: boolean;
}

export type AssetState = 'ok' | 'leaderless' | 'unknown' | 'missing' | 'offline';

export const head: Record<string, (common: Common) => Value> = {
  org_id: ({ owner }) => owner.organizationId,
  cluster_id: ({ owner }) => owner.clusterId,
  time: ({ time }) => time,
  retention_days: ({ owner }) => owner.retentionDays,
};
export const inAccount: Record<string, (common: InAccount) => Value> = {
  ...head,
  account: ({ account }) => account,
  domain: ({ domain }) => domain,
  own: ({ own }) => own,
};
export const growth = {
  elapsed_ms: (row: { readonly increase: Increase }) => row.increase.elapsedMs,
  reset: (row: { readonly increase: Increase }) => row.increase.reset,
};
export const nth = (i: number) => (row: { increase: Increase }) => row.increase.values[i] ?? 0;

/** Seconds from a stored time to the row's; a server's clock that runs ahead gives 0. */
export function secondsSince(then: string | null, { wallMs }: Common): number | null {
  const from = wallOf(then);
  return from === null ? null : Math.max(0, Math.round(wallMs - from) / 1000);
}

export const share = (used: number, limit: number | null): number | null =>
  limit !== null && limit > 0 ? used / limit : null;
export const larger = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.max(a, b));

export const each = <K extends string, V>(keys: readonly K[], of: (key: K, i: number) => V): Record<string, V> =>
  Object.fromEntries(keys.map((key, i) => [key, of(key, i)]));
