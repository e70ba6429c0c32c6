import { atMost } from '../../jetstream/api';
import type { Parser } from '../sample/parser';
import type { AssetCounts, Collection } from '../sample/finish';
import type { Batch } from '../sample/encode';
import type { Buffer } from '../pipeline/buffer';
import { openOutbox } from '../pipeline/outbox';
import type { Own } from '../pipeline/own';

export interface SessionDeps {
  readonly cluster: string;
  readonly own: Own;
  readonly buffer: Buffer;
  readonly parser: Parser;
  /** whether this worker still has the right to collect */
  alive(): boolean;
}

export interface Published {
  readonly counts: AssetCounts;
  readonly configWanted: boolean;
  readonly rows: number;
  /** rows that the full metrics stream refused; what they counted is counted by the next ones */
  readonly lost: number;
  /** whether the last batch, which says how the collection itself went, is in */
  readonly told: boolean;
}

/** The right to write one cluster's samples, with what they are counted on from. */
export interface Session {
  /** rows of the last collection that the full metrics stream refused when this session began */
  readonly lost: number;
  /** @throws Fenced, Unsure: the session is over, and is opened anew by whoever has the lease */
  publish(collection: Collection): Promise<Published>;
}

/** The stream stores them one after the other all the same; what is saved is waiting for each answer. */
const putAtOnce = 4;

/**
 * Puts every batch of a collection into the metrics stream. Ids are made of the collection's number, so that sending
 * one again stores it once.
 * @returns which of them there was room for
 */
async function putAll(
  { cluster, buffer, alive }: SessionDeps,
  n: number,
  batches: readonly Batch[],
): Promise<number[]> {
  const stored = await atMost(putAtOnce, [...batches.entries()], ([i, batch]) => {
    const message = { clusterId: cluster, id: `${cluster}-${n}-${i}`, batch, collection: { n, batch: i } };
    return buffer.put(message, alive);
  });
  return stored.flatMap((there, i) => (there ? i : []));
}

/**
 * Takes a cluster over: whoever had it is shut out, its last collection is sent to its end, and counting goes on from
 * there. A worker that is killed at any point thus loses nothing and doubles nothing. Where there is no room for that
 * collection, streams and durable consumers are counted from where it began; what ephemeral consumers, servers and
 * accounts did in it is lost with its rows, and they are told as lost.
 */
export async function openSession(deps: SessionDeps): Promise<Session> {
  const { cluster, own, parser } = deps;
  const outbox = await openOutbox(own, cluster);
  const last = outbox.last;
  const safe = new Set(await putAll(deps, last.n, last.batches));
  const refused = last.batches.filter((_, i) => !safe.has(i));
  const batches = last.batches.filter((_, i) => safe.has(i));
  await parser.ask<'open'>(cluster, { kind: 'open', snapshot: last.snapshot, batches, refused });
  let { n } = last;
  return {
    lost: refused.reduce((sum, { rows }) => sum + rows, 0),
    publish: async (collection) => {
      const finished = await parser.ask<'finish'>(cluster, { kind: 'finish', collection });
      const { batches, snapshot, counts, configWanted } = finished;
      await outbox.commit({ n: n + 1, batches, snapshot });
      n++;
      const stored = await putAll(deps, n, batches);
      await parser.ask<'adopt'>(cluster, { kind: 'adopt', batches: stored });
      const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
      const kept = stored.reduce((sum, i) => sum + (batches[i]?.rows ?? 0), 0);
      return { counts, configWanted, rows: kept, lost: rows - kept, told: stored.includes(batches.length - 1) };
    },
  };
}
