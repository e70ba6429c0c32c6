import { decide, type QueryOf, type Routes, type WatchEvent } from '@jetstream-console/contract';
import type { Links } from '../../clusters/link';
import { makeCurrent, type CurrentDeps } from '../../identity/current';
import { ApiError, forbidden } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { follow } from '../follow';
import { prefixOf, toEntry } from '../kvValues';
import { filterFor } from '../kv';
import type { Stored } from '../reader';
import type { AtKey } from './keys';

/** Silence for longer than this means a broken connection to whoever watches. */
const heartbeatMs = 10_000;

export interface WatchDeps extends CurrentDeps {
  readonly links: Links;
}

/** Rights that came over Grafana are told anew by its next token, which a new request brings. */
const canRenew = ({ principal }: Ctx) => principal.via === 'grafana';
const refused = (error: unknown) => error instanceof ApiError && error.status === 403;

/**
 * Changes of keys as events. Rights are looked at again every half a minute, and for each key; with the log-in it began
 * with the stream ends, and says that a new request goes on.
 */
export async function watchKeys(
  { links, ...deps }: WatchDeps,
  ctx: Ctx,
  { clusterId, bucket }: AtKey,
  query: QueryOf<Routes['watchKeys']>,
  emit: (event: WatchEvent) => Promise<void>,
): Promise<void> {
  const current = makeCurrent(deps, ctx);
  const stream = `KV_${bucket}`;
  const prefix = await prefixOf(await links.open(ctx, clusterId), bucket);
  const until = ctx.principal.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(ctx.principal.expiresAt);
  const turn = async () => {
    const now = await current();
    const question = { resource: 'kv_values', action: 'read', target: { cluster: clusterId, name: bucket } } as const;
    // Some keys are enough to go on; each is asked about on its own.
    const decision = decide(now.principal.grants, question, now.principal.subject.id, true);
    if (!decision.allowed) throw forbidden(`You may not do this: ${decision.reason}.`);
    return {
      link: await links.open(now, clusterId),
      keep: ({ subject }: Stored) => {
        const key = subject.slice(prefix.length);
        return (
          key.startsWith(query.prefix) &&
          now.decide({ resource: 'kv_values', action: 'read' }, { cluster: clusterId, name: bucket, subject: key })
            .allowed
        );
      },
    };
  };
  let told = 0;
  try {
    const steps = follow(
      stream,
      { subject: filterFor(prefix, query.prefix), after: query.after ?? null },
      turn,
      ctx.signal,
    );
    for await (const { messages, skipped, at } of steps) {
      if (skipped > 0) await emit({ type: 'skipped', changes: skipped });
      for (const stored of messages)
        await emit({ type: 'entry', entry: toEntry(prefix, stored, query.previewBytes, false) });
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
