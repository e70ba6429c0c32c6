import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { bytes, duration, exact } from '../format';

type Forecast = ResponseOf<Routes['forecast']>;
const year = 365 * 86_400;

/** A forecast is a guess: it is not told to the second, nor to the hour when it is years away. */
export const foretold = (seconds: number): string =>
  seconds >= year ? 'more than a year' : duration(seconds < 600 ? seconds : Math.round(seconds / 60) * 60);

/** A rate to two digits below ten, to none above. */
export const perSecond = (value: number | null | undefined): string =>
  value === null || value === undefined
    ? '–'
    : value === 0
      ? '0/s'
      : value < 10
        ? `${value.toFixed(value < 0.1 ? 3 : 1)}/s`
        : `${Math.round(value).toLocaleString('en-US')}/s`;

/** A change of size, with its sign: what shrinks is not what grows. */
export const bytesPerSecond = (value: number): string => `${value < 0 ? '−' : '+'}${bytes(Math.abs(value))}/s`;

export interface Limited {
  readonly maxBytes: number;
  readonly maxMessages: number;
  readonly maxAgeSeconds: number;
  readonly discard: string;
}

const then = (discard: string): string =>
  discard === 'new' ? 'then new messages are refused' : 'then the oldest messages go';

/** When a stream meets its limit, in a sentence; the reason where that cannot be told. */
export function limitWords(forecast: Forecast, stream: Limited): string {
  const { toLimitSeconds: seconds, limitBy } = forecast;
  if (stream.maxBytes < 0 && stream.maxMessages < 0)
    return stream.maxAgeSeconds > 0
      ? `No limit of size: messages go when they are ${duration(stream.maxAgeSeconds)} old.`
      : 'No limit: it grows until the storage of the account or of the servers is used up.';
  if (seconds === null) return forecast.why ?? 'Nothing foretells when it meets its limit.';
  const what = limitBy === 'messages' ? `${exact(stream.maxMessages)} messages` : bytes(stream.maxBytes);
  if (seconds === 0)
    return `At its limit of ${what}: ${stream.discard === 'new' ? 'new messages are refused.' : 'for each new message the oldest go.'}`;
  return `Full in about ${foretold(seconds)} at the pace of the last hour (${what}); ${then(stream.discard)}.`;
}

/** When a consumer has caught up. @param lag as it is now */
export function drainWords(forecast: Pick<Forecast, 'drainSeconds' | 'why'>, lag: number | null): string {
  if (lag === 0) return 'Nothing waits.';
  const { drainSeconds: seconds, why } = forecast;
  if (seconds === null) return why ?? 'Nothing foretells when it has caught up.';
  return seconds === 0 ? 'Nothing waits.' : `Caught up in about ${foretold(seconds)} at the pace of the last hour.`;
}

/** The start of a condition is looked for in the samples of a day. */
const lookBack = 86_400 - 300;
export function heldFor(seconds: number): string {
  if (seconds >= lookBack) return 'for a day or longer';
  // To the minute: seconds that count up draw the eye and tell nothing.
  const told = seconds < 60 ? Math.floor(seconds) : Math.floor(seconds / 60) * 60;
  return told < 1 ? 'since just now' : `for ${duration(told)}`;
}
