import { headers as natsHeaders } from '@nats-io/transport-node';
import { z } from 'zod';
import type { Link } from '../clusters/link';
import { ApiError } from '../platform/errors';
import { fromClientError, parseReply, readReply, requestTimeoutMs, withoutError } from './api';

const ackReply = z.object({
  stream: z.string(),
  seq: z.number(),
  duplicate: z.boolean().optional(),
  domain: z.string().optional(),
  /** of a counter, after this message */
  val: z.string().optional(),
});
export type PubAck = z.infer<typeof ackReply>;

/** In order, where a name may stand more than once. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];
const inOrder = (pairs: Readonly<Record<string, string>> | HeaderPairs): pairs is HeaderPairs => Array.isArray(pairs);

/**
 * Publishes one message and waits for the stream's word that it is stored. Silence is told as what it is: it may be
 * stored.
 */
export async function publishAcked(
  link: Link,
  subject: string,
  data: Uint8Array,
  pairs: Readonly<Record<string, string>> | HeaderPairs = {},
): Promise<PubAck> {
  const names = inOrder(pairs) ? pairs : Object.entries(pairs);
  const headers = natsHeaders();
  for (const [name, value] of names) headers.append(name, value);
  let text: string;
  try {
    const reply = await link.nc.request(subject, data, {
      timeout: requestTimeoutMs,
      ...(names.length > 0 && { headers }),
    });
    text = reply.string();
  } catch (error) {
    const known = fromClientError(error, subject);
    throw known.code === 'nats_timeout'
      ? new ApiError(
          504,
          'outcome_unknown',
          'The stream did not say in time whether it stored this. Look at it again before you repeat it.',
          { cause: error },
        )
      : known;
  }
  return parseReply(ackReply, withoutError(readReply(text, subject)), 'a publish');
}
