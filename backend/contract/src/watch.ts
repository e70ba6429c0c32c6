import { z } from 'zod';
import { instant } from './common';

/** What a watcher of changes is told. @param entry what is told of one change */
export const watchEvents = <E extends z.ZodType>(entry: E) =>
  z.discriminatedUnion('type', [
    /** from here on nothing is missed; again from time to time, so that silence means a broken connection */
    z.object({ type: z.literal('watching'), revision: z.number().int(), at: instant }),
    z.object({ type: z.literal('entry'), entry }),
    /** more changed than can be shown; the newest follow */
    z.object({ type: z.literal('skipped'), changes: z.number().int() }),
    /** `renew`: the log-in it began with has run out, and a new request goes on */
    z.object({ type: z.literal('end'), why: z.literal('renew') }),
    z.object({ type: z.literal('error'), code: z.string(), detail: z.string() }),
  ]);

/** Where a watcher goes on. */
export const watchAfter = z.coerce
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .optional()
  .describe('go on behind this revision; from now on without it');
