import type { DeadLetterReason } from '@jetstream-console/contract';
import { z } from 'zod';

const consumerEvents = '$JS.EVENT.ADVISORY.CONSUMER';
/** What servers publish, into the account of the stream, when a consumer gives a message up. */
export const deadLetterSubjects = [`${consumerEvents}.MAX_DELIVERIES.>`, `${consumerEvents}.MSG_TERMINATED.>`] as const;

// PostgreSQL takes no NUL in a text; one of these would keep all that came with it from being written.
const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((value) => !value.includes('\u0000'));
/** Before JetStream there were none, and no clock of a server is a day ahead: such a letter would never be old. */
const earliest = Date.parse('2020-01-01T00:00:00Z');
const aheadMs = 86_400_000;
const isTime = (value: string) => Date.parse(value) >= earliest && Date.parse(value) <= Date.now() + aheadMs;

const common = {
  id: text(256),
  timestamp: z.string().refine(isTime),
  stream: text(255),
  consumer: text(255),
  stream_seq: z.number().int().min(1),
  deliveries: z.number().int().min(0).optional(),
};
const advisory = z.discriminatedUnion('type', [
  z.object({ type: z.literal('io.nats.jetstream.advisory.v1.max_deliver'), ...common }),
  z.object({
    type: z.literal('io.nats.jetstream.advisory.v1.terminated'),
    ...common,
    reason: z.string().optional(),
  }),
]);

/** A message that a consumer gave up, as the server told of it. */
export interface Heard {
  readonly advisoryId: string;
  readonly reason: DeadLetterReason;
  readonly why: string | null;
  readonly stream: string;
  readonly consumer: string;
  readonly seq: number;
  readonly deliveries: number | null;
  readonly at: Date;
}

/** Of the text that came with a termination. */
const longestWhy = 2000;

/** @returns null for what is none: anybody who may publish there can send anything */
export function readDeadLetter(data: Uint8Array): Heard | null {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    return null; // Not JSON: nothing that a server has published.
  }
  const parsed = advisory.safeParse(value);
  if (!parsed.success) return null;
  const { data: told } = parsed;
  const why = told.type.endsWith('terminated') && 'reason' in told ? (told.reason ?? '') : '';
  return {
    advisoryId: told.id,
    reason: told.type.endsWith('max_deliver') ? 'max_deliveries' : 'terminated',
    why: why === '' ? null : why.replaceAll('\u0000', '').slice(0, longestWhy),
    stream: told.stream,
    consumer: told.consumer,
    seq: told.stream_seq,
    deliveries: told.deliveries ?? null,
    at: new Date(told.timestamp),
  };
}
