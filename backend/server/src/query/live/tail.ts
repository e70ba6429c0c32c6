import { setTimeout as delay } from 'node:timers/promises';
import type { Message } from '@jetstream-console/contract';
import { compileFilter } from '../../jetstream/filter';
import { readable, streamFacts, toMessage } from '../../jetstream/messages';
import { makeReader, type Stored } from '../../jetstream/reader';
import type { Ctx } from '../../platform/handler';
import { namedClusters, visibleClusters } from '../engine/clusters';
import type { QueryDeps } from '../engine/deps';
import type { Frame } from '../frames/frame';
import { logFrame } from '../messages/logs';
import { requireMessages, type MessagesSpec } from '../messages/read';

/** A screen holds no more of one second; the newest are shown, and how many were left out. */
const mostShown = 100;
/** Looked at in one turn, so that a filter which matches little does not read for ever. */
const mostRead = 2000;
const previewBytes = 4096;
const pollMs = { busy: 500, idle: 2000 };

export const emptyTail = (spec: MessagesSpec): Frame => logFrame([], spec.cluster, spec.stream, {});

async function clusterOf(deps: QueryDeps, ctx: Ctx, spec: MessagesSpec) {
  const [cluster] = namedClusters(await visibleClusters(deps.store, ctx), [spec.cluster]);
  if (!cluster) throw new Error('namedClusters answers each name or throws');
  requireMessages(ctx, cluster.id, spec.stream);
  return cluster;
}

/** Whether this person may tail this stream now, and whether its filters can run. @throws ApiError 400, 403, 404 */
export async function checkTail(deps: QueryDeps, ctx: Ctx, spec: MessagesSpec): Promise<void> {
  compileFilter(spec);
  await clusterOf(deps, ctx, spec);
}

/** A line in the place of messages that were left out. */
function withSkipped(frame: Frame, skipped: number, atMs: number, stream: string, seq: number): Frame {
  if (skipped === 0) return frame;
  const [time, body, id, labels] = frame.fields;
  if (time?.type !== 'time' || body?.type !== 'string' || id?.type !== 'string' || labels?.type !== 'json')
    return frame;
  return {
    ...frame,
    fields: [
      { ...time, values: [atMs, ...time.values] },
      {
        ...body,
        values: [
          `… ${skipped.toLocaleString('en')} messages are not shown: more came than can be read`,
          ...body.values,
        ],
      },
      { ...id, values: [`${stream}:skipped:${seq}`, ...id.values] },
      { ...labels, values: [{ stream, skipped: String(skipped) }, ...labels.values] },
    ],
  };
}

/**
 * Messages as they are stored, from now on, without a consumer. More than can be shown are left out and counted; whoever
 * reads slowly skips ahead to the newest, and the server holds nothing for them.
 * @param current the asker as they stand now; throws when they may not go on
 */
export async function* watchMessages(
  deps: QueryDeps,
  current: () => Promise<Ctx>,
  spec: MessagesSpec,
  signal: AbortSignal,
): AsyncGenerator<Frame, void> {
  const filter = compileFilter(spec);
  let at: number | null = null;
  while (!signal.aborted) {
    const ctx = await current();
    const cluster = await clusterOf(deps, ctx, spec);
    const link = await deps.links.open(ctx, cluster.id);
    const facts = await streamFacts(link, spec.stream, at === null);
    if (at === null) {
      at = facts.lastSeq;
      // Whoever listens knows from here on that nothing is missed.
      yield emptyTail(spec);
    }
    // Purged and made anew, a stream starts again below where this tail stood.
    if (facts.lastSeq < at) at = facts.lastSeq;
    let shown = 0;
    if (facts.lastSeq > at) {
      const from: number = Math.max(at + 1, facts.lastSeq - mostRead + 1);
      let skipped: number = from - at - 1;
      const reader = makeReader(link, facts, signal);
      const { messages, next } = await reader.range(
        from,
        facts.lastSeq + 1,
        { maxMessages: mostRead, maxBytes: 4 * 1024 * 1024 },
        spec.subject,
      );
      const visible = readable(ctx, cluster.id, spec.stream);
      const matching = messages.filter((m: Stored) => visible(m) && (filter === null || filter(m)));
      const kept = matching.slice(-mostShown);
      skipped += matching.length - kept.length;
      at = next - 1;
      shown = kept.length;
      const lines = kept.map((m): Message => toMessage(m, previewBytes, false));
      if (shown > 0 || skipped > 0)
        yield withSkipped(
          logFrame(lines, cluster.settings.name, spec.stream, {}),
          skipped,
          deps.now(),
          spec.stream,
          at,
        );
    }
    await delay(shown > 0 ? pollMs.busy : pollMs.idle, undefined, { signal }).catch(() => undefined);
  }
}
