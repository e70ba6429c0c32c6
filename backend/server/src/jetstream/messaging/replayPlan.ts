import type { BodyOf, ReplayPlan, Routes } from '@jetstream-console/contract';
import type { Link } from '../../clusters/link';
import type { Ctx } from '../../platform/handler';
import { directPending, knowsBatches } from '../direct';
import type { At } from '../manage/streams';
import type { Readers } from '../messages';
import type { Stored } from '../reader';
import { replayedSubject } from './replayMessage';
import { notesOf, readTarget } from './replayTarget';
import { messageGate } from './rights';
import { select, type Selection } from './selection';

type Body = BodyOf<Routes['planReplay']>;

const mostExamples = 5;
/** A plan is looked at before something happens: it answers within seconds, and says where it stopped counting. */
const longestMs = 12_000;

interface Count {
  readonly messages: number;
  readonly bytes: number | null;
  readonly countedBy: string;
  readonly examples: readonly Stored[];
}

/** By the server, where it can: from the first place on, less what comes after the last. */
async function countQuickly(
  link: Link,
  { facts, from, to }: Selection,
  body: Body,
  signal: AbortSignal,
): Promise<number> {
  const pending = (seq: number) =>
    seq > facts.lastSeq ? 0 : directPending(link, facts.name, seq, body.subject, signal);
  const [all, after] = await Promise.all([pending(from), pending(to)]);
  return Math.min(Math.max(0, all - after), body.limit ?? Infinity);
}

async function countByReading(selection: Selection, skip: ReadonlySet<number>, now = Date.now): Promise<Count> {
  const end = now() + longestMs;
  const examples: Stored[] = [];
  let messages = 0;
  let bytes = 0;
  for await (const window of selection.windows()) {
    for (const message of window) {
      if (skip.has(message.seq)) continue;
      messages++;
      bytes += message.data.length;
      if (examples.length < mostExamples) examples.push(message);
    }
    if (now() >= end)
      return {
        messages,
        bytes,
        examples,
        countedBy: `reading up to sequence ${selection.progress.atSeq - 1}; there is more behind it`,
      };
  }
  return { messages, bytes, examples, countedBy: 'reading' };
}

async function firstOf(selection: Selection): Promise<readonly Stored[]> {
  for await (const window of selection.windows()) return window.slice(0, mostExamples);
  return [];
}

/** What a copy would publish. Nothing is published, and no message is marked as read. */
export async function planReplay({ links, types }: Readers, ctx: Ctx, at: At, body: Body): Promise<ReplayPlan> {
  const link = await links.open(ctx, at.clusterId);
  const target = await readTarget(link, at, body, ctx.signal);
  const visible = messageGate(ctx, ['read'], at.clusterId, at.stream);
  const typeOf = await types.ofStream(ctx, at.clusterId, at.stream);
  const selection = await select(link, at.stream, body, visible, typeOf, ctx.signal);
  const wholeStream = ctx.decide(
    { resource: 'messages', action: 'read' },
    { cluster: at.clusterId, name: at.stream },
  ).allowed;
  // The server's count knows neither contents nor what this person may not read.
  const quick =
    wholeStream && !selection.byContent && body.skip.length === 0 && selection.facts.direct && knowsBatches(link);
  const count: Count = quick
    ? {
        messages: await countQuickly(link, selection, body, ctx.signal),
        bytes: null,
        countedBy: 'DIRECT.GET',
        examples: await firstOf(selection),
      }
    : await countByReading(selection, new Set(body.skip));
  const bytes = count.bytes ?? Math.round(count.messages * selection.facts.averageBytes);
  const examples = count.examples.map(({ seq, subject }) => ({
    seq,
    from: subject,
    to: replayedSubject(body.to.subject, subject),
  }));
  const allowed = messageGate(ctx, ['publish'], at.clusterId, target.stream);
  const untaken = examples.find(({ to }) => !target.takes(to));
  const unallowed = examples.find(({ to }) => !allowed({ subject: to }));
  return {
    messages: count.messages,
    bytes,
    countedBy: count.bytes === null ? `${count.countedBy}; bytes by the average of the stream` : count.countedBy,
    fromSeq: selection.from,
    toSeq: selection.to - 1,
    examples,
    refusals: [
      ...target.refusals,
      ...(untaken ? [`${target.stream} does not take ${untaken.to}: give another subject, or a prefix`] : []),
      ...(unallowed ? [`you may not publish to ${unallowed.to} in ${target.stream}`] : []),
    ],
    notes: notesOf(target, { messages: count.messages, bytes }),
  };
}
