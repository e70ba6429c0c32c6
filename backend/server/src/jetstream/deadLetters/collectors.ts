import { setTimeout as delay } from 'node:timers/promises';
import { captureStream } from '@jetstream-console/contract';
import type { ClusterRecord, ClusterStore } from '../../clusters/store';
import { tryAcquire, type Lease } from '../../metrics/pipeline/lease';
import type { Own } from '../../metrics/pipeline/own';
import type { WorkerLinks } from '../../metrics/collect/links';
import { ApiError } from '../../platform/errors';
import type { Logger } from '../../platform/log';
import { atMost } from '../api';
import { makeCaptureReader } from './capture';
import { listenOn, type Listener } from './listener';
import { readOriginal } from './original';
import { placed } from './placed';
import { noSettings, type Of, type WorkerSettings, type WorkerStore } from './workerStore';

export interface DeadLetterDeps {
  readonly own: Own;
  readonly store: Pick<ClusterStore, 'everyones'>;
  readonly links: WorkerLinks;
  readonly letters: WorkerStore;
  readonly log: Logger;
}

/** Which clusters there are, and whose they are, is looked at so often. */
const tickMs = 2000;
const turnMs = 500;
/** Whoever has nothing to write still says that it listens: PostgreSQL is not asked more often for nothing. */
const idleMs = 10_000;
/** What was captured is read so often: it is for the time in which nobody listened. */
const captureMs = 5000;
const copiesAtOnce = 50;
const readAtOnce = 8;
/** A message that could not be read is tried again after it. */
const againMs = 60_000;

/** Collects the dead letters of one cluster, a turn at a time. */
function makeCollector({ links, letters, log }: DeadLetterDeps, of: Of) {
  let listener: Listener | null = null;
  let listenedAt = 0;
  let writtenAt = 0;
  let capturedAt = 0;
  let captureProblem: string | null = null;
  let told: string | null | undefined;
  const captured = makeCaptureReader(of, letters);
  const say = async (problem: string | null, known: string | null) => {
    if (problem === (told === undefined ? known : told)) return;
    await letters.problem(of, problem);
    told = problem;
  };
  const copy = async (link: Parameters<typeof readOriginal>[0], { keepStreams }: WorkerSettings) => {
    if (keepStreams.length === 0) return;
    const wanted = await letters.wanted(of, copiesAtOnce);
    const unread: string[] = [];
    const found = await atMost(readAtOnce, wanted, async ({ id, ...place }) => {
      try {
        return [{ letter: id, message: (await readOriginal(link, place, new AbortController().signal)).message }];
      } catch (error) {
        // Its stream has no leader now, or the like: others are not kept waiting, and it is tried again.
        log.debug({ err: error, cluster: of.clusterId, stream: place.stream }, 'a given-up message cannot be read now');
        unread.push(id);
        return [];
      }
    });
    if (found.length > 0) await letters.keep(of, found.flat());
    if (unread.length > 0) await letters.postpone(unread, new Date(Date.now() + againMs));
  };
  const capture = async (
    link: Parameters<typeof readOriginal>[0],
    settings: WorkerSettings,
  ): Promise<string | null> => {
    try {
      await captured.readOn(link, settings);
      return null;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'stream_not_found')
        return `The stream ${captureStream}, which keeps advisories while the console is down, was deleted on the cluster. Turn it off here, or on again.`;
      throw error;
    }
  };
  const write = async (from: Listener) => {
    const batch = await from.take();
    await letters.write(of, await placed(from.link, batch.letters), batch.span);
    from.written(batch);
    writtenAt = Date.now();
  };
  const end = async (from: Listener, mayWrite: boolean) => {
    try {
      if (mayWrite && from.refused() === null) await write(from);
    } finally {
      from.close();
      listener = null;
    }
  };
  const turn = async (record: ClusterRecord, settings: WorkerSettings, first: boolean): Promise<void> => {
    const link = await links.openFor(record, 'account');
    if (!link) {
      await say('The cluster has no credential for the account: give it one for reading.', settings.problem);
      return;
    }
    const now = Date.now();
    // Another credential or address, or one that was refused and may be allowed by now.
    if (listener && (listener.link.nc !== link.nc || (listener.refused() !== null && now - listenedAt >= idleMs)))
      await end(listener, true);
    if (!listener) {
      listener = await listenOn(link);
      listenedAt = now;
    }
    const refused = listener.refused();
    if (refused === null && (listener.waiting() > 0 || now - writtenAt >= idleMs)) await write(listener);
    if (first && settings.captured && now - capturedAt >= captureMs) {
      captureProblem = await capture(link, settings);
      capturedAt = now;
    }
    await say((settings.captured ? captureProblem : null) ?? refused, settings.problem);
    if (first) await copy(link, settings);
  };
  let failing = false;
  return {
    /** Never throws: a cluster that is away is away. @param first of the two who listen */
    turn: async (record: ClusterRecord, settings: WorkerSettings, first: boolean) => {
      try {
        await turn(record, settings, first);
        failing = false;
      } catch (error) {
        if (!failing)
          log.warn({ err: error, cluster: of.clusterId }, 'dead letters cannot be collected; it is tried again');
        failing = true;
      }
    },
    /** What came since the last turn is written before somebody else takes over. */
    end: async (mayWrite: boolean) => {
      if (listener) await end(listener, mayWrite);
    },
  };
}

