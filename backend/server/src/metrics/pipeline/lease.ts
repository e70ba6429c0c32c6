import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { KV } from '@nats-io/kv';
import { isApiError } from './own';

/** A right that one worker holds at a time, and loses by itself when it stops renewing it. */
export interface Lease {
  readonly key: string;
  /** false from the moment on when another may have it, by this process's own clock */
  valid(): boolean;
  /** aborts when the lease is lost or given back */
  readonly signal: AbortSignal;
  release(): Promise<void>;
}

/** A lease counts for this much less than it lasts, for clocks and answers that lag. */
const safety = 0.2;

/**
 * Takes a lease where nobody holds it. The entry expires by the bucket's TTL: each renewal writes it anew, by
 * compare-and-set, so of two who try one gets it.
 * @returns null where another holds it
 */
export async function tryAcquire(kv: KV, key: string, ttlMs: number): Promise<Lease | null> {
  const holder = randomUUID();
  const started = performance.now();
  let revision: number;
  try {
    revision = await kv.create(key, holder);
  } catch (error) {
    if (isApiError(error, 'wrongSequence')) return null;
    throw error;
  }
  const lost = new AbortController();
  const lasts = ttlMs * (1 - safety);
  let validUntil = started + lasts;
  let timer: NodeJS.Timeout | undefined;
  let renewing: Promise<void> = Promise.resolve();
  const end = () => {
    clearTimeout(timer);
    validUntil = 0;
    lost.abort();
  };
  const renew = async () => {
    const asked = performance.now();
    try {
      revision = await kv.update(key, holder, revision);
      validUntil = asked + lasts;
    } catch (error) {
      if (!isApiError(error, 'wrongSequence')) return; // No answer: it stays valid for the time that it has.
      // Either an earlier renewal did arrive and its answer did not, or somebody else has it.
      const entry = await kv.get(key).catch(() => null);
      if (entry?.string() === holder && entry.operation === 'PUT') revision = entry.revision;
      else if (entry) end();
    }
  };
  const next = () => {
    timer = setTimeout(() => {
      renewing = renew().then(() => {
        if (lost.signal.aborted) return;
        if (performance.now() >= validUntil) end();
        else next();
      });
    }, ttlMs / 4);
  };
  next();
  return {
    key,
    valid: () => performance.now() < validUntil,
    signal: lost.signal,
    release: async () => {
      const held = !lost.signal.aborted;
      end();
      await renewing;
      if (held) await kv.delete(key, { previousSeq: revision });
    },
  };
}
