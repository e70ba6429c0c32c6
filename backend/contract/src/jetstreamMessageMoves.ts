import { z } from 'zod';
import { instant, sequence } from './common';
import { filterParts, streamParams } from './jetstream';
import { messagesPath, onMessages } from './jetstreamMessages';
import { route, table } from './route';

const seqQuery = z.coerce.number().pipe(sequence.max(Number.MAX_SAFE_INTEGER));

/** Which messages, oldest first: between two places, and of those what the filter finds. */
export const rangeParts = {
  ...filterParts,
  fromSeq: seqQuery.describe('the first sequence; the start of the stream without').optional(),
  toSeq: seqQuery.describe('the last sequence; without, the last one when it begins').optional(),
  fromTime: instant.describe('messages at or after it').optional(),
  toTime: instant.describe('messages before it').optional(),
  limit: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).describe('no more than so many').optional(),
};
type Ends = { fromSeq?: number; toSeq?: number; fromTime?: string; toTime?: string };
export const oneStart = ({ fromSeq, fromTime }: Ends) => fromSeq === undefined || fromTime === undefined;
export const oneEnd = ({ toSeq, toTime }: Ends) => toSeq === undefined || toTime === undefined;
export const oneStartSaid = { path: ['fromTime'], message: 'start at a sequence or at a time, not at both' };
export const oneEndSaid = { path: ['toTime'], message: 'end at a sequence or at a time, not at both' };

export type MessageRange = z.output<z.ZodObject<typeof rangeParts>>;

export const messageExportFormats = ['ndjson', 'json', 'csv'] as const;
export type MessageExportFormat = (typeof messageExportFormats)[number];

/** One message of an export, as NDJSON and JSON hold it. */
export const exportedMessage = z.object({
  seq: z.number().int(),
  time: z.string(),
  subject: z.string(),
  headers: z.record(z.string(), z.array(z.string())),
  /** `text`: the payload is UTF-8 and stands there as it is; `base64`: it is not */
  encoding: z.enum(['text', 'base64']),
  payload: z.string(),
});

export const messageExportRoutes = table({
  exportMessages: route({
    method: 'GET',
    path: `${messagesPath}/export`,
    summary: 'Messages as NDJSON, JSON or CSV, oldest first, while they are read; closing the connection stops it',
    params: streamParams,
    access: [onMessages('read'), onMessages('export')],
    credential: 'read',
    audit: 'message.export',
    sends: 'bytes',
    query: z
      .strictObject({ ...rangeParts, as: z.enum(messageExportFormats).default('ndjson') })
      .refine(oneStart, oneStartSaid)
      .refine(oneEnd, oneEndSaid),
    response: z.string(),
  }),
});
