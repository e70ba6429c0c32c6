import type { Redis } from 'ioredis';

/** `full`: this process remembers as many as it can; forgetting one to take another would let it be replayed. */
export type NonceAnswer = 'fresh' | 'used' | 'full';

export interface Nonces {
  /** Marks a nonce as used until an instant. */
  use(nonce: string, until: number): Promise<NonceAnswer>;
}

const maxRemembered = 200_000;
const sweepEvery = 1024;

/** What this process has seen; entries end with their time. */
export function localNonces(now: () => number = Date.now, max = maxRemembered): Nonces {
  const seen = new Map<string, number>();
  let uses = 0;
  const sweep = () => {
    const at = now();
    for (const [nonce, until] of seen) if (until <= at) seen.delete(nonce);
  };
  return {
    async use(nonce, until) {
      if (++uses % sweepEvery === 0 || seen.size >= max) sweep();
      if ((seen.get(nonce) ?? 0) > now()) return 'used';
      if (seen.size >= max) return 'full';
      seen.set(nonce, until);
      return 'fresh';
    },
  };
}

/**
 * Shared by all api processes through Redis, and kept in this process besides: while Redis is away a replay is caught
 * where the request came first, though not by another api process. A signature's window bounds that time.
 */
export function sharedNonces(redis: Redis, local: Nonces = localNonces(), now: () => number = Date.now): Nonces {
  return {
    async use(nonce, until) {
      const here = await local.use(nonce, until);
      if (here === 'used' || redis.status !== 'ready') return here;
      try {
        const set = await redis.set(`gateway:nonce:${nonce}`, '1', 'PX', Math.max(1, until - now()), 'NX');
        return set === null ? 'used' : 'fresh';
      } catch {
        // Redis went away under the call; its own error event has been logged.
        return here;
      }
    },
  };
}
