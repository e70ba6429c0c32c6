import { increaseSince, type Increase, type Moment } from './increase';
import { byList } from './intake';
import { verdictOf } from './merge';
import type { AssetState } from './rows';
import type { Consumer, Stream } from './state';

export type Asset = Stream | Consumer;
/** Nothing grew, and no time is claimed for that. */
export const idle: Increase = { values: [], elapsedMs: 0, reset: '' };

/** Who answered all that it was asked, and who of those that are needed did not. */
export interface Heard {
  readonly answered: ReadonlySet<string>;
  readonly silent: readonly string[];
}

/**
 * @param parent the state of its stream, for a consumer
 * @returns null for what is gone: everybody who could hold it answered, and nobody has it
 */
export function stateOf(asset: Asset, { answered, silent }: Heard, parent: AssetState | null): AssetState | null {
  if (asset.merge !== null) {
    const verdict = verdictOf(asset.merge, answered);
    return verdict === 'ok' || verdict === 'leaderless' ? verdict : 'unknown';
  }
  if (asset.listed !== null) return asset.listed;
  if (parent !== null && parent !== 'ok') return 'unknown';
  const hidden =
    silent.length > 0 && (asset.holders.length === 0 || asset.holders.some((name) => silent.includes(name)));
  return hidden ? 'unknown' : null;
}

export const leaderOf = ({ merge }: Asset): string => (merge === null || merge.leader === byList ? '' : merge.leader);
export const createdOf = (asset: Asset): string | null => asset.merge?.created ?? asset.base?.created ?? null;

/** Makes what was read the base of the next increase. */
export function adopt(asset: Asset): void {
  if ('consumers' in asset && asset.next) asset.baseBytes = asset.nextBytes;
  asset.base = asset.next ?? asset.base;
  asset.next = null;
}

export function streamIncrease(stream: Stream, absentAt: Moment | null): { increase: Increase; bytesGrowth: number } {
  const read = stream.merge?.best;
  if (!stream.merge || !read) return { increase: idle, bytesGrowth: 0 };
  const { firstSeq, lastSeq, bytes } = read.figures;
  const sample = { created: stream.merge.created, at: read.at, counters: [lastSeq] };
  stream.next = sample;
  stream.nextBytes = bytes;
  // Where its first message still is, or none ever was, it began at nothing; else it may have begun at any sequence.
  const increase = increaseSince(stream.base, { ...sample, start: firstSeq <= 1 ? [0] : null }, absentAt);
  stream.increase = increase;
  const before = increase.reset === 'new' ? 0 : stream.baseBytes;
  return { increase, bytesGrowth: increase.elapsedMs === 0 ? 0 : bytes - before };
}

export function consumerIncrease(consumer: Consumer, absentAt: Moment | null): Increase {
  const read = consumer.merge?.best;
  if (!consumer.merge || !read) return idle;
  const sample = {
    created: consumer.merge.created,
    at: read.at,
    counters: [read.figures.deliveredConsumer, read.figures.ackFloorConsumer],
  };
  consumer.next = sample;
  consumer.increase = increaseSince(consumer.base, { ...sample, start: [0, 0] }, absentAt);
  return consumer.increase;
}

/** Increases of several counters of one kind, as one. */
export const addIncrease = (a: Increase, b: Increase): Increase => ({
  values: Array.from(
    { length: Math.max(a.values.length, b.values.length) },
    (_, i) => (a.values[i] ?? 0) + (b.values[i] ?? 0),
  ),
  elapsedMs: Math.max(a.elapsedMs, b.elapsedMs),
  reset: a.reset === '' ? b.reset : a.reset,
});
