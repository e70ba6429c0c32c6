import {
  overlay,
  refusalsToMake,
  refusalsToUpdate,
  streamEffects,
  streamRules,
  subjectsOverlap,
  type NatsConfig,
  type Refusal,
  type Surroundings,
} from '@jetstream-console/contract';
import { z } from 'zod';
import type { Link } from '../../clusters/link';
import { parseReply } from '../api';
import { apiLevel, exactRequest, readCurrent, readIfThere, type Current } from './exactApi';
import type { Planned } from './plan';

export interface LoadedStream {
  readonly link: Link;
  readonly current: Current;
  readonly level: number;
}

export async function loadStream(link: Link, stream: string, signal: AbortSignal): Promise<LoadedStream> {
  const [current, level] = await Promise.all([readCurrent(link, 'stream', stream, signal), apiLevel(link)]);
  return { link, current, level };
}

export const around = ({ current, level }: LoadedStream, pedantic: boolean): Surroundings => ({
  level,
  clustered: current.reply.cluster !== undefined,
  pedantic,
});

const figuresOf = z.object({ messages: z.coerce.number(), bytes: z.coerce.number(), consumer_count: z.number() });
const names = z.object({ streams: z.array(z.string()).nullish() });

/** Streams that hold one of the subjects already; the server allows a subject one stream. */
async function claimed(link: Link, subjects: readonly string[], own: string, signal: AbortSignal): Promise<Refusal[]> {
  const found = await Promise.all(
    subjects.slice(0, 100).map(async (subject) => {
      const reply = parseReply(names, await exactRequest(link, 'STREAM.NAMES', { subject }, signal), 'STREAM.NAMES');
      return (reply.streams ?? [])
        .filter((name) => name !== own)
        .map((name) => ({ field: 'subjects', reason: `${subject} belongs to the stream ${name} already` }));
    }),
  );
  return found.flat();
}

const subjectsOf = (config: NatsConfig): string[] =>
  Array.isArray(config['subjects']) ? config['subjects'].map(String) : [];

export async function planUpdate(
  loaded: LoadedStream,
  change: NatsConfig,
  pedantic: boolean,
  signal: AbortSignal,
): Promise<Planned> {
  const { link, current, level } = loaded;
  const before = current.config;
  const wanted = overlay(before, change);
  const { messages, bytes, consumer_count } = parseReply(figuresOf, current.reply.state, 'STREAM.INFO');
  const added = subjectsOf(wanted).filter((subject) => !subjectsOf(before).includes(subject));
  return {
    before,
    wanted,
    level,
    refusals: [
      ...refusalsToUpdate(streamRules, before, wanted, around(loaded, pedantic)),
      ...(await claimed(link, added, String(before['name']), signal)),
    ],
    effects: streamEffects(before, wanted, { messages, bytes, consumers: consumer_count }),
  };
}

export async function planNew(
  link: Link,
  config: NatsConfig,
  pedantic: boolean,
  signal: AbortSignal,
): Promise<Planned> {
  const level = await apiLevel(link);
  const wanted = overlay(config, {});
  const name = String(wanted['name']);
  const own = subjectsOf(wanted);
  return {
    before: null,
    wanted,
    level,
    refusals: [
      ...((await readIfThere(link, 'stream', name, signal)) !== null
        ? [{ field: 'name', reason: `there is a stream ${name} already` }]
        : []),
      ...refusalsToMake(streamRules, wanted, { level, clustered: link.nc.info?.cluster !== undefined, pedantic }),
      ...(await claimed(
        link,
        own.filter((s, i) => !own.some((t, j) => j < i && subjectsOverlap(s, t))),
        name,
        signal,
      )),
    ],
    effects: [],
  };
}
