import type { Part } from '../sample/encode';

/** A message of the metrics stream, as far as cutting batches needs it. */
export interface Stored {
  readonly seq: number;
  readonly data: Uint8Array;
  readonly parts: readonly Part[];
  /** null for what is not part of a collection */
  readonly collection: { readonly clusterId: string; readonly n: number; readonly batch: number } | null;
}

/** Which collections are in already, by cluster: the newest, and which of its batches. */
export type Seen = Record<string, { n: number; batches: number[] }>;

/**
 * Leaves out what came before: a worker that takes a cluster over sends the last collection again, and one that was
 * taken over while it slept may send late. @returns the messages that count, and what has been seen with them
 */
export function leaveOutSeen<M extends Stored>(
  messages: readonly M[],
  seen: Readonly<Seen>,
): { fresh: M[]; seen: Seen } {
  const next: Seen = { ...seen };
  const fresh = messages.filter(({ collection }) => {
    if (!collection) return true;
    const { clusterId, n, batch } = collection;
    const known = next[clusterId];
    if (known && (n < known.n || (n === known.n && known.batches.includes(batch)))) return false;
    next[clusterId] = { n, batches: known?.n === n ? [...known.batches, batch] : [batch] };
    return true;
  });
  return { fresh, seen: next };
}

/** Rows of one table with the same columns: one insert. */
export interface Group {
  readonly table: string;
  readonly rows: number;
  /** gzip members: the names once, then the rows of each message */
  readonly members: readonly Uint8Array[];
  /** the messages it is made of */
  readonly seqs: readonly number[];
}

/** @throws RangeError when a message's parts do not add up to its length */
export function groupParts(messages: readonly Stored[]): Group[] {
  const groups = new Map<string, { table: string; rows: number; members: Uint8Array[]; seqs: number[] }>();
  for (const { seq, data, parts } of messages) {
    let at = 0;
    for (const { table, rows, names, body } of parts) {
      const head = data.subarray(at, at + names);
      const lines = data.subarray(at + names, at + names + body);
      at += names + body;
      const key = `${table} ${Buffer.from(head).toString('base64')}`;
      const group = groups.get(key) ?? { table, rows: 0, members: [head], seqs: [] };
      group.rows += rows;
      group.members.push(lines);
      group.seqs.push(seq);
      groups.set(key, group);
    }
    if (at !== data.length) throw new RangeError(`Message ${seq} has ${data.length} bytes, its parts ${at}`);
  }
  return [...groups.values()];
}

/**
 * Where sequences are missing among these, after `doneTo`. In a work queue that one consumer empties in order, that
 * is either age that has taken them, or answers that got lost on their way.
 */
export function gapsIn(seqs: readonly number[], doneTo: number): number {
  const last = seqs.at(-1);
  return last === undefined ? 0 : last - doneTo - seqs.length;
}
