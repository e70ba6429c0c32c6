import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { z } from 'zod';
import type { Batch, Part } from '../sample/encode';
import { isApiError, type Own } from './own';

/** Another worker has taken this cluster over: what was about to be written must not be. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

const partSchema = z.object({
  table: z.string(),
  rows: z.int().min(0),
  names: z.int().min(1),
  body: z.int().min(1),
});
const commitSchema = z.object({
  /** number of the collection; grows from one to the next, whoever makes it */
  n: z.int(),
  /** where its parts are: the fence under which they were written, and one of two places in turn */
  at: z.string(),
  batches: z.array(z.array(partSchema)),
  snapshotPieces: z.int().min(0),
});
type Commit = z.infer<typeof commitSchema>;

const partsHeader = 'Console-Parts';
export const headersOf = (parts: readonly Part[], more: Readonly<Record<string, string>> = {}): MsgHdrs => {
  const h = headers();
  h.set(partsHeader, JSON.stringify(parts));
  for (const [name, value] of Object.entries(more)) h.set(name, value);
  return h;
};
export const readParts = (h: MsgHdrs | undefined): Part[] =>
  z.array(partSchema).parse(JSON.parse(h?.get(partsHeader) ?? 'null'));

/** A collection that was committed and may not be in the metrics stream yet. */
export interface Committed {
  readonly n: number;
  readonly batches: readonly Batch[];
  readonly snapshot: Uint8Array | null;
}

export interface Outbox {
  /** the last collection of whoever had the cluster before; empty for a cluster that is new */
  readonly last: Committed;
  /**
   * Writes a collection down, whole or not at all, before any of it goes out.
   * @throws Fenced when another worker opened this cluster's outbox since
   */
  commit(collection: Committed): Promise<void>;
}

/** Pieces stay below what a NATS server takes as one message. */
const pieceBytes = 512 * 1024;
const pieces = (data: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(data.length / pieceBytes) }, (_, i) =>
    data.subarray(i * pieceBytes, (i + 1) * pieceBytes),
  );

async function load(own: Own, clusterId: string, commit: Commit): Promise<Committed | null> {
  const read = async (rest: string): Promise<Uint8Array | null> => {
    const subject = own.names.outboxSubject(clusterId, `${commit.at}.${rest}`);
    const message = await own.jsm.streams.getMessage(own.names.outbox, { last_by_subj: subject });
    return message?.data ?? null;
  };
  const bodies = await Promise.all(commit.batches.map((_, i) => read(`b${i}`)));
  const snapshot = await Promise.all(Array.from({ length: commit.snapshotPieces }, (_, i) => read(`s${i}`)));
  // A full outbox drops its oldest: what is not whole is not gone on from.
  const whole = [...bodies, ...snapshot].every((data) => data !== null);
  if (!whole) return null;
  return {
    n: commit.n,
    batches: bodies.map((body, i) => {
      const parts = commit.batches[i] ?? [];
      return { parts, body: body ?? new Uint8Array(), rows: parts.reduce((sum, part) => sum + part.rows, 0) };
    }),
    snapshot: snapshot.length === 0 ? null : new Uint8Array(Buffer.concat(snapshot.flatMap((data) => data ?? []))),
  };
}

/**
 * Opens a cluster's outbox, and shuts whoever had it before out: the commit is written again, so that the other's
 * next one, which names the sequence it knows, is refused by the server.
 */
export async function openOutbox(own: Own, clusterId: string): Promise<Outbox> {
  const { js, jsm, names } = own;
  const commitSubject = names.outboxSubject(clusterId, 'commit');
  const found = await jsm.streams.getMessage(names.outbox, { last_by_subj: commitSubject });
  const before = found ? commitSchema.parse(found.json()) : null;
  const write = async (commit: Commit, lastSubjectSequence: number): Promise<number> => {
    try {
      return (await js.publish(commitSubject, JSON.stringify(commit), { expect: { lastSubjectSequence } })).seq;
    } catch (error) {
      if (isApiError(error, 'wrongSequence'))
        throw new Fenced(`Another worker collects ${clusterId}`, { cause: error });
      throw error;
    }
  };
  // Without a commit the number starts at the time of day: above any that an emptied outbox has forgotten.
  const first = {
    n: before?.n ?? Date.now(),
    at: before?.at ?? 'none',
    batches: before?.batches ?? [],
    snapshotPieces: before?.snapshotPieces ?? 0,
  };
  let sequence = await write(first, found?.seq ?? 0);
  const fence = sequence;
  const last = before && before.at !== 'none' ? await load(own, clusterId, before) : null;
  let turn = 0;
  let swept = false;
  /** What was written under earlier fences, committed or not, is of no use once there is a commit under this one. */
  const sweep = async () => {
    const filter = names.outboxSubject(clusterId, '*.*.*');
    const { state } = await jsm.streams.info(names.outbox, { subjects_filter: filter });
    const fences = new Set(Object.keys(state.subjects ?? {}).map((subject) => subject.split('.').at(-3)));
    fences.delete(String(fence));
    for (const old of fences)
      await jsm.streams.purge(names.outbox, { filter: names.outboxSubject(clusterId, `${old}.>`) });
  };
  return {
    last: last ?? { n: first.n, batches: [], snapshot: null },
    commit: async ({ n, batches, snapshot }) => {
      const at = `${fence}.${(turn = 1 - turn)}`;
      const snapshotPieces = snapshot ? pieces(snapshot) : [];
      await Promise.all([
        ...batches.map(({ body }, i) => js.publish(names.outboxSubject(clusterId, `${at}.b${i}`), body)),
        ...snapshotPieces.map((piece, i) => js.publish(names.outboxSubject(clusterId, `${at}.s${i}`), piece)),
      ]);
      const commit = { n, at, batches: batches.map(({ parts }) => [...parts]), snapshotPieces: snapshotPieces.length };
      sequence = await write(commit, sequence);
      if (!swept) await sweep();
      swept = true;
    },
  };
}

/** Nothing of a cluster that was deleted stays behind. */
export async function clearOutbox(own: Own, clusterId: string): Promise<void> {
  await own.jsm.streams.purge(own.names.outbox, { filter: own.names.outboxSubject(clusterId, '>') });
}
