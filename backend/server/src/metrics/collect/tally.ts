import type { BufferState } from '../pipeline/buffer';
import type { ClusterCount, ClusterRow } from '../sample/clusterRow';
import type { AssetCounts } from '../sample/finish';
import { elapsedBetween, type Moment } from '../sample/increase';
import type { Usage } from './asker';
import type { Look } from './result';

/** A row about a collection, without whose it is and what the parsing thread counts. */
export type Whole = Omit<ClusterRow, 'common' | 'counts'> & {
  readonly counts: Readonly<Record<Exclude<ClusterCount, keyof AssetCounts>, number | null>>;
};

/** What the collector keeps count of about itself. */
export interface Tally {
  whole(now: {
    readonly at: Moment;
    readonly mode: 'system' | 'account';
    readonly look: Look | null;
    readonly error: string | null;
    readonly tookMs: number;
    readonly intervalMs: number;
    readonly buffer: BufferState | null;
  }): Whole;
  succeeded(at: Moment): void;
  lose(rows: number): void;
  /** The last row is safe: the next one counts from there. @returns lost rows that it told of */
  rowIsIn(at: Moment): number;
}

export function makeTally(usage: Readonly<Usage>): Tally {
  let lastOk: Moment | null = null;
  let lastRow: { readonly at: Moment; readonly usage: Usage } | null = null;
  let lost = 0;
  /** of those, what the last row says: more may be refused beside it before it is in */
  let said = 0;
  const countsOf = (look: Look | null): Whole['counts'] => ({
    servers: look && look.serversHeard,
    servers_expected: look && look.serversExpected,
    meta_size: look?.meta ? look.meta.size : null,
    meta_offline: look?.meta ? look.meta.peers.filter((peer) => peer.offline).length : null,
    meta_pending: look?.meta ? look.meta.pending : null,
  });
  const age = (at: Moment) => (lastOk === null ? null : elapsedBetween(lastOk, at) / 1000);
  return {
    whole: ({ at, mode, look, error, tookMs, intervalMs, buffer }) => {
      said = lost;
      return {
        mode,
        error,
        ageSeconds: error === null ? 0 : age(at),
        collectSeconds: tookMs / 1000,
        intervalSeconds: intervalMs / 1000,
        counts: countsOf(look),
        metaLeader: look?.meta ? look.meta.leader : null,
        bufferUse: buffer && buffer.use,
        ownRequests: usage.requests - (lastRow?.usage.requests ?? 0),
        ownBytes: usage.bytes - (lastRow?.usage.bytes ?? 0),
        lostSamples: said,
        elapsedMs: lastRow ? elapsedBetween(lastRow.at, at) : 0,
      };
    },
    succeeded: (at) => {
      lastOk = at;
    },
    lose: (rows) => {
      lost += rows;
    },
    rowIsIn: (at) => {
      lastRow = { at, usage: { ...usage } };
      const told = said;
      lost -= told;
      said = 0;
      return told;
    },
  };
}
