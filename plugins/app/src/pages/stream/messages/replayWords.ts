import type { ReplayAccount } from '@jetstream-console/contract';
import { bytes, exact } from '../../../format';

/** How far a copy came, for a person. */
export function accountWords(account: ReplayAccount, target: string): string[] {
  const { copied, duplicates, unknown, leftOut, failure, why, resume } = account;
  const left = Object.entries(leftOut).map(([name, count]) => `${name} (${exact(count)})`);
  const found: (string | false)[] = [
    `${exact(copied)} copied into ${target}, ${bytes(account.bytes)}.`,
    duplicates > 0 && `${exact(duplicates)} were there already, by their message ids.`,
    failure !== null &&
      `${failure.seq === null ? 'It ended' : `It ended at message ${exact(failure.seq)}`}: ${failure.detail}`,
    unknown.length > 0 &&
      `Nobody knows whether these are stored: ${unknown.slice(0, 20).map(exact).join(', ')}${unknown.length > 20 ? ' and more' : ''}.`,
    left.length > 0 && `Headers that command the server were left out: ${left.join(', ')}.`,
    why !== null && why !== 'end' && resume !== null && `It goes on at sequence ${exact(resume.fromSeq)}.`,
  ];
  return found.filter((words) => words !== false);
}

/** Part of the way, 0..1. */
export function replayFraction({ fromSeq, toSeq, atSeq, why }: ReplayAccount): number {
  if (why === 'end' || toSeq < fromSeq) return 1;
  return Math.min(1, Math.max(0, (atSeq - fromSeq) / (toSeq - fromSeq + 1)));
}
