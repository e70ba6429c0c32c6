import { usualPace } from '../../metrics/collect/pace';
import { shortCache } from '../../jetstream/cache';
import type { Ask } from '../engine/ask';
import { Params } from '../engine/params';

export interface Pace {
  /** time between two samples, of the slowest of the clusters */
  readonly sampleMs: number;
  /** when each cluster was last collected with success, up to the instant asked about */
  readonly collected: ReadonlyMap<string, number>;
}

/** A cluster that was not tried for this long is not collected any more, and says nothing about its pace. */
const lookBackMs = 3_600_000;

export interface PaceOf {
  readonly ask: Ask;
  readonly organizationId: string;
  readonly clusterIds: readonly string[];
  readonly atMs: number;
}

/** How often and how lately clusters were collected, at an instant. */
export async function readPace({ ask, organizationId, clusterIds, atMs }: PaceOf, signal: AbortSignal): Promise<Pace> {
  const params = new Params();
  const sql = `SELECT cluster_id, toUnixTimestamp64Milli(maxIf(time, reachable)), argMax(interval, time)
FROM cluster_samples
WHERE org_id = ${params.add('UUID', organizationId)} AND cluster_id IN ${params.add('Array(UUID)', clusterIds)}
  AND time >= fromUnixTimestamp64Milli(${params.add('Int64', atMs - lookBackMs)}, 'UTC')
  AND time <= fromUnixTimestamp64Milli(${params.add('Int64', atMs)}, 'UTC')
GROUP BY cluster_id`;
  const { rows } = await ask({ sql, params: params.values }, signal);
  const collected = new Map<string, number>();
  let sampleMs = 0;
  for (const [id, last, interval] of rows) {
    collected.set(String(id), Number(last));
    sampleMs = Math.max(sampleMs, interval === null ? 0 : Number(interval) * 1000);
  }
  return { sampleMs: sampleMs || usualPace.baseMs, collected };
}

const keptMs = 5000;
const paces = shortCache<Pace>(keptMs, 2000);

/** The same, some seconds old at most: for how wide buckets have to be, which changes slowly. */
export const recentPace = (of: PaceOf): Promise<Pace> =>
  // Shared by the panels of a dashboard, so that no single one's leaving ends it.
  paces.get(`${of.organizationId} ${of.clusterIds.join()} ${Math.floor(of.atMs / keptMs)}`, () =>
    readPace(of, new AbortController().signal),
  );

/** A series that was not sampled while its cluster was, for this long, is gone. */
export const goneAfterMs = (sampleMs: number): number => Math.max(90_000, 3 * sampleMs);
