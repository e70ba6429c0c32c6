import { z } from 'zod';
import { isApiError, type Own } from './own';

/** Another worker has taken the ingestion over. */
export class IngestLost extends Error {
  override readonly name = 'IngestLost';
}

const schema = z.object({
  /** when the metrics stream was made: a stream made anew counts its sequences from one again */
  stream: z.string(),
  /** everything up to this sequence is in ClickHouse */
  doneTo: z.int(),
  /** a batch that may be in ClickHouse, in part or whole: it is done again with the same bounds */
  plan: z.object({ from: z.int(), to: z.int() }).nullable(),
  seen: z.record(z.string(), z.object({ n: z.int(), batches: z.array(z.int()) })),
});
export type IngestState = z.infer<typeof schema>;

/** Where the ingester stands, written by compare-and-set: of two ingesters one gets no further. */
export interface IngestLog {
  readonly state: IngestState;
  /** @throws IngestLost */
  save(state: IngestState): Promise<void>;
}

export async function openIngestLog(own: Own): Promise<IngestLog> {
  const { js, jsm, names } = own;
  const subject = names.outboxSubject('ingest', 'state');
  const { created } = await jsm.streams.info(names.metrics);
  const found = await jsm.streams.getMessage(names.outbox, { last_by_subj: subject });
  const before = found ? schema.parse(found.json()) : null;
  let state: IngestState =
    before?.stream === created ? before : { stream: created, doneTo: 0, plan: null, seen: before?.seen ?? {} };
  let sequence = found?.seq ?? 0;
  const save = async (next: IngestState) => {
    try {
      const expect = { lastSubjectSequence: sequence };
      sequence = (await js.publish(subject, JSON.stringify(next), { expect })).seq;
      state = next;
    } catch (error) {
      if (isApiError(error, 'wrongSequence')) throw new IngestLost('Another worker ingests', { cause: error });
      throw error;
    }
  };
  // Shuts out whoever had it before.
  await save(state);
  return {
    get state() {
      return state;
    },
    save,
  };
}
