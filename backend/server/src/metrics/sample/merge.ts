/** What one server says of its copy of a stream or consumer. */
export interface Copy<T> {
  /** the server that says it */
  readonly server: string;
  readonly created: string;
  /** the leader it names; '' for none; null where the asset is not replicated and the copy is the only one */
  readonly leader: string | null;
  /** read only of the copy that leads; null where the answer lacks what it has to say */
  readonly figures: () => T | null;
}

/** The copies of one asset, as far as they have come in. */
export interface Merge<T> {
  created: string;
  /** servers that hold a copy */
  readonly holders: Set<string>;
  /** a leader that somebody named and that did not say so of itself, '' while nobody named one */
  named: string;
  leader: string;
  best: T | null;
}

export const newMerge = <T>(created: string): Merge<T> => ({
  created,
  holders: new Set(),
  named: '',
  leader: '',
  best: null,
});

/**
 * Takes a copy in. Figures count only from the copy that leads by its own word: `stream_leader_only` asks the
 * stream's leader for consumers that another server leads. Where leadership moved between two answers, both lead by
 * their own word and the later one counts. A copy of an older incarnation counts for nothing.
 */
export function addCopy<T>(merge: Merge<T>, copy: Copy<T>): void {
  if (copy.created < merge.created) return;
  if (copy.created > merge.created) {
    merge.created = copy.created;
    merge.holders.clear();
    merge.named = merge.leader = '';
    merge.best = null;
  }
  merge.holders.add(copy.server);
  if (copy.leader === null || copy.leader === copy.server) {
    const figures = copy.figures();
    if (figures === null) merge.named = copy.server;
    else {
      merge.best = figures;
      merge.leader = copy.server;
    }
  } else if (copy.leader !== '') merge.named = copy.leader;
}

export type Verdict = 'ok' | 'leaderless' | 'silent' | 'unsettled';

/**
 * `leaderless` only when every copy that answered names no leader; a named leader that did not answer is `silent`; one
 * that answered and did not lead is `unsettled`: leadership was moving, and asking again settles it.
 */
export function verdictOf(merge: Merge<unknown>, answered: ReadonlySet<string>): Verdict {
  if (merge.best !== null) return 'ok';
  if (merge.named === '') return 'leaderless';
  return answered.has(merge.named) ? 'unsettled' : 'silent';
}