interface Held {
  lease: Lease;
  place: 0 | 1;
  record: ClusterRecord;
  readonly ending: AbortController;
  readonly done: Promise<void>;
}
const leaseKey = (clusterId: string, place: 0 | 1) => `dead.${clusterId}.${place}`;

/**
 * Two workers listen to each cluster, where there are two: one that dies then loses nothing, since the other has heard
 * the same, and both write it once. The first of them reads what was captured and takes copies.
 */
export function startDeadLetters(deps: DeadLetterDeps): { stop(): Promise<void> } {
  const { own, store, letters, log } = deps;
  const held = new Map<string, Held>();
  const stopping = new AbortController();
  let settings = new Map<string, WorkerSettings>();
  const wait = (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal }).catch(() => undefined);

  const run = async (clusterId: string, mine: Omit<Held, 'done'>): Promise<void> => {
    const { organizationId } = mine.record;
    const collector = makeCollector(deps, { organizationId, clusterId });
    while (!mine.ending.signal.aborted && mine.lease.valid()) {
      await collector.turn(mine.record, settings.get(clusterId) ?? noSettings, mine.place === 0);
      await wait(turnMs, mine.ending.signal);
    }
    await collector.end(mine.lease.valid());
    await mine.lease.release();
  };
  const acquire = (clusterId: string, place: 0 | 1) =>
    tryAcquire(own.leases, leaseKey(clusterId, place), own.options.leaseMs);
  const begin = (record: ClusterRecord, place: 0 | 1, lease: Lease) => {
    const mine: Omit<Held, 'done'> = { lease, place, record, ending: new AbortController() };
    const whole: Held = Object.assign(mine, {
      done: run(record.id, mine)
        .catch((error: unknown) =>
          log.warn({ err: error, cluster: record.id }, 'listening for dead letters did not end cleanly'),
        )
        .finally(() => held.delete(record.id)),
    });
    held.set(record.id, whole);
  };
  const join = async (record: ClusterRecord): Promise<void> => {
    for (const place of [0, 1] as const) {
      const lease = await acquire(record.id, place);
      if (lease) return begin(record, place, lease);
    }
  };
  /** The first is gone: the second does its part as well. */
  const moveUp = async (mine: Held): Promise<void> => {
    const first = await acquire(mine.record.id, 0);
    if (!first) return;
    const second = mine.lease;
    mine.lease = first;
    mine.place = 0;
    await second.release();
  };
  let failing = false;
  const tick = async () => {
    try {
      const clusters = await store.everyones();
      settings = await letters.settings();
      const known = new Set(clusters.map(({ record }) => record.id));
      for (const [clusterId, mine] of held) if (!known.has(clusterId)) mine.ending.abort();
      for (const { record } of clusters) {
        if (stopping.signal.aborted) return;
        const mine = held.get(record.id);
        if (!mine) await join(record);
        else {
          mine.record = record;
          if (mine.place === 1) await moveUp(mine);
        }
      }
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, 'who listens for dead letters cannot be settled; it is tried again');
      failing = true;
    }
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await tick();
      await wait(tickMs, stopping.signal);
    }
  };
  const looping = loop();
  return {
    stop: async () => {
      stopping.abort();
      await looping;
      const ending = [...held.values()];
      for (const mine of ending) mine.ending.abort();
      await Promise.all(ending.map(({ done }) => done));
    },
  };
}
