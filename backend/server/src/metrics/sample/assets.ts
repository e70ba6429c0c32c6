import { elapsedBetween, increaseSince, type Increase, type Moment } from './increase';
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
  /** whether the list of what there is hangs together: what it does not name is gone */
  readonly whole: boolean;
  /** number of the collection */
  readonly now: number;
}

/**
 * @param parent the state of its stream, for a consumer
 * @returns null for what is gone: everybody who could hold it answered, and nobody has it
 */
export function stateOf(
  asset: Asset,
  { answered, silent, whole, now }: Heard,
  parent: AssetState | null,
): AssetState | null {
  if (asset.heard === now) {
    if (asset.listed !== null) return asset.listed;
    const verdict = verdictOf(asset, answered);
    return verdict === 'ok' || verdict === 'leaderless' ? verdict : 'unknown';
  }
  if (!whole || (parent !== null && parent !== 'ok')) return 'unknown';
  const hidden =
    silent.length > 0 && (asset.holders.length === 0 || asset.holders.some((name) => silent.includes(name)));
  return hidden ? 'unknown' : null;
}

/** Whether its figures are of this collection. */
export const isKnown = (asset: Asset, now: number): boolean =>
  asset.heard === now && asset.listed === null && asset.best;
export const leaderOf = (asset: Asset, now: number): string =>
  isKnown(asset, now) && asset.leader !== byList ? asset.leader : '';
export const createdOf = (asset: Asset, now: number): string | null =>
  asset.heard === now && asset.created !== '' ? asset.created : (asset.base?.created ?? null);

const countersOf = (asset: Asset): number[] =>
  'consumers' in asset ? [asset.figures.lastSeq] : [asset.figures.deliveredConsumer, asset.figures.ackFloorConsumer];
const fromNothing = [0, 0] as const;
/** Where its first message still is, or none ever was, a stream began at nothing; else it may have begun at any sequence. */
const startOf = (asset: Asset): readonly number[] | null =>
  'consumers' in asset && asset.figures.firstSeq > 1 ? null : fromNothing;

/** What its next increase is to be taken from, once its row is safe; null where it has none of this collection. */
export const nextBase = (asset: Asset, now: number) =>
  isKnown(asset, now) && asset.at ? { created: asset.created, at: asset.at, counters: countersOf(asset) } : null;

/** Makes what was read the base of the next increase. */
export function adopt(asset: Asset, now: number): void {
  const next = nextBase(asset, now);
  if (!next) return;
  if (asset.base) {
    asset.base.created = next.created;
    asset.base.at = next.at;
    asset.base.counters = next.counters;
  } else asset.base = next;
  if ('consumers' in asset) asset.baseBytes = asset.figures.bytes;
}

/** The server that stamps what is made need not be the one that tells of it: so far apart are their clocks. */
const clocksApartMs = 5000;

/**
 * That there is nothing to count on from does not make an asset new: it may have been out of sight for long.
 * @param complete when the account was last seen whole
 * @returns that moment where it was made after it, null where it may be older
 */
function absentAt(asset: Asset, complete: Moment | null): Moment | null {
  if (complete === null || asset.at === null) return null;
  return asset.ageMs <= elapsedBetween(complete, asset.at) + clocksApartMs ? complete : null;
}

/** @param complete when the account was last seen whole */
export function increaseOf(asset: Asset, now: number, complete: Moment | null): Increase {
  const increase =
    isKnown(asset, now) && asset.at
      ? increaseSince(
          asset.base,
          { created: asset.created, at: asset.at, counters: countersOf(asset), start: startOf(asset) },
          absentAt(asset, complete),
        )
      : idle;
  asset.grown0 = increase.values[0] ?? 0;
  asset.grown1 = increase.values[1] ?? 0;
  asset.grownMs = increase.elapsedMs;
  return increase;
}

/**
 * Of a consumer that has no row yet: its first one counts from here. From its start where it is new, so that what it
 * does until then is neither lost nor taken for that of one interval.
 */
export function holdBase(consumer: Consumer, now: number, complete: Moment | null): void {
  const next = consumer.base === null ? nextBase(consumer, now) : null;
  if (next === null) return;
  const since = absentAt(consumer, complete);
  consumer.base = since === null ? next : { created: next.created, at: since, counters: [...fromNothing] };
}

/** The change of a stream's size over the same time as the increase. */
export function bytesGrowth(stream: Stream, { elapsedMs, reset }: Increase): number {
  if (elapsedMs === 0) return 0;
  return stream.figures.bytes - (reset === 'new' ? 0 : stream.baseBytes);
}

/**
 * Increases of several counters of one kind, as one. The shortest time is theirs: where one was out of sight for
 * longer, the rows before have told that time already, and what it adds now is added to what they told.
 */
export const addIncrease = (a: Increase, b: Increase): Increase => ({
  values: Array.from(
    { length: Math.max(a.values.length, b.values.length) },
    (_, i) => (a.values[i] ?? 0) + (b.values[i] ?? 0),
  ),
  elapsedMs: a.elapsedMs === 0 || b.elapsedMs === 0 ? a.elapsedMs + b.elapsedMs : Math.min(a.elapsedMs, b.elapsedMs),
  reset: a.reset === '' ? b.reset : a.reset,
});
