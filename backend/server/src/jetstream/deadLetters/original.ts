import type { Link } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import { listOf, matchesSubject, type NatsConfig } from '@jetstream-console/contract';
import { readIfThere } from '../manage/exactApi';
import { streamFacts } from '../messages';
import { makeReader, type Stored, type StreamFacts } from '../reader';

export interface Place {
  readonly stream: string;
  readonly seq: number;
  /** when it was given up */
  readonly at: Date;
  /** of the stream that had it, as the server writes it; null: not known */
  readonly created: string | null;
}
export type Found = { readonly message: Stored } | { readonly message: null; readonly gone: string };

/** Clocks of servers differ a little; a stream that was created well after a message was given up is another one. */
const clocksMs = 60_000;
/** Whether a stream of that time of creation can have had what was given up at this time. */
export const isEarlier = (created: string, at: Date): boolean => Date.parse(created) <= at.getTime() + clocksMs;

function goneBecause({ seq }: Place, facts: StreamFacts): string {
  if (seq < facts.firstSeq)
    return `It has left the stream: the first message is ${facts.firstSeq} by now, since older ones expired, made room or were purged.`;
  return 'It was taken out of the stream: acknowledged, removed from a work queue when it was terminated, replaced, or deleted.';
}

const madeAnew = (place: Place) =>
  `The stream ${place.stream} was made anew since: what stands at ${place.seq} now is another message.`;

/** @returns why it is gone, where it is */
async function readExact(link: Link, place: Place, signal: AbortSignal): Promise<Stored | string> {
  const { stream, seq, at, created } = place;
  const facts = await streamFacts(link, stream, true);
  if (created === null ? !isEarlier(facts.created, at) : facts.created !== created) return madeAnew(place);
  const read = (direct: boolean) => makeReader(link, { ...facts, direct }, signal).exact(seq);
  // A replica that lags behind has it not yet: only the leader's word counts for "gone".
  return (await read(facts.direct)) ?? (facts.direct ? await read(false) : null) ?? goneBecause(place, facts);
}

/** The message that was given up, read by its sequence, or why it is there no longer. */
export async function readOriginal(link: Link, place: Place, signal: AbortSignal): Promise<Found> {
  try {
    const found = await readExact(link, place, signal);
    return typeof found === 'string' ? { message: null, gone: found } : { message: found };
  } catch (error) {
    if (error instanceof ApiError && error.code === 'stream_not_found')
      return { message: null, gone: `The stream ${place.stream} does not exist any more.` };
    throw error;
  }
}

export const takesSubject = (config: NatsConfig, subject: string): boolean =>
  listOf(config, 'subjects').some((pattern) => matchesSubject(String(pattern), subject));

/** Whether a stream keeps what a consumer gave up, where nothing takes it out any more. */
export const keepsForAcks = (config: NatsConfig): boolean =>
  ['workqueue', 'interest'].includes(String(config['retention']));

export const readConfig = async (link: Link, stream: string, signal: AbortSignal): Promise<NatsConfig | null> =>
  (await readIfThere(link, 'stream', stream, signal))?.config ?? null;
