import { maxSkipped, type ReplayAccount } from '@jetstream-console/contract';
import type { Acked } from './ackedWriter';

/** The account of a copy while it goes on; plain data, so that the same is sent, audited and found again. */
export interface Running extends Omit<ReplayAccount, 'leftOut'> {
  leftOut: Record<string, number>;
}

export const emptyAccount = (from: number, to: number): Running => ({
  scanned: 0,
  copied: 0,
  duplicates: 0,
  bytes: 0,
  fromSeq: from,
  toSeq: to - 1,
  atSeq: from,
  targetFirstSeq: null,
  targetLastSeq: null,
  leftOut: {},
  why: null,
  failure: null,
  unknown: [],
  resume: null,
});

export function countAck(account: Running, { duplicate, bytes, targetSeq }: Acked): void {
  if (duplicate) {
    account.duplicates++;
    return;
  }
  account.copied++;
  account.bytes += bytes;
  account.targetFirstSeq = Math.min(account.targetFirstSeq ?? targetSeq, targetSeq);
  account.targetLastSeq = Math.max(account.targetLastSeq ?? 0, targetSeq);
}

/** The newest that were stored, as many as can be on their way: what comes after a gap is among them. */
export function makeLately(most: number): { add(seq: number): void; after(seq: number): number[] } {
  const ring: number[] = [];
  let at = 0;
  return {
    add: (seq) => {
      ring[at] = seq;
      at = (at + 1) % most;
    },
    after: (seq) => ring.filter((known) => known > seq).sort((a, b) => a - b),
  };
}

/**
 * Where to go on: at the first that is not stored, without those after it that are.
 * @param open sequences that were refused or never answered, in order
 * @param stopped where it was stopped: the next sequence that was not looked at
 * @param stored what was stored after the first open one
 */
export function resumeOf(
  { toSeq }: Pick<ReplayAccount, 'toSeq'>,
  open: readonly number[],
  stopped: number,
  stored: readonly number[],
): ReplayAccount['resume'] {
  const fromSeq = Math.min(open[0] ?? stopped, stopped);
  if (fromSeq > toSeq) return null;
  return { fromSeq, toSeq, skip: stored.filter((seq) => seq > fromSeq).slice(0, maxSkipped) };
}
