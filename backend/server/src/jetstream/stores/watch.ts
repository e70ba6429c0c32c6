import { decide, type Question, type WatchEvent } from '@jetstream-console/contract';
import type { Links } from '../../clusters/link';
import { makeCurrent, type CurrentDeps } from '../../identity/current';
import { ApiError, forbidden } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { follow, type Turn } from '../follow';
import type { Stored } from '../reader';

/** Silence for longer than this means a broken connection to whoever watches. */
const heartbeatMs = 10_000;

export interface WatchDeps extends CurrentDeps {
  readonly links: Links;
}

/** What is told besides changes is told of keys and objects alike. */
type Told<E> = Exclude<WatchEvent, { type: 'entry' }> | { readonly type: 'entry'; readonly entry: E };

export interface Watched<E> {
  readonly stream: string;
  readonly subject: string;
  /** the subject is of few messages among many */
  readonly sparse?: boolean;
  readonly after: number | undefined;
  readonly question: Question;
  /** what is looked at with the rights of now */
  readonly turn: (now: Ctx) => Promise<Turn>;
  /** @returns null for what is no change */
  readonly entryOf: (stored: Stored) => E | null;
}

/** Rights that came over Grafana are told anew by its next token, which a new request brings. */
const canRenew = ({ principal }: Ctx) => principal.via === 'grafana';
const refused = (error: unknown) => error instanceof ApiError && error.status === 403;

/**
 * Changes as events. Rights are looked at again every half a minute; with the log-in it began with the stream ends, and
 * says that a new request goes on.
 */
export async function watchChanges<E>(
  deps: WatchDeps,
  ctx: Ctx,
  { stream, subject, sparse, after, question, turn, entryOf }: Watched<E>,
  emit: (event: Told<E>) => Promise<void>,
): Promise<void> {
  const current = makeCurrent(deps, ctx);
  const until = ctx.principal.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(ctx.principal.expiresAt);
  const allowed = async () => {
    const now = await current();
    // Some of it is enough to go on; each change is asked about on its own.
    const decision = decide(now.principal.grants, question, now.principal.subject.id, true);
    if (!decision.allowed) throw forbidden(`You may not do this: ${decision.reason}.`);
    return turn(now);
  };
  let told = 0;
  try {
    const steps = follow(stream, { subject, sparse, after: after ?? null }, allowed, ctx.signal);
    for await (const { messages, skipped, at } of steps) {
      if (skipped > 0) await emit({ type: 'skipped', changes: skipped });
      for (const stored of messages) {
        const entry = entryOf(stored);
        if (entry !== null) await emit({ type: 'entry', entry });
      }
      if (deps.now() >= until) return await emit({ type: 'end', why: 'renew' });
      if (told === 0 || deps.now() - told >= heartbeatMs) {
        told = deps.now();
        await emit({ type: 'watching', revision: at, at: new Date(told).toISOString() });
      }
    }
  } catch (error) {
    // Before the first event the answer has a status of its own.
    if (told === 0 || !(error instanceof ApiError)) throw error;
    if (refused(error) && canRenew(ctx)) await emit({ type: 'end', why: 'renew' });
    else await emit({ type: 'error', code: error.code, detail: error.message });
  }
}
