import type { Purge } from '@jetstream-console/contract';
import { parseCount } from '../../../assetConfig/amounts';

export type Bound = 'all' | 'before' | 'keep';

/** What stands in the form. */
export interface PurgeForm {
  readonly bound: Bound;
  readonly subject: string;
  readonly seq: string;
  readonly keep: string;
}
export const emptyPurge: PurgeForm = { bound: 'all', subject: '', seq: '', keep: '' };

const numberFrom = (text: string): number | null => {
  const parsed = parseCount(text);
  return 'value' in parsed && parsed.value !== undefined && parsed.value > 0 ? parsed.value : null;
};

/** What the form asks to be removed; null while it does not say. */
export function purgeOf({ bound, subject, seq, keep }: PurgeForm): Purge | null {
  const of = subject.trim() === '' ? {} : { subject: subject.trim() };
  if (bound === 'all') return of;
  const given = numberFrom(bound === 'before' ? seq : keep);
  if (given === null) return null;
  return bound === 'before' ? { ...of, seq: given } : { ...of, keep: given };
}
