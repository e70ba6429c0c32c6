import type {
  CopyState,
  DeadLetter,
  DeadLetterReason,
  DeadLetterState,
  RetryAccount,
} from '@jetstream-console/contract';
import { exact } from '../../format';

export const reasonWords: Readonly<Record<DeadLetterReason, string>> = {
  max_deliveries: 'delivered as often as it may be',
  terminated: 'terminated by its client',
};
export const stateWords: Readonly<Record<DeadLetterState, string>> = {
  open: 'open',
  retrying: 'not known',
  retried: 'sent again',
  dropped: 'dropped',
};
export const stateColors = { open: 'orange', retrying: 'red', retried: 'green', dropped: 'darkgrey' } as const;

/** Of the copy in the console; null where there is nothing to say. */
export const copyWords: Readonly<Record<CopyState, string | null>> = {
  none: null,
  wanted: 'a copy is being taken',
  kept: 'the console has a copy',
  gone: 'gone before a copy was taken',
  too_large: 'too large for a copy (1 MiB)',
  full: 'no copy: the room for copies is used up',
  unfit: 'no copy: its subject holds a NUL, which the database cannot keep',
};

/** What became of it last. */
export function fateOf({ state, by, retried, failure }: DeadLetter): string | null {
  if (state === 'retrying')
    return `${failure ?? 'It is being sent, or whoever sent it was cut off.'} Look into the stream before you send it again.`;
  if (failure !== null) return `The last try: ${failure}`;
  if (retried !== null && state === 'retried')
    return `Sent ${retried.edited ? 'edited ' : ''}by ${by?.name ?? 'somebody'} as message ${exact(retried.seq)} of ${retried.stream}${retried.duplicate ? ', which had it already' : ''}.`;
  return state === 'dropped' ? `Dropped by ${by?.name ?? 'somebody'}.` : null;
}

/** How far a bulk retry came, for a person. */
export function accountWords({
  letters,
  retried,
  duplicates,
  refused,
  unknown,
  untouched,
  failure,
}: RetryAccount): string[] {
  const found: (string | false)[] = [
    `${exact(retried)} of ${exact(letters)} sent again.`,
    duplicates > 0 && `Of those, ${exact(duplicates)} were stored already, by an earlier try or for another consumer.`,
    refused > 0 && `${exact(refused)} could not be sent and are open as before; each says why.`,
    unknown > 0 &&
      `Of ${exact(unknown)} nobody knows whether they are stored: look at them before you send them again.`,
    untouched > 0 && `${exact(untouched)} were not tried.`,
    failure !== null && `It ended with: ${failure}`,
  ];
  return found.filter((words) => words !== false);
}
