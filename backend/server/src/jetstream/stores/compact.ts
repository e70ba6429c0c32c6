import type { BodyOf, ResponseOf, Routes } from '@jetstream-console/contract';
import { DeliverPolicy, jetstream, type Consumer, type JsMsg } from '@nats-io/jetstream';
import { z } from 'zod';
import type { Links } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { atMost, clientGone, fromClientError, parseReply } from '../api';
import { operationOf } from '../kvValues';
import { changeRequest } from '../manage/exactApi';
import { assertConfirmed } from '../manage/guarded';
import { subjectCounts } from '../streams';
import { assertNotSealed, openToWrite, type Written } from './bucket';
import type { AtKey } from './keys';

/** One request removes so many keys; who has more asks again. */
const mostAtOnce = 10_000;
const purgesAtOnce = 8;

interface Marker {
  readonly subject: string;
  readonly seq: number;
}
interface Markers {
  readonly old: readonly Marker[];
  readonly younger: number;
  readonly keys: number;
}

const headersOf = (message: JsMsg) =>
  new Map([...(message.headers ?? [])].map(([name, values]) => [name.toLowerCase(), values[0] ?? '']));

/**
 * The newest message of each key, headers alone, as the clients find markers: by a consumer that lives in memory and
 * acknowledges nothing. A million values are not read for it.
 */
async function findMarkers({ link, facts }: Written, olderThanMs: number, signal: AbortSignal): Promise<Markers> {
  const old: Marker[] = [];
  let younger = 0;
  let keys = 0;
  const before = Date.now() - olderThanMs;
  const look = (message: JsMsg) => {
    keys++;
    if (operationOf(headersOf(message)) === 'put') return;
    if (message.time.getTime() <= before) old.push({ subject: message.subject, seq: message.seq });
    else younger++;
  };
  const js = jetstream(link.nc, { apiPrefix: link.apiPrefix });
  try {
    const consumer = await js.consumers.get(facts.name, {
      deliver_policy: DeliverPolicy.LastPerSubject,
      headers_only: true,
      inactive_threshold: 30_000,
    });
    if ((await consumer.info()).num_pending > 0) await each(consumer, look, signal);
    await consumer.delete();
  } catch (error) {
    throw fromClientError(error, `a consumer of ${facts.name}`);
  }
  if (signal.aborted) throw clientGone();
  return { old, younger, keys };
}

async function each(consumer: Consumer, look: (message: JsMsg) => void, signal: AbortSignal): Promise<void> {
  const messages = await consumer.consume({ max_messages: 5000 });
  const stop = () => messages.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const message of messages) {
      look(message);
      if (message.info.pending === 0) break;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await messages.close();
  }
}

async function open(links: Links, ctx: Ctx, { clusterId, bucket }: AtKey): Promise<Written> {
  return openToWrite(await links.open(ctx, clusterId), `KV_${bucket}`, `The bucket ${bucket}`, ctx.signal);
}

/** How many messages the keys hold in all. */
async function messagesOf({ link, facts }: Written, markers: readonly Marker[], ctx: Ctx): Promise<number> {
  if (markers.length === 0) return 0;
  const wanted = new Set(markers.map(({ subject }) => subject));
  let total = 0;
  for (let offset = 0; ;) {
    const { subjects, complete } = await subjectCounts(link, facts.name, '>', ctx.signal, offset);
    for (const [subject, count] of subjects) if (wanted.has(subject)) total += count;
    offset += subjects.length;
    if (complete || subjects.length === 0) return total;
  }
}

export async function planCompact(
  links: Links,
  ctx: Ctx,
  at: AtKey,
  { olderThanSeconds }: BodyOf<Routes['planCompact']>,
): Promise<ResponseOf<Routes['planCompact']>> {
  const written = await open(links, ctx, at);
  const { old, younger, keys } = await findMarkers(written, olderThanSeconds * 1000, ctx.signal);
  const { sealed, deny_purge } = written.config;
  return {
    markers: old.length,
    messages: await messagesOf(written, old, ctx),
    younger,
    keys,
    refusals: [
      ...(sealed ? ['the bucket is sealed'] : []),
      ...(deny_purge && !sealed ? ['the stream behind it was set to refuse purges (deny_purge)'] : []),
    ],
    countedBy: 'the headers of the newest message of each key',
  };
}

const purgeReply = z.object({ purged: z.number() });

export async function compactBucket(
  links: Links,
  ctx: Ctx,
  at: AtKey,
  { olderThanSeconds, confirm }: BodyOf<Routes['compactBucket']>,
): Promise<ResponseOf<Routes['compactBucket']>> {
  assertConfirmed(confirm, at.bucket);
  const written = await open(links, ctx, at);
  assertNotSealed(written, `The bucket ${at.bucket}`);
  const { old } = await findMarkers(written, olderThanSeconds * 1000, ctx.signal);
  const chosen = old.slice(0, mostAtOnce);
  const before = { markers: old.length, olderThanSeconds };
  let purged = 0;
  let keys = 0;
  ctx.changed(before, { purged, keys });
  const name = `STREAM.PURGE.${written.facts.name}`;
  const failed: unknown[] = [];
  await atMost(purgesAtOnce, chosen, async ({ subject, seq }) => {
    if (failed.length > 0) return;
    try {
      // Up to the marker that was seen: a value that was put meanwhile stays.
      const body = { filter: subject, seq: seq + 1 };
      const reply = parseReply(purgeReply, await changeRequest(written.link, name, body), 'STREAM.PURGE');
      purged += reply.purged;
      if (reply.purged > 0) keys++;
    } catch (error) {
      failed.push(error);
    }
  });
  ctx.changed(before, { purged, keys });
  const [first] = failed;
  if (first instanceof ApiError)
    throw new ApiError(
      first.status,
      first.code,
      `${first.message} It stopped after ${keys} of ${old.length} keys (${purged} messages); what is left can be compacted again.`,
      first.details,
    );
  if (first !== undefined) throw first;
  return { purged, keys, left: old.length - keys };
}
