import { z } from 'zod';
import type { Action } from './access';
import { sequence, subjectFilter } from './common';
import { streamParams } from './jetstream';
import { confirmName } from './jetstreamChanges';
import { streamPath } from './jetstreamStreams';
import { route, table, type Need } from './route';

/** `each`: subjects decide, and those are known once the body or the message is read. */
export const onMessages = (action: Action): Need => ({
  resource: 'messages',
  action,
  cluster: 'clusterId',
  name: 'stream',
  each: true,
});
export const messagesPath = `${streamPath}/messages`;

/** Answers inbox, server and api subjects: what is published there is a command or an answer, and no message. */
const forServers = /^(\$(?!KV\.|O\.)|_INBOX\.|_R_\.)/;

/** A subject to publish to. */
export const literalSubject = subjectFilter
  .refine((subject) => !subject.split('.').some((token) => token === '*' || token === '>'), {
    message: 'a message goes to one subject: it holds no * or > of its own',
  })
  .refine((subject) => !forServers.test(subject), {
    message: 'this subject belongs to the servers and clients of NATS: what is sent there is a command or an answer',
  });

/**
 * With padding (RFC 4648). Whether all of it are letters of Base64 is told by whoever decodes it, piece by piece: 64 MiB
 * at one look would hold up everybody else.
 */
const base64Text = z
  .string()
  .refine((text) => text.length % 4 === 0, 'is no Base64: its length is no multiple of four')
  .meta({ format: 'base64', contentEncoding: 'base64', pattern: '^[0-9a-zA-Z+/]*={0,2}$' });

/** Bytes as they go through JSON: text where they are UTF-8, base64 for any. */
export const messageBytes = z.discriminatedUnion('encoding', [
  z.strictObject({ encoding: z.literal('text'), data: z.string() }),
  z.strictObject({ encoding: z.literal('base64'), data: base64Text }),
]);
export type MessageBytes = z.infer<typeof messageBytes>;

/** Printable ASCII without a colon (nats-server and clients); a value is one line. */
export const headerName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[!-9;-~]+$/, 'a header name holds printable ASCII characters, no space and no colon')
  .refine((name) => !/^nats-/i.test(name), {
    message: 'headers that begin with Nats- tell the server what to do: give the field for it, or leave it out',
  });
const headerValue = z
  .string()
  .max(65_536)
  .regex(/^[^\r\n]*$/, 'a header value is one line');
/** The application's own headers of a message, in their order; a name may stand more than once. */
export const headerList = z
  .array(z.strictObject({ name: headerName, value: headerValue }))
  .max(200)
  .default([]);

/** Seconds, or `never`: kept even where the stream has an age limit. */
export const messageTtl = z.union([
  z
    .int()
    .min(1)
    .max(10 * 365 * 86_400),
  z.literal('never'),
]);

/** What the server checks before it stores, each a compare-and-set. */
const expectations = z.strictObject({
  lastSequence: z.int().min(0).describe('of the stream; 0 for an empty one').optional(),
  lastSubjectSequence: z.int().min(0).describe('of the subject; 0 where it has no message').optional(),
  lastMessageId: z.string().min(1).max(1024).describe('Nats-Msg-Id of the last message').optional(),
});

const schedule = z.strictObject({
  pattern: z
    .string()
    .min(1)
    .max(256)
    .regex(/^[^\r\n]+$/, 'is one line')
    .describe('@at 2030-01-01T00:00:00Z (NATS 2.12), @every 5m or a cron expression of six fields (2.14)'),
  target: literalSubject.describe('where the server publishes it, another subject of the same stream'),
  source: literalSubject.describe('publishes the newest message of this subject in the place of this one').optional(),
  ttl: messageTtl.describe('of what is published then').optional(),
  timeZone: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[A-Za-z0-9_+\-/]+$/, 'is a name such as Europe/Berlin')
    .describe('for a cron expression')
    .optional(),
});

export const publishBody = z
  .strictObject({
    subject: literalSubject,
    payload: messageBytes,
    headers: headerList,
    messageId: z
      .string()
      .min(1)
      .max(1024)
      .regex(/^[^\r\n]+$/, 'is one line')
      .describe('a second message with it inside the duplicate window is not stored')
      .optional(),
    expect: expectations.default({}),
    ttl: messageTtl.optional(),
    schedule: schedule.optional(),
    increment: z
      .string()
      .regex(/^[+-]?\d{1,100}$/, 'is a whole number such as +1 or -20')
      .describe('adds to the counter of the subject; without payload')
      .optional(),
  })
  .refine(({ increment, payload }) => increment === undefined || payload.data === '', {
    path: ['payload'],
    message: 'a counter takes an increment and no payload',
  })
  .refine(({ increment, expect }) => increment === undefined || Object.values(expect).every((v) => v === undefined), {
    path: ['expect'],
    message: 'servers take no expectation with an increment: counters add up in any order',
  })
  .refine(({ schedule: planned, subject }) => planned === undefined || planned.target !== subject, {
    path: ['schedule', 'target'],
    message: 'has to be another subject than the one that holds the schedule',
  });
export type PublishBody = z.output<typeof publishBody>;

/** What the stream answered. */
export const pubAck = z.object({
  stream: z.string(),
  seq: z.number().int(),
  /** the stream had this message id already: nothing new was stored, and `seq` is the one that it has */
  duplicate: z.boolean(),
  domain: z.string().nullable(),
  /** the counter after it, as a decimal number of any size; null where the stream counts nothing */
  counter: z.string().nullable(),
});

export const messagePublishRoutes = table({
  publishMessage: route({
    method: 'POST',
    path: messagesPath,
    summary: 'Publishes a message into this stream, and answers what the stream acknowledged',
    params: streamParams,
    access: [onMessages('publish')],
    credential: 'operate',
    audit: 'message.publish',
    status: 201,
    body: publishBody,
    response: pubAck,
  }),
  deleteMessage: route({
    method: 'DELETE',
    path: `${messagesPath}/:seq`,
    summary: 'Deletes one message; erasing overwrites its bytes on the disk first',
    params: streamParams.extend({ seq: z.coerce.number().pipe(sequence) }),
    access: [onMessages('delete')],
    credential: 'admin',
    audit: 'message.delete',
    body: z.strictObject({
      erase: z.boolean().describe('true: its bytes are overwritten with random ones before it is let go'),
      confirm: confirmName,
    }),
    response: z.object({ deleted: z.literal(true), seq: z.number().int(), subject: z.string(), erased: z.boolean() }),
  }),
});
