import { robustSlope } from './slope';

export type Point = readonly [ms: number, value: number];

/** History that has to lie between first and last point before anything is foretold. */
export const minHistoryMs = 5 * 60_000;

export interface StreamHistory {
  readonly bytes: readonly Point[];
  readonly messages: readonly Point[];
  /** -1 or null: no limit */
  readonly maxBytes: number | null;
  readonly maxMessages: number | null;
}
export interface LimitForecast {
  readonly seconds: number | null;
  readonly by: 'bytes' | 'messages' | null;
  /** why there is no figure */
  readonly why: string | null;
}

const enough = (points: readonly Point[]): boolean => (points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0) >= minHistoryMs;

/**
 * A stream that drops its oldest stays just below its limit, by part of a message, and will never be fuller: from here
 * on its use says all there is to say.
 */
const fullShare = 0.99;
export const isFull = (now: number, limit: number): boolean => now >= fullShare * limit;

function towards(points: readonly Point[], limit: number | null): number | null | 'none' {
  if (limit === null || limit <= 0) return 'none';
  const now = points.at(-1)?.[1];
  const slope = robustSlope(points);
  if (now !== undefined && isFull(now, limit)) return 0;
  if (now === undefined || slope === null) return null;
  return slope > 0 ? (limit - now) / slope : null;
}

/**
 * Seconds until the first of max_bytes and max_msgs is met: (limit - now) / growth (field.md 5.1, ETA to limit). Where
 * discard is `old` the stream then drops its oldest, where it is `new` it refuses publishes. Zero
 * where it is met: what comes then comes for good.
 */
export function toLimit({ bytes, messages, maxBytes, maxMessages }: StreamHistory): LimitForecast {
  const candidates = [
    { by: 'bytes' as const, seconds: towards(bytes, maxBytes) },
    { by: 'messages' as const, seconds: towards(messages, maxMessages) },
  ].filter(({ seconds }) => seconds !== 'none');
  if (candidates.length === 0)
    return { seconds: null, by: null, why: 'The stream has neither max_bytes nor max_msgs.' };
  if (!enough(bytes) && !enough(messages))
    return { seconds: null, by: null, why: 'There are less than five minutes of history to tell its growth from.' };
  let found: { by: 'bytes' | 'messages'; seconds: number } | null = null;
  for (const { by, seconds } of candidates)
    if (typeof seconds === 'number' && (found === null || seconds < found.seconds)) found = { by, seconds };
  return found === null
    ? { seconds: null, by: null, why: 'It is not growing.' }
    : { seconds: found.seconds, by: found.by, why: null };
}

/**
 * Seconds until a consumer has caught up: num_pending / (delivered - published that match), and that difference is how
 * fast num_pending falls (field.md 5.1, drain ETA).
 */
export function toDrain(pending: readonly Point[]): { seconds: number | null; why: string | null } {
  const now = pending.at(-1)?.[1];
  if (now === undefined) return { seconds: null, why: 'Nothing is known of its lag in this time.' };
  if (now === 0) return { seconds: 0, why: null };
  if (!enough(pending))
    return { seconds: null, why: 'There are less than five minutes of history to tell its pace from.' };
  const slope = robustSlope(pending);
  return slope !== null && slope < 0
    ? { seconds: now / -slope, why: null }
    : { seconds: null, why: 'It is not catching up: its lag does not fall.' };
}
