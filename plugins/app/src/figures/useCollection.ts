import type { UseQueryResult } from '@tanstack/react-query';
import { toProblem } from '../api/client';
import { useMaySeeWhole } from '../api/hooks';
import { ofCluster } from './specs';
import type { Table } from './tables';
import { useTables } from './useTables';

/** How the collection of a cluster stands, which decides what its figures over time are worth. */
export type Collection =
  | { readonly state: 'unknown' }
  /** nothing was collected so far */
  | { readonly state: 'waiting' }
  /** figures over time cannot be had now */
  | { readonly state: 'away'; readonly why: string }
  | { readonly state: 'collected'; readonly atMs: number };

type Asked = Pick<UseQueryResult<{ age: Table }>, 'data' | 'error'>;

export function collectionOf({ data, error }: Asked): Collection {
  const refusal = data?.age.refusal;
  if (error) return { state: 'away', why: toProblem(error).problem.detail };
  if (!data) return { state: 'unknown' };
  // Whoever sees some streams of a cluster alone is not told of its collection, and still sees figures of those.
  if (refusal) return refusal.status === 503 ? { state: 'away', why: refusal.message } : { state: 'unknown' };
  const [row] = data.age.rows;
  if (!row || data.age.newestMs === null) return { state: 'waiting' };
  return { state: 'collected', atMs: data.age.newestMs - row.value * 1000 };
}

/** Asked often while nothing is there, so that a page comes alive with the first samples. */
export function useCollection(clusterId: string): Collection {
  const whole = useMaySeeWhole()(clusterId);
  const tables = useTables({ age: ofCluster('age', { clusterId }) }, { everyMs: 10_000, enabled: whole });
  return collectionOf(tables);
}
