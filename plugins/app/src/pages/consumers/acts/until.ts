import { instantOf } from '../../stream/filter';

const minute = 60_000;
export const pauseTimes = [
  { label: '15 minutes', value: '15m', ms: 15 * minute },
  { label: '1 hour', value: '1h', ms: 60 * minute },
  { label: '8 hours', value: '8h', ms: 480 * minute },
  { label: '1 day', value: '1d', ms: 1440 * minute },
  { label: 'Until', value: 'at', ms: null },
] as const;
export type PauseTime = (typeof pauseTimes)[number]['value'];

/**
 * When a pause ends, in ISO 8601; null where the text is no time that is still to come.
 * @param text what was typed, where the end is given as a time
 */
export function pauseEnd(chosen: PauseTime, text: string, now: Date): string | null {
  const ms = pauseTimes.find(({ value }) => value === chosen)?.ms ?? null;
  if (ms !== null) return new Date(now.getTime() + ms).toISOString();
  const instant = instantOf(text);
  return instant !== null && Date.parse(instant) > now.getTime() ? instant : null;
}
