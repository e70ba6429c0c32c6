import { asking } from '../access/asking';
import type { Snapshots } from '../access/snapshot';
import type { Ctx } from '../platform/handler';
import type { Pg } from '../platform/pg';
import { refuse } from './grafanaToken';
import { knownPerson, sessionGoesOn } from './knownPerson';

/** How long a stream goes on before the asker's rights are looked at again. */
const recheckMs = 30_000;

export interface CurrentDeps {
  readonly pg: Pg;
  readonly snapshots: Snapshots;
  readonly now: () => number;
}

/** The asker anew every half a minute: what changed of their account, roles or mappings holds from then on. */
export function makeCurrent(deps: CurrentDeps, ctx: Ctx): () => Promise<Ctx> {
  let known = ctx;
  let at = deps.now();
  return async () => {
    if (deps.now() - at >= recheckMs) {
      const { sessionId } = ctx.principal;
      if (sessionId !== undefined && !(await sessionGoesOn(deps.pg, sessionId)))
        throw refuse('Your session has ended.');
      const { principal } = await knownPerson(deps, ctx.principal.subject.id);
      at = deps.now();
      known = { ...ctx, ...asking(principal), principal };
    }
    return known;
  };
}
