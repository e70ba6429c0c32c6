import { performance } from 'node:perf_hooks';
import { say } from '../lib/main';

export interface Figure {
  readonly what: string;
  /** what was measured, with its unit */
  readonly ours: string;
  /** the bare client or engine in the same run */
  readonly raw?: string;
  readonly ratio?: number;
  /** the bound from the issue; a figure past it is said so and fails nothing, since machines are noisy */
  readonly bound?: { readonly text: string; readonly kept: boolean };
}

export const report = ({ what, ours, raw, ratio, bound }: Figure): void => {
  const parts = [
    what,
    ours,
    ...(raw === undefined ? [] : [`bare ${raw}`]),
    ...(ratio === undefined ? [] : [`ratio ${ratio.toFixed(2)}`]),
  ];
  say(`${parts.join(' · ')}${bound ? ` · ${bound.kept ? 'within' : 'PAST'} ${bound.text}` : ''}`);
};

export const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`;
export const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en-US')}/s`;

export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

export interface Timing {
  readonly p50: number;
  readonly p95: number;
}

/**
 * Runs works by turns, so that a slow second of the machine falls on all of them. Milliseconds each.
 * @param warmUp rounds that do not count, with negative numbers: as many as it takes until all is compiled and cached
 */
export async function timeByTurns<K extends string>(
  rounds: number,
  works: Record<K, (round: number) => Promise<unknown>>,
  warmUp = 3,
): Promise<Record<K, Timing>> {
  const times = new Map<string, number[]>();
  const names = Object.keys(works) as K[];
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of names) {
      const started = performance.now();
      await works[name](round);
      if (round >= 0) times.set(name, [...(times.get(name) ?? []), performance.now() - started]);
    }
  }
  return Object.fromEntries(
    names.map((name) => {
      const sorted = (times.get(name) ?? []).sort((a, b) => a - b);
      return [name, { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) }];
    }),
  ) as Record<K, Timing>;
}
