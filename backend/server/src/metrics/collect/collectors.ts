import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterRecord, ClusterStore } from '../../clusters/store';
import type { Logger } from '../../platform/log';
import type { WorkerMetrics } from '../gauges';
import { noWish } from '../retention/kept';
import { tryAcquire, type Lease } from '../pipeline/lease';
import { clearOutbox } from '../pipeline/outbox';
import type { Own } from '../pipeline/own';
import { makeCollector, type Collector, type CollectorDeps } from './collector';
import { jittered, usualPace, type PaceOptions } from './pace';

export interface CollectorsDeps extends Pick<CollectorDeps, 'links' | 'buffer' | 'parser' | 'live' | 'clock'> {
  readonly own: Own;
  readonly store: Pick<ClusterStore, 'everyones'>;
  readonly metrics: WorkerMetrics;
  readonly log: Logger;
  readonly pace?: PaceOptions;
  /** between two looks at which clusters there are and whose they are */
  readonly tickMs?: number;
}

interface Collected {
  readonly lease: Lease;
  readonly collector: Collector;
  readonly done: Promise<void>;
  version: string;
  /** ends after the present turn */
  stop(): void;
}
type Wanted = Awaited<ReturnType<ClusterStore['everyones']>>[number];

const workerKey = (id: string) => `worker.${id}`;
const versionOf = ({ record, retentionDays }: Wanted) => `${record.version}:${retentionDays ?? ''}`;

/** How many clusters a worker takes: enough that together they have all, so few that each has its part. */
export const fairShare = (clusters: number, workers: number): number => Math.ceil(clusters / Math.max(1, workers));

/**
 * Shares the clusters among all workers: one lease each, taken over when its holder stops renewing it. Each cluster
 * has a loop of its own, so that a dead one costs the others nothing.
 */
export function startCollectors(deps: CollectorsDeps): { stop(): Promise<void> } {
  const { own, store, metrics, log } = deps;
  const pace = deps.pace ?? usualPace;
  const id = randomUUID();
  const held = new Map<string, Collected>();
  const stopping = new AbortController();

  const run = async (collector: Collector, lease: Lease, until: AbortSignal): Promise<void> => {
    const signal = AbortSignal.any([until, lease.signal]);
    // Not all at once after a start.
    let wait = Math.random() * Math.min(pace.baseMs, 2000);
    while (!signal.aborted) {
      await delay(wait, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      wait = jittered((await collector.turn()).nextMs);
    }
    await collector.close();
    await lease.release();
  };
  const begin = (wanted: Wanted, lease: Lease) => {
    const { record } = wanted;
    const collector = makeCollector({
      ...deps,
      record,
      retentionDays: wanted.retentionDays ?? noWish,
      pace,
      alive: lease.valid,
    });
    const ending = new AbortController();
    const done = run(collector, lease, ending.signal)
      .catch((error: unknown) => log.warn({ err: error, cluster: record.id }, 'a collector did not end cleanly'))
      .finally(() => held.delete(record.id));
    held.set(record.id, { lease, collector, done, version: versionOf(wanted), stop: () => ending.abort() });
    log.info({ cluster: record.id }, 'this worker collects the cluster');
  };

  const workers = async (): Promise<number> => {
    await own.leases.put(workerKey(id), id);
    const keys = await own.leases.keys('worker.*');
    let count = 0;
    for await (const key of keys) if (key) count++;
    return Math.max(1, count);
  };
  const follow = async (clusters: readonly Wanted[]) => {
    const byId = new Map(clusters.map((wanted) => [wanted.record.id, wanted]));
    for (const [clusterId, collected] of held) {
      const wanted = byId.get(clusterId);
      if (!wanted) {
        collected.stop();
        await collected.done;
        await clearOutbox(own, clusterId);
        log.info({ cluster: clusterId }, 'the cluster was deleted; it is collected no longer');
      } else if (versionOf(wanted) !== collected.version) {
        collected.version = versionOf(wanted);
        collected.collector.update(wanted.record, wanted.retentionDays ?? noWish);
      }
    }
  };
  const share = async (clusters: readonly Wanted[]) => {
    const fair = fairShare(clusters.length, await workers());
    // One at a time: others may give theirs back in the same moment.
    if (held.size > fair) [...held.values()].at(-1)?.stop();
    for (const wanted of clusters) {
      if (held.size >= fair || stopping.signal.aborted) break;
      if (held.has(wanted.record.id)) continue;
      const lease = await tryAcquire(own.leases, leaseKey(wanted.record), own.options.leaseMs);
      if (lease) begin(wanted, lease);
    }
  };
  let failing = false;
  const tick = async () => {
    try {
      const clusters = await store.everyones();
      await follow(clusters);
      await share(clusters);
      if (failing) log.info('clusters are shared again');
      failing = false;
    } catch (error) {
      // Without PostgreSQL or NATS nothing changes hands; what is held goes on while its lease does.
      if (!failing) log.warn({ err: error }, 'which clusters there are, or whose, cannot be read; it is tried again');
      failing = true;
    }
    metrics.holding(held.size);
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await tick();
      await delay(deps.tickMs ?? 3000, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const looping = loop();
  return {
    stop: async () => {
      stopping.abort();
      await looping;
      const ending = [...held.values()];
      for (const collected of ending) collected.stop();
      await Promise.all(ending.map(({ done }) => done));
      await own.leases
        .delete(workerKey(id))
        .catch((error: unknown) => log.debug({ err: error }, 'this worker could not sign off'));
    },
  };
}

export const leaseKey = (record: Pick<ClusterRecord, 'id'>) => `collect.${record.id}`;
