import { randomUUID } from 'node:crypto';
import { captureStream } from '@jetstream-console/contract';
import type { Link } from '../../clusters/link';
import { streamFacts } from '../messages';
import { makeReader } from '../reader';
import { streamInfo } from '../streams';
import { readDeadLetter } from './advisory';
import { placed } from './placed';
import type { Of, SpanWritten, WorkerSettings, WorkerStore } from './workerStore';

const bounds = { maxMessages: 1000, maxBytes: 4 * 1024 * 1024 };

/** Reads the stream of captured advisories on from where it was read to, whoever read it. */
export interface CaptureReader {
  /** @throws ApiError `stream_not_found` where somebody deleted it */
  readOn(link: Link, settings: WorkerSettings): Promise<void>;
}

/**
 * It goes by sequence and without a consumer, and the place is written with the letters: what came while no worker was
 * there is read by the next. Advisories that fell out of the stream before that are a gap, and told as one.
 */
export function makeCaptureReader(of: Of, store: WorkerStore): CaptureReader {
  let current: SpanWritten | null = null;
  return {
    readOn: async (link, settings) => {
      const asked = new Date();
      const signal = new AbortController().signal;
      const { created } = (await streamInfo(link, captureStream, signal)).info;
      const facts = await streamFacts(link, captureStream, true);
      // One that somebody made anew begins again; what the one before it held unread is lost.
      const anew = settings.capturedCreated !== null && settings.capturedCreated !== created;
      let seq = anew ? 0 : settings.capturedSeq;
      const lost = seq > 0 && facts.firstSeq > seq + 1;
      const reader = makeReader(link, facts, signal);
      const begin = async (): Promise<SpanWritten> => {
        const first =
          seq < facts.lastSeq ? await reader.range(seq + 1, facts.lastSeq + 1, { ...bounds, maxMessages: 1 }) : null;
        const since = first?.messages[0] ? new Date(first.messages[0].time) : asked;
        return { id: randomUUID(), kind: 'capture', since, until: since };
      };
      current ??= await store.captureSpan(of);
      if (current === null || lost || anew) current = await begin();
      for (;;) {
        const { messages, next } =
          seq < facts.lastSeq
            ? await reader.range(seq + 1, facts.lastSeq + 1, bounds)
            : { messages: [], next: seq + 1 };
        seq = Math.min(next - 1, facts.lastSeq);
        const letters = messages.map(({ data }) => readDeadLetter(data)).filter((letter) => letter !== null);
        const last = messages.at(-1);
        const whole = seq >= facts.lastSeq;
        const until: Date = whole ? asked : last ? new Date(last.time) : current.until;
        current = { ...current, until };
        await store.write(of, await placed(link, letters), current, { seq, created });
        if (whole) return;
      }
    },
  };
}
