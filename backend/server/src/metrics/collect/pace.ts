/** How a collection went, as far as it says how much the cluster can bear. */
export interface Strain {
  /** for how long the cluster was kept busy: the time of its answers, side by side ones once */
  readonly askedMs: number;
  /** the slowest single answer */
  readonly slowestMs: number;
  /** assets that LIST could not ask */
  readonly missing: number;
  /** 503, or the API's queue was dropped (LIMIT_REACHED) */
  readonly overloaded: boolean;
  /** JetStream API requests, which count against the account's budget; system requests do not */
  readonly apiRequests: number;
}

export interface PaceOptions {
  readonly baseMs: number;
  readonly maxMs: number;
  /** more JetStream API requests a minute than this would make the console itself the finding */
  readonly apiRequestsPerMinute: number;
}
export const usualPace: PaceOptions = { baseMs: 15_000, maxMs: 300_000, apiRequestsPerMinute: 900 };

/** An answer that takes longer says that the server has enough to do. */
const slowMs = 2000;
/** The cluster is kept busy for at most this share of the time. */
const dutyShare = 0.1;

/**
 * Time to the next collection: doubled under strain, halved back while there is none, and never so short that
 * collecting itself would be the load.
 */
export function nextInterval(presentMs: number, strain: Strain, options: PaceOptions = usualPace): number {
  const { baseMs, maxMs, apiRequestsPerMinute } = options;
  const strained = strain.slowestMs > slowMs || strain.missing > 0 || strain.overloaded;
  const floor = Math.max(baseMs, strain.askedMs / dutyShare, (strain.apiRequests / apiRequestsPerMinute) * 60_000);
  const wanted = strained ? presentMs * 2 : presentMs / 2;
  return Math.round(Math.min(Math.max(wanted, floor), Math.max(maxMs, baseMs)));
}

/** Ten percent to either side, so that clusters which started together do not stay together. */
export const jittered = (ms: number, random: () => number = Math.random): number => ms * (0.9 + random() * 0.2);
