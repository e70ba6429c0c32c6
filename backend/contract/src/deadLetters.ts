import { z } from 'zod';
import { assetName, id, instant, limitQuery, page } from './common';

/** `max_deliveries`: delivered as often as `max_deliver` allows and never acknowledged; `terminated`: refused for good (AckTerm). */
export const deadLetterReasons = ['max_deliveries', 'terminated'] as const;
/** `retrying`: somebody sends it now, or it never came out whether the stream stored it. */
export const deadLetterStates = ['open', 'retrying', 'retried', 'dropped'] as const;
export type DeadLetterReason = (typeof deadLetterReasons)[number];
export type DeadLetterState = (typeof deadLetterStates)[number];

/**
 * Of the copy in the console: `none` was not asked for, `wanted` is still to be taken, `gone` came too late, `full` and
 * `too_large` passed the bound, `unfit` cannot be written down as it is.
 */
export const copyStates = ['none', 'wanted', 'kept', 'gone', 'too_large', 'full', 'unfit'] as const;
export type CopyState = (typeof copyStates)[number];

export const deadLetter = z.object({
  id,
  stream: z.string(),
  consumer: z.string(),
  /** of the message in its stream */
  seq: z.number().int(),
  deliveries: z.number().int().nullable(),
  reason: z.enum(deadLetterReasons),
  /** what the client said when it terminated it */
  why: z.string().nullable(),
  /** when the server gave it up, by the server's clock */
  at: instant,
  state: z.enum(deadLetterStates),
  /** who did the last thing to it, and when */
  by: z.object({ name: z.string(), at: instant }).nullable(),
  retried: z
    .object({
      subject: z.string(),
      stream: z.string(),
      seq: z.number().int(),
      /** the stream had it already: an earlier try did arrive */
      duplicate: z.boolean(),
      edited: z.boolean(),
    })
    .nullable(),
  /** why the last try did not come to its end */
  failure: z.string().nullable(),
  /** the bulk retry that it was last part of */
  run: id.nullable(),
  copy: z.enum(copyStates),
  /** the message that was given up was deleted from its stream since */
  originalDeleted: z.boolean(),
});
export type DeadLetter = z.infer<typeof deadLetter>;
export const deadLetterPage = page(deadLetter);

/** What narrows dead letters; every part has to match. */
export const deadLetterFilter = {
  stream: assetName.optional(),
  consumer: assetName.optional(),
  reason: z.enum(deadLetterReasons).optional(),
  state: z.enum(deadLetterStates).optional(),
  from: instant.describe('given up at or after it').optional(),
  to: instant.describe('given up before it').optional(),
  run: id.describe('part of this bulk retry').optional(),
};
export type DeadLetterFilter = z.output<z.ZodObject<typeof deadLetterFilter>>;

/** What a bulk act is about: what the filter finds, or those that are named. */
export const mostNamed = 1000;
export const deadLetterSelection = {
  ...deadLetterFilter,
  ids: z.array(id).min(1).max(mostNamed).optional(),
};
export type DeadLetterSelection = z.output<z.ZodObject<typeof deadLetterSelection>>;

const stateCounts = z.object({
  open: z.number().int(),
  retrying: z.number().int(),
  retried: z.number().int(),
  dropped: z.number().int(),
});
export const deadLetterGroup = z.object({
  stream: z.string(),
  consumer: z.string(),
  reason: z.enum(deadLetterReasons),
  counts: stateCounts,
  oldest: instant,
  newest: instant,
});
export type DeadLetterGroup = z.infer<typeof deadLetterGroup>;

const streamPattern = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\s>./\\\u0000-\u001f]+$/, 'is a name or a glob such as ORDERS*; it holds no space, dot, >, / or \\');

/** Copies in the console's own database. */
export const keepSettings = z.strictObject({
  /** streams whose given-up messages are copied; a glob such as ORDERS*, none for no copies */
  streams: z.array(streamPattern).max(50),
  days: z.int().min(1).max(365),
  megabytes: z.int().min(1).max(10_240),
});
export type KeepSettings = z.output<typeof keepSettings>;
/** One message of a copy holds no more than this. */
export const mostCopyBytes = 1024 * 1024;

/** The stream in the cluster's own account that keeps advisories while the console is down. */
export const captureStream = 'CONSOLE_DEAD_LETTERS';
export const captureSettings = z.strictObject({
  megabytes: z.int().min(1).max(1024).default(32),
  days: z.int().min(1).max(90).default(7),
  replicas: z.int().min(1).max(5).default(1),
});

export const deadLetterSummary = z.object({
  groups: z.array(deadLetterGroup),
  /** more groups than are told: narrow by stream */
  truncated: z.boolean(),
  totals: stateCounts,
  collecting: z.object({
    /** since when advisories of this cluster are collected; null: never yet */
    since: instant.nullable(),
    /** up to when everything that the servers told is here */
    until: instant.nullable(),
    /** whether somebody listens now */
    now: z.boolean(),
    /** what stands in the way, and what to do about it */
    problem: z.string().nullable(),
    /** times in which nobody listened; `to` null: up to now */
    gaps: z.array(z.object({ from: instant, to: instant.nullable() })),
    captured: z.boolean(),
  }),
  keep: keepSettings.extend({ usedBytes: z.number(), copies: z.number().int() }),
  /** how long a dead letter stays in this list, and how many a cluster may have */
  bounds: z.object({ days: z.number().int(), letters: z.number().int() }),
});
export type DeadLetterSummary = z.infer<typeof deadLetterSummary>;

export const deadLetterQuery = z.strictObject({
  ...deadLetterFilter,
  limit: limitQuery(50, 1000),
  cursor: z.string().max(2048).optional(),
  order: z.enum(['asc', 'desc']).default('desc').describe('by the time at which they were given up'),
});
