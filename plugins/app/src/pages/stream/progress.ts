import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { exact } from '../../format';

export type Progress = ResponseOf<Routes['listMessages']>['progress'];

/** How much of the way through the stream lies behind, 0..1. */
export function fractionOf({ atSeq, fromSeq, toSeq }: Progress, direction: 'older' | 'newer'): number {
  const length = toSeq - fromSeq + 1;
  if (length <= 0) return 1;
  const gone = direction === 'older' ? toSeq + 1 - atSeq : atSeq - fromSeq;
  return Math.min(1, Math.max(0, gone / length));
}

const messages = (n: number) => `${exact(n)} ${n === 1 ? 'message' : 'messages'}`;

/** What was looked at so far, in a sentence. */
export const progressText = (progress: Progress): string =>
  `${messages(progress.scanned)} looked at, ${exact(progress.matched)} ${progress.matched === 1 ? 'matches' : 'match'}` +
  (progress.unread > 0 ? `, ${exact(progress.unread)} too large for a JSON path` : '');

const reasons: Record<NonNullable<Progress['why']>, string> = {
  end: 'That was all of it.',
  page_full: 'There may be more.',
  scan_limit: 'Paused after that many messages; look on for more.',
  byte_limit: 'Paused after that many bytes; look on for more.',
  time_limit: 'Paused after that long; look on for more.',
  stopped: 'Stopped.',
};
/** Why it came to rest. */
export const endText = ({ why }: Progress): string => (why === null ? '' : reasons[why]);
