import type { CopyState, DeadLetter, DeadLetterReason, DeadLetterState } from '@jetstream-console/contract';
import type { ColumnType, Generated } from 'kysely';

/** PostgreSQL sends 64 bits as text; sequences fit a number. */
type Big = ColumnType<string, number, number>;
type OptionalBig = ColumnType<string | null, number | null, number | null>;
type Filled<T> = ColumnType<T, T | undefined, T>;

interface DeadLetters {
  id: Generated<string>;
  org_id: string;
  cluster_id: string;
  /** the server's own id of the advisory */
  advisory_id: string;
  reason: DeadLetterReason;
  why: string | null;
  stream: string;
  /** of the stream when the letter was written down; null where it could not be asked, or was another by then */
  stream_created: string | null;
  consumer: string;
  seq: Big;
  deliveries: OptionalBig;
  at: Date;
  heard_at: Filled<Date>;
  state: Filled<DeadLetterState>;
  acted_by: string | null;
  acted_name: string | null;
  acted_at: Date | null;
  retried: ColumnType<DeadLetter['retried'], string | null, string | null>;
  failure: string | null;
  run: string | null;
  copy: Filled<CopyState>;
  /** not before it is a copy tried */
  copy_at: Filled<Date>;
  original_deleted: Filled<boolean>;
}
/** A time in which everything that the servers told of a cluster was heard. */
interface DeadLetterSpans {
  id: string;
  org_id: string;
  cluster_id: string;
  kind: 'listener' | 'capture';
  since: Date;
  until: Date;
}
interface DeadLetterSettings {
  cluster_id: string;
  org_id: string;
  keep_streams: ColumnType<string[], string | undefined, string>;
  keep_days: Filled<number>;
  keep_megabytes: Filled<number>;
  captured: Filled<boolean>;
  captured_seq: ColumnType<string, number | undefined, number>;
  /** when the stream that is read was created: one of the same name that was made anew begins again */
  captured_created: string | null;
  problem: string | null;
}
interface DeadLetterCopies {
  dead_letter_id: string;
  org_id: string;
  cluster_id: string;
  subject: string;
  /** when its stream stored it, as the server writes it */
  stored_at: string;
  /** as JSON; a text, since jsonb takes no NUL and headers may hold one */
  headers: string;
  data: Buffer;
  bytes: number;
  kept_at: Filled<Date>;
}
export interface DeadLetterTables {
  dead_letters: DeadLetters;
  dead_letter_spans: DeadLetterSpans;
  dead_letter_settings: DeadLetterSettings;
  dead_letter_copies: DeadLetterCopies;
}
