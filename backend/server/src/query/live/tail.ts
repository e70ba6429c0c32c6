import type { Message } from '@jetstream-console/contract';
import { noTypes } from '../../decoders/types';
import { compileFilter } from '../../jetstream/filter';
import { follow } from '../../jetstream/follow';
import { readable, toListed } from '../../jetstream/messages';
import type { Stored } from '../../jetstream/reader';
import type { Ctx } from '../../platform/handler';
import { namedClusters, visibleClusters } from '../engine/clusters';
import type { QueryDeps } from '../engine/deps';
import type { Frame } from '../frames/frame';
import { logFrame } from '../messages/logs';
import { requireMessages, type MessagesSpec } from '../messages/read';

const previewBytes = 4096;

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
  // Lines of a tail come and go: one that cannot be looked into in time is passed over.
  const filter = compileFilter(
    spec,
    () => undefined,
    (subject) => typeOf(subject),
  );
  let typeOf = noTypes;
  let name = spec.cluster;
  const turn = async () => {
    const ctx = await current();
    const cluster = await clusterOf(deps, ctx, spec);
    name = cluster.settings.name;
    typeOf = await deps.types.ofStream(ctx, cluster.id, spec.stream);
    const visible = readable(ctx, cluster.id, spec.stream);
    return {
      link: await deps.links.open(ctx, cluster.id),
      keep: (message: Stored) => visible(message) && (filter === null || filter(message)),
    };
  };
  let begun = false;
  for await (const { messages, skipped, at } of follow(
    spec.stream,
    { subject: spec.subject, after: null },
    turn,
    signal,
  )) {
    if (!begun) {
      begun = true;
      // Whoever listens knows from here on that nothing is missed.
      yield emptyTail(spec);
    } else if (messages.length > 0 || skipped > 0) {
      const lines = messages.map((message): Message => toListed(message, previewBytes, typeOf));
      yield withSkipped(logFrame(lines, name, spec.stream, {}), skipped, deps.now(), spec.stream, at);
    }
  }
}
