import { z } from 'zod';
import { limitQuery, subjectFilter } from './common';
import { natsJson, provenance, streamParams } from './jetstream';
import { messagesPath, onMessages } from './jetstreamMessages';
import { route, table } from './route';

export const jsonTypes = ['object', 'array', 'string', 'integer', 'number', 'boolean', 'null'] as const;
export type JsonType = (typeof jsonTypes)[number];

export const inferredField = z.object({
  /** `$.items[].sku`; `*` stands for keys that are data rather than names */
  path: z.string(),
  types: z.array(z.object({ type: z.enum(jsonTypes), count: z.number().int() })),
  /** documents in which it is there, and their part of all that were looked at (0..1) */
  documents: z.number().int(),
  coverage: z.number(),
  /** there wherever the object that holds it is */
  always: z.boolean(),
  /** the only values that were seen, where they are few and each was seen often enough to mean something */
  values: z.array(z.string()).nullable(),
  format: z.enum(['date-time', 'uuid']).nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
});
export type InferredField = z.infer<typeof inferredField>;

export const messageSchemaRoutes = table({
  getMessageSchema: route({
    method: 'GET',
    path: `${messagesPath}/schema`,
    summary: 'What the newest payloads have in common: fields, types, and how many of them hold each',
    params: streamParams,
    access: [onMessages('read')],
    credential: 'read',
    query: z.strictObject({ subject: subjectFilter.optional(), sample: limitQuery(500, 5000) }),
    response: z.object({
      /** messages that were looked at, and how many of them were documents */
      sampled: z.number().int(),
      documents: z.number().int(),
      /** what the others were */
      others: z.object({ empty: z.number().int(), text: z.number().int(), binary: z.number().int() }),
      fromSeq: z.number().int().nullable(),
      toSeq: z.number().int().nullable(),
      fields: z.array(inferredField),
      /** true where there are more fields than are listed */
      truncated: z.boolean(),
      /** the same as a JSON Schema (2020-12); null where nothing was a document */
      jsonSchema: natsJson.nullable(),
      provenance,
    }),
  }),
});
