import {
  isOn,
  listOf,
  matchesSubject,
  numberOf,
  type NatsConfig,
  type ReplayPlanBody,
} from '@jetstream-console/contract';
import type { Link } from '../../clusters/link';
import { parseReply } from '../api';
import { readCurrent } from '../manage/exactApi';
import type { At } from '../manage/streams';
import { listPages } from '../streams';
import { z } from 'zod';
import { flowConfig, wayBack } from './flows';

export interface ReplayTarget {
  readonly stream: string;
  readonly config: NatsConfig;
  readonly messages: number;
  readonly bytes: number;
  readonly consumers: number;
  /** why it takes no copy at all */
  readonly refusals: readonly string[];
  takes(subject: string): boolean;
}

const listed = z.object({ config: flowConfig });
const counts = z.object({
  messages: z.coerce.number(),
  bytes: z.coerce.number(),
  consumer_count: z.coerce.number().default(0),
});

function refusalsOf(
  config: NatsConfig,
  { to }: Pick<ReplayPlanBody, 'to'>,
  takes: (subject: string) => boolean,
): string[] {
  const subjects = listOf(config, 'subjects');
  const found: (string | false)[] = [
    config['mirror'] !== undefined
      ? `${to.stream} is a mirror, which takes messages from its origin alone`
      : subjects.length === 0 && `${to.stream} has no subjects of its own`,
    isOn(config, 'sealed') && `${to.stream} is sealed`,
    isOn(config, 'no_ack') && `${to.stream} acknowledges nothing (no_ack), so nobody would know what was stored`,
    isOn(config, 'allow_msg_counter') && `${to.stream} holds counters, which take increments and no copies`,
    to.subject.as === 'subject' && !takes(to.subject.subject) && `${to.stream} does not take ${to.subject.subject}`,
  ];
  return found.filter((reason) => reason !== false);
}

/** The target as it is now, and why it would not do; a circle that messages could go round in is looked for as well. */
export async function readTarget(
  link: Link,
  { stream: source }: Pick<At, 'stream'>,
  body: Pick<ReplayPlanBody, 'to'>,
  signal: AbortSignal,
): Promise<ReplayTarget> {
  const { to } = body;
  const [{ config, reply }, pages] = await Promise.all([
    readCurrent(link, 'stream', to.stream, signal),
    listPages(link, undefined, signal),
  ]);
  const { messages, bytes, consumer_count: consumers } = parseReply(counts, reply.state, 'STREAM.INFO');
  const takes = (subject: string) =>
    listOf(config, 'subjects').some((pattern) => matchesSubject(String(pattern), subject));
  const streams = pages
    .flatMap((page) => page.streams ?? [])
    .map((entry) => parseReply(listed, entry, 'STREAM.LIST').config);
  const way = wayBack(source, to.stream, streams);
  const circle =
    way === null
      ? []
      : way.length === 1
        ? [`${source} would copy into itself: what it copies would be there to be copied again`]
        : [`what is stored in ${to.stream} comes back into ${source}, by ${way.join(' → ')}: messages would go round`];
  return {
    stream: to.stream,
    config,
    messages,
    bytes,
    consumers,
    refusals: [...circle, ...refusalsOf(config, body, takes)],
    takes,
  };
}

/** What a copy of so many messages would bring with it. */
export function notesOf(
  { stream, config, messages, bytes, consumers }: ReplayTarget,
  more: { messages: number; bytes: number | null },
): string[] {
  const limit = (field: string) => {
    const value = numberOf(config, field);
    return value > 0 ? value : Infinity;
  };
  const full =
    messages + more.messages > limit('max_msgs') || (more.bytes !== null && bytes + more.bytes > limit('max_bytes'));
  const found: (string | false)[] = [
    consumers > 0 && `${stream} has ${consumers} consumer${consumers === 1 ? '' : 's'}, which will get them.`,
    full &&
      (config['discard'] === 'new'
        ? `${stream} has no room for all of them and refuses what is over its limits.`
        : `${stream} has no room for all of them: as many of its oldest messages go.`),
    config['republish'] !== undefined && `${stream} republishes what it stores: its subscribers get them as well.`,
  ];
  return found.filter((note) => note !== false);
}
