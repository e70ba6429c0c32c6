/** What the servers said of one asset in the present collection; kept with the asset and written over each time. */
export interface Claims {
  /** of the newest incarnation that anybody named */
  created: string;
  /** servers that hold a copy, as the leader says, else as far as they said so themselves */
  holders: readonly string[];
  /** a leader that somebody named and that did not show as one, '' while nobody named one */
  named: string;
  /** the server whose figures count; '' while there is none */
  leader: string;
  /** whether figures of the leader are there */
  best: boolean;
}

export const newClaims = (): Claims => ({ created: '', holders: [], named: '', leader: '', best: false });

/** Forgets what was said in the last collection, but for who held it. */
export function beginClaims(claims: Claims): void {
  claims.created = claims.named = claims.leader = '';
  claims.best = false;
}

const sameHolders = (known: readonly string[], server: string, peers: readonly string[]) =>
  known.length === peers.length + 1 && known[0] === server && peers.every((name, i) => name === known[i + 1]);

/**
 * Takes a copy in. Figures count only from the copy that leads by its own word: `stream_leader_only` asks the
 * stream's leader for consumers that another server leads. Where leadership moved between two answers, both lead by
 * their own word and the later one counts. A copy of an older incarnation counts for nothing.
 * @param server that says it
 * @param leader that it names; '' for none; null where the asset is not replicated and the copy is the only one
 * @returns whether the figures of this copy are to be read
 */
export function addCopy(
  claims: Claims,
  server: string,
  created: string,
  leader: string | null,
  peers: readonly string[],
): boolean {
  if (created < claims.created) return false;
  if (created > claims.created) {
    if (claims.created !== '') claims.holders = [];
    beginClaims(claims);
    claims.created = created;
  }
  const leads = leader === null || leader === server;
  if (leads) {
    if (!sameHolders(claims.holders, server, peers)) claims.holders = [server, ...peers];
    claims.leader = server;
    claims.best = true;
    return true;
  }
  if (!claims.holders.includes(server)) claims.holders = [...claims.holders, server];
  if (leader !== '') claims.named = leader;
  return false;
}

/** The copy leads and lacks what it has to say: it is as if it had not answered. */
export function refuseFigures(claims: Claims): void {
  claims.best = false;
  claims.named = claims.leader;
  claims.leader = '';
}

export type Verdict = 'ok' | 'leaderless' | 'silent' | 'unsettled';

/**
 * `leaderless` only when every copy that answered names no leader; a named leader that did not answer is `silent`; one
 * that answered and did not lead is `unsettled`: leadership was moving, and asking again settles it.
 */
export function verdictOf(claims: Claims, answered: ReadonlySet<string>): Verdict {
  if (claims.best) return 'ok';
  if (claims.named === '') return 'leaderless';
  return answered.has(claims.named) ? 'unsettled' : 'silent';
}
