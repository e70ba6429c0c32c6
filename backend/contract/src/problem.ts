import { z } from 'zod';

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
  /** the NATS server's own error, where it is one */
  nats: z.object({ code: z.number().optional(), errCode: z.number().optional(), description: z.string() }).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
