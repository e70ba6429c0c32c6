import { decide, type Message, type QuerySpec } from '@jetstream-console/contract';
import { compileFilter } from '../../jetstream/filter';
import { readable, streamFacts, toListed } from '../../jetstream/messages';
import { makeReader } from '../../jetstream/reader';
import { emptyProgress, scan } from '../../jetstream/scan';
import { forbidden } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { namedClusters, visibleClusters } from '../engine/clusters';
import type { QueryDeps, Window } from '../engine/deps';
import type { Frame } from '../frames/frame';
import { logFrame } from './logs';

export type MessagesSpec = Extract<QuerySpec, { kind: 'messages' }>;

/** Bytes of each payload that a log line shows. */
const previewBytes = 4096;
/** One answer looks at this much of a stream; then it says so. */
const limits = { scan: 200_000, bytes: 256 * 1024 * 1024, ms: 12_000 };

const said: Readonly<Record<string, string>> = {
  scan_limit: `Only the newest ${limits.scan.toLocaleString('en')} messages of the time range were looked at.`,
  byte_limit: 'Only the newest 256 MB of the time range were looked at.',
  time_limit: 'The search took too long: only the newest part of the time range was looked at.',
};

/** Some grant has to reach into this stream; which messages it reaches is asked one by one. */
export function requireMessages(ctx: Ctx, cluster: string, name: string): void {
  const question = { resource: 'messages', action: 'read', target: { cluster, name } } as const;
  const decision = decide(ctx.principal.grants, question, ctx.principal.subject.id, true);
  if (!decision.allowed) throw forbidden(`You may not read these messages: ${decision.reason}.`);
}

/** Messages of a stream in the time range as log lines, newest first, read without a consumer. */
export async function readMessages(deps: QueryDeps, ctx: Ctx, spec: MessagesSpec, window: Window): Promise<Frame[]> {
  const [cluster] = namedClusters(await visibleClusters(deps.store, ctx), [spec.cluster]);
  if (!cluster) return [];
  requireMessages(ctx, cluster.id, spec.stream);
  const typeOf = await deps.types.ofStream(ctx, cluster.id, spec.stream);
  const filter = compileFilter(spec, () => progress.unread++, typeOf);
  const link = await deps.links.open(ctx, cluster.id);
  const facts = await streamFacts(link, spec.stream, true);
  const reader = makeReader(link, facts, ctx.signal);
  const at = async (ms: number) => (await reader.atOrAfterTime(new Date(ms).toISOString()))?.seq ?? facts.lastSeq + 1;
  const [first, start] = await Promise.all([at(window.fromMs), at(window.toMs)]);
  const progress = emptyProgress(start, first, start - 1);
  const matches = scan(
    reader,
    { ...facts, firstSeq: Math.max(first, facts.firstSeq) },
    {
      direction: 'older',
      start,
      limit: spec.limit,
      subject: spec.subject,
      filter,
      visible: readable(ctx, cluster.id, spec.stream),
      limits,
    },
    progress,
    ctx.signal,
  );
  const messages: Message[] = [];
  for await (const stored of matches) messages.push(toListed(stored, previewBytes, typeOf));
  const { why, unread } = progress;
  const notes = [
    ...(why !== null && said[why] !== undefined ? [said[why]] : []),
    ...(unread > 0 ? [`${unread.toLocaleString('en')} messages are too large for a JSON path and were left out.`] : []),
  ];
  if (messages.length === 0 && notes.length === 0) return [];
  const custom = { scanned: progress.scanned, stopped: why };
  return [
    logFrame(messages, cluster.settings.name, spec.stream, {
      custom,
      ...(notes.length > 0 && { notices: notes.map((text) => ({ severity: 'warning' as const, text })) }),
    }),
  ];
}
