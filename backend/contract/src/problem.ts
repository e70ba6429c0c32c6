import { z } from 'zod';
import { kvEntry, payloadView } from './jetstream';

/** RFC 9457 problem details. `code` is stable and meant for programs, `detail` for people. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  requestId: z.string(),
  /** what in the request is wrong, field by field: `body.name`, `query.limit` */
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  /** somebody changed it meanwhile: what is there now, and what this request would have made of it */
  conflict: z
    .object({
      currentHash: z.string(),
      current: z.record(z.string(), z.unknown()),
      wanted: z.record(z.string(), z.unknown()),
    })
    .optional(),
  /** somebody wrote the key meanwhile: its newest revision now, and the value that this request would have put */
  keyConflict: z
    .object({
      /** null where the key is not there; without payload for whoever may not read it */
      current: kvEntry.extend({ payload: payloadView.nullable() }).nullable(),
      yours: z.object({ basedOn: z.number().int().nullable(), payload: payloadView.nullable() }),
    })
    .optional(),
  /** the NATS server's own error, where it is one */
  nats: z.object({ code: z.number().optional(), errCode: z.number().optional(), description: z.string() }).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
