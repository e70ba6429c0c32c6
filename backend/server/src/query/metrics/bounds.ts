import { maxBuckets } from './step';

/** Lines in one answer: more cannot be told apart, and `top` chooses. */
export const maxSeries = 1000;
/** Points in one answer. */
export const maxPoints = 500_000;
/** Rows of one table. */
export const maxRows = maxBuckets;

/** How many lines of so many points fit into one answer. */
export const seriesLimit = (points: number): number => Math.min(maxSeries, Math.max(1, Math.floor(maxPoints / points)));
