import type { Link } from '../../clusters/link';
import type { Ctx } from '../../platform/handler';
import type { Pg } from '../../platform/pg';
import type { LetterRow } from './letterStore';
import { requireReading, sourceOf } from './message';
import { asItWas, assertSendable, type Outgoing } from './send';
import type { Target, TargetOf } from './target';

/** What letters are sent over. */
export interface Sending {
  readonly pg: Pg;
  readonly link: Link;
  readonly ctx: Ctx;
}
export type Prepared =
  | { readonly from: 'stream' | 'copy'; readonly outgoing: Outgoing; readonly target: Target }
  | { readonly from: null; readonly gone: string | null };

/**
 * A letter as it would be sent; nothing is. `from` null: its message is gone, and there is no copy.
 * @throws ApiError where the asker may not read or publish it, or no stream would take it
 */
export async function prepare(
  { pg, link, ctx }: Sending,
  clusterId: string,
  row: LetterRow,
  targets: TargetOf,
): Promise<Prepared> {
  const { from, message, gone } = await sourceOf(pg, link, ctx, row);
  if (!message || from === null) return { from: null, gone };
  requireReading(ctx, clusterId, row.stream, message.subject);
  const target = await targets(row.stream, message.subject);
  const outgoing = asItWas(message, target);
  assertSendable(link, ctx, clusterId, target, outgoing);
  return { from, outgoing, target };
}
