import type { DeadLetter, EditedMessage } from '@jetstream-console/contract';
import type { Link } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { headerBytes, maxPayloadOf, publishError, requireKeyOperation } from '../messaging/publish';
import { payloadBytes } from '../messaging/payloadBytes';
import { publishFaults } from '../messaging/publishHeaders';
import { replayedHeaders } from '../messaging/replayMessage';
import { requireMessage } from '../messaging/rights';
import { publishAcked, type HeaderPairs } from '../publish';
import type { Stored } from '../reader';
import type { Target } from './target';

export interface Outgoing {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: HeaderPairs;
  readonly edited: boolean;
}

/**
 * The id of every try of a letter: inside the duplicate window of the stream a second one is stored once, also where
 * the answer to the first never came. The message's own id stays out, since the stream may know it still.
 */
const messageId = (letter: string, storedAs: number | null) =>
  storedAs === null ? `dead-letter-${letter}` : `dead-letter-${letter}-${storedAs}`;

/** A message as it was, without what made the server do something when it was published first. */
export function asItWas(message: Stored, { stream, config }: Target): Outgoing {
  const { headers } = replayedHeaders(message, stream, { messageIds: 'drop', ttl: config['allow_msg_ttl'] === true });
  return {
    subject: message.subject,
    data: message.data,
    headers: [...headers].flatMap(([name, values]) => values.map((value): [string, string] => [name, value])),
    edited: false,
  };
}

/** @throws ApiError 400 for a payload that is no Base64 */
export const asEdited = async (
  { subject, payload, headers }: EditedMessage,
  { stream }: Target,
): Promise<Outgoing> => ({
  subject,
  data: await payloadBytes(payload, 'body.edit.payload.data'),
  headers: [...headers.map(({ name, value }): [string, string] => [name, value]), ['Nats-Expected-Stream', stream]],
  edited: true,
});

/** @throws ApiError 403 where the asker may not publish it, 422 where the stream would refuse it */
export function assertSendable(link: Link, ctx: Ctx, clusterId: string, target: Target, message: Outgoing): void {
  const { stream } = target;
  requireMessage(ctx, 'publish', clusterId, stream, message.subject);
  const headers = message.headers.map(([name]) => ({ name }));
  requireKeyOperation(ctx, { clusterId, stream }, { subject: message.subject, headers });
  const bytes = message.data.length + headerBytes(message.headers);
  const faults = publishFaults(target.config, { subject: message.subject }, bytes, maxPayloadOf(link));
  if (faults.length > 0)
    throw new ApiError(422, 'retry_refused', `Nothing was sent: ${faults.map(({ message: m }) => m).join('; ')}.`);
}

/** @param storedAs sequence of the last try that was stored: one more after it has an id of its own */
export async function send(
  link: Link,
  letter: string,
  storedAs: number | null,
  message: Outgoing,
): Promise<NonNullable<DeadLetter['retried']>> {
  const headers: HeaderPairs = [...message.headers, ['Nats-Msg-Id', messageId(letter, storedAs)]];
  try {
    const { stream, seq, duplicate = false } = await publishAcked(link, message.subject, message.data, headers);
    return { subject: message.subject, stream, seq, duplicate, edited: message.edited };
  } catch (error) {
    throw publishError(error);
  }
}

/** Whether an error means that nothing is stored: what the server refused, or what never left. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof ApiError && error.code !== 'outcome_unknown' && error.code !== 'cluster_unreachable';
