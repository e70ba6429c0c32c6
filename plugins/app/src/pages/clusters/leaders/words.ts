import type { BalanceAccount, ServerPart } from '@jetstream-console/contract';
import { exact } from '../../../format';

type Part = Pick<ServerPart, 'name' | 'streamLeaders'>;

const streams = (n: number) => `${exact(n)} ${n === 1 ? 'stream' : 'streams'}`;

/** The servers that lead the most and the least streams; null below two of them. */
function ends(servers: readonly Part[]): { most: Part; least: Part } | null {
  const [first, ...others] = [...servers].sort((a, b) => b.streamLeaders - a.streamLeaders);
  const last = others.at(-1);
  return first && last ? { most: first, least: last } : null;
}

/** Whether no server leads over one stream more than another. */
export function leadAlike(servers: readonly Part[]): boolean {
  const found = ends(servers);
  return found === null || found.most.streamLeaders - found.least.streamLeaders <= 1;
}

/** How even it is, in a sentence. */
export function evenness(servers: readonly Part[], all: number): string {
  const found = ends(servers);
  if (found === null) return 'One server by itself leads all there is.';
  const { most, least } = found;
  if (leadAlike(servers)) return 'The servers lead alike: none leads over one stream more than another.';
  const little = least.streamLeaders === 0 ? 'none' : exact(least.streamLeaders);
  return `${most.name} leads ${exact(most.streamLeaders)} of ${streams(all)}, and ${least.name} ${little}: the one has more of the work, and more stops for a moment when it goes down.`;
}

/** How far a run came. */
export function accountWords({ moves, moved, elsewhere, skipped, at, why, failure }: BalanceAccount): string[] {
  return [
    `${exact(moved)} of ${exact(moves)} leaders moved${at !== null && why === null ? `; ${at} is under way` : ''}.`,
    ...(elsewhere > 0 ? [`${exact(elsewhere)} more handed over to another server than was planned.`] : []),
    ...skipped.map((one) => `${one.stream} was left alone: ${one.why}.`),
    ...(why === 'stopped' && at !== null ? [`What was under way is brought to its end: ${at}.`] : []),
    ...(failure === null ? [] : [`${failure.stream}: ${failure.detail}`]),
  ];
}
