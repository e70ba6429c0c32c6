export type SilenceTime = 'hour' | 'shift' | 'tomorrow' | 'week';

/** When people are at their desks again, by the clock of whoever looks. */
const morning = 9;
const hourMs = 3_600_000;

/** How long one may want not to be told: to look after it now, for the shift, until people are back, and longer. */
export const silenceTimes: readonly { readonly value: SilenceTime; readonly label: string }[] = [
  { value: 'hour', label: '1 hour' },
  { value: 'shift', label: '8 hours' },
  { value: 'tomorrow', label: `Tomorrow ${morning}:00` },
  { value: 'week', label: 'A week' },
];

/** When a silence that begins now is over. */
export function silenceEnd(chosen: SilenceTime, now: Date): Date {
  const end = new Date(now);
  switch (chosen) {
    case 'hour':
      return new Date(now.getTime() + hourMs);
    case 'shift':
      return new Date(now.getTime() + 8 * hourMs);
    case 'tomorrow':
      // By the calendar, so that the hour is right on the days when clocks change.
      end.setDate(end.getDate() + 1);
      end.setHours(morning, 0, 0, 0);
      return end;
    case 'week':
      end.setDate(end.getDate() + 7);
      return end;
  }
}
