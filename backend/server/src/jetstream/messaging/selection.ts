import type { MessageRange } from '@jetstream-console/contract';
import type { Link } from '../../clusters/link';
import type { TypeOf } from '../../decoders/types';
import { compileFilter } from '../filter';
import { streamFacts } from '../messages';
import { makeReader, type Reader, type Stored, type StreamFacts } from '../reader';
import { walk, type WalkProgress } from './walk';

/** A part of a stream, its ends fixed when it was looked up: what comes in later does not make it longer. */
export interface Selection {
  readonly facts: StreamFacts;
  readonly from: number;
  /** the first sequence that does not belong to it */
  readonly to: number;
  /** whether messages are left out by what they hold */
  readonly byContent: boolean;
  readonly progress: WalkProgress;
  windows(): AsyncGenerator<readonly Stored[], void>;
}

const placeOf = async (reader: Reader, time: string, facts: StreamFacts): Promise<number> =>
  (await reader.atOrAfterTime(new Date(time).toISOString()))?.seq ?? facts.lastSeq + 1;

/** @throws ApiError 400 for a filter that is none, 404 for a stream that is not there */
export async function select(
  link: Link,
  stream: string,
  range: MessageRange,
  visible: (message: Stored) => boolean,
  typeOf: TypeOf,
  signal: AbortSignal,
): Promise<Selection> {
  const filter = compileFilter(range, undefined, typeOf);
  const facts = await streamFacts(link, stream, true);
  const reader = makeReader(link, facts, signal);
  const start = range.fromTime === undefined ? (range.fromSeq ?? 1) : await placeOf(reader, range.fromTime, facts);
  const end =
    range.toTime === undefined ? (range.toSeq ?? facts.lastSeq) + 1 : await placeOf(reader, range.toTime, facts);
  const from = Math.max(start, facts.firstSeq);
  const to = Math.max(from, Math.min(end, facts.lastSeq + 1));
  const progress = { scanned: 0, atSeq: from };
  const { subject, limit } = range;
  return {
    facts,
    from,
    to,
    byContent: filter !== null,
    progress,
    windows: () => walk(reader, { from, to, subject, filter, visible, limit }, progress),
  };
}

/** What of a selection goes into the audit: where it lies, never what the filter looks for in payloads. */
export const selectionTold = (range: MessageRange) => ({
  subject: range.subject ?? null,
  fromSeq: range.fromSeq ?? null,
  toSeq: range.toSeq ?? null,
  fromTime: range.fromTime ?? null,
  toTime: range.toTime ?? null,
  limit: range.limit ?? null,
  byContent: [range.header, range.text, range.regex, range.jsonPath].some((part) => part !== undefined),
});
