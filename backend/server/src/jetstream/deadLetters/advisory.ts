import { assetName, type DeadLetterReason } from '@jetstream-console/contract';
import { z } from 'zod';

const consumerEvents = '$JS.EVENT.ADVISORY.CONSUMER';
/** What servers publish, into the account of the stream, when a consumer gives a message up. */
export const deadLetterSubjects = [`${consumerEvents}.MAX_DELIVERIES.>`, `${consumerEvents}.MSG_TERMINATED.>`] as const;

/** Before JetStream there were none, and PostgreSQL knows no times before 4713 BC. */
const earliest = Date.parse('2020-01-01T00:00:00Z');
const isTime = (value: string) => Date.parse(value) >= earliest;

const common = {
  // PostgreSQL takes no NUL in a text: one would keep all that came with it from being written.
  id: z
    .string()
    .min(1)
    .max(256)
    .refine((value) => !value.includes('\u0000')),
  timestamp: z.string().refine(isTime),
  stream: assetName,
  consumer: assetName,
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
  const ended = told.type === 'io.nats.jetstream.advisory.v1.terminated';
  const why = ended ? (told.reason ?? '') : '';
  return {
    advisoryId: told.id,
    reason: ended ? 'terminated' : 'max_deliveries',
    why: why === '' ? null : why.replaceAll('\u0000', '').slice(0, longestWhy),
    stream: told.stream,
    consumer: told.consumer,
    seq: told.stream_seq,
    deliveries: told.deliveries ?? null,
    // A clock that is ahead makes no letter that is never old.
    at: new Date(Math.min(Date.parse(told.timestamp), Date.now())),
  };
}
