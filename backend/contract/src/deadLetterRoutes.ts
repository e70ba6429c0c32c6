import { z } from 'zod';
import type { Action } from './access';
import { clusterParams, id } from './common';
import {
  captureSettings,
  deadLetter,
  deadLetterPage,
  deadLetterQuery,
  deadLetterSelection,
  deadLetterSummary,
  keepSettings,
  mostNamed,
} from './deadLetters';
import { messageSchema } from './jetstream';
import { confirmName } from './jetstreamChanges';
import { headerList, literalSubject, messageBytes } from './jetstreamMessages';
import { route, table, type Need } from './route';

const dlq = '/clusters/:clusterId/dlq';
/** Streams and subjects decide, and a request does not name them: the full question is asked once they are known. */
const onSome = (resource: 'consumers' | 'messages' | 'streams', action: Action): Need => ({
  resource,
  action,
  cluster: 'clusterId',
  each: true,
});
const onCluster: Need = { resource: 'clusters', action: 'update', cluster: 'clusterId' };
const see = onSome('consumers', 'read');
const letterParams = clusterParams.extend({ letter: id });

/** Where the message is read from; gone from its stream, the console's own copy does as well. */
export const deadLetterMessage = z.object({
  from: z.enum(['stream', 'copy']).nullable(),
  message: messageSchema.nullable(),
  /** why the stream has it no longer; null where it has */
  gone: z.string().nullable(),
  /** what to know before it is sent again, such as that the original stays where it is */
  notes: z.array(z.string()),
});
export type DeadLetterMessage = z.infer<typeof deadLetterMessage>;

const editedMessage = z.strictObject({
  subject: literalSubject,
  payload: messageBytes,
  headers: headerList,
});
export type EditedMessage = z.output<typeof editedMessage>;

export const retryBody = z.strictObject({
  edit: editedMessage.describe('sent in the place of what was given up').optional(),
  again: z
    .boolean()
    .default(false)
    .describe('once more, though nobody knows whether the last try was stored, or though one was'),
});
export type RetryBody = z.output<typeof retryBody>;

/** A run takes no more than this at a time; what is left is told. */
export const mostRetried = 10_000;
export const retryPlan = z.object({
  /** would be sent, and of those how many from the console's copy */
  messages: z.number().int(),
  fromCopies: z.number().int(),
  bytes: z.number(),
  /** cannot be sent, by reason */
  left: z.array(z.object({ reason: z.string(), letters: z.number().int() })),
  /** found by the filter beyond what one run takes */
  beyond: z.number().int(),
  examples: z.array(z.object({ id, seq: z.number().int(), stream: z.string(), subject: z.string() })),
  notes: z.array(z.string()),
});
export type RetryPlan = z.infer<typeof retryPlan>;
export const retryPlanEvent = z.discriminatedUnion('type', [
  /** letters whose message was looked at, of those that one run takes */
  z.object({ type: z.literal('progress'), looked: z.number().int(), of: z.number().int() }),
  z.object({ type: z.literal('end'), plan: retryPlan }),
  z.object({ type: z.literal('error'), code: z.string(), detail: z.string() }),
]);
export type RetryPlanEvent = z.infer<typeof retryPlanEvent>;

export const retryAccount = z.object({
  run: id,
  letters: z.number().int(),
  retried: z.number().int(),
  /** of those, ones that the stream had already */
  duplicates: z.number().int(),
  /** not sent, and open as before: each says why */
  refused: z.number().int(),
  /** not known whether they are stored */
  unknown: z.number().int(),
  /** not tried: it was stopped before, or somebody else was at them */
  untouched: z.number().int(),
  why: z.enum(['end', 'stopped', 'failed']).nullable(),
  failure: z.string().nullable(),
});
export type RetryAccount = z.infer<typeof retryAccount>;
export const retryEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), account: retryAccount }),
  z.object({ type: z.literal('end'), account: retryAccount }),
]);
export type RetryEvent = z.infer<typeof retryEvent>;

const resend = [onSome('messages', 'read'), onSome('messages', 'publish')];

export const deadLetterRoutes = table({
  listDeadLetters: route({
    method: 'GET',
    path: dlq,
    summary: 'Messages that consumers gave up, as the servers told of them; no payload',
    params: clusterParams,
    access: [see],
    query: deadLetterQuery,
    response: deadLetterPage,
  }),
  getDeadLetterSummary: route({
    method: 'GET',
    path: `${dlq}/summary`,
    summary: 'Dead letters counted by stream, consumer and reason, and whether all of them are here',
    params: clusterParams,
    access: [see],
    response: deadLetterSummary,
  }),
  getDeadLetterRun: route({
    method: 'GET',
    path: `${dlq}/runs/:run`,
    summary: 'How a bulk retry came out, also after its connection broke off',
    params: clusterParams.extend({ run: id }),
    access: [see],
    response: retryAccount,
  }),
  getDeadLetter: route({
    method: 'GET',
    path: `${dlq}/:letter`,
    summary: 'One dead letter',
    params: letterParams,
    access: [see],
    response: deadLetter,
  }),
  getDeadLetterMessage: route({
    method: 'GET',
    path: `${dlq}/:letter/message`,
    summary: 'The message that was given up, as its stream or the copy has it',
    params: letterParams,
    access: [see, onSome('messages', 'read')],
    credential: 'read',
    query: z.strictObject({ maxBytes: z.coerce.number().int().min(0).max(8_388_608).default(1_048_576) }),
    response: deadLetterMessage,
  }),
  retryDeadLetter: route({
    method: 'POST',
    path: `${dlq}/:letter/retry`,
    summary: 'Publishes a given-up message again, as it was or edited; a second click sends nothing twice',
    params: letterParams,
    access: [see, ...resend],
    credential: 'operate',
    audit: 'dead_letter.retry',
    body: retryBody,
    response: deadLetter,
  }),
  planDeadLetterRetry: route({
    method: 'POST',
    path: `${dlq}/retry/plan`,
    summary:
      'Counts what a bulk retry would send and what is gone, message by message; nothing is published, and closing the connection stops it',
    params: clusterParams,
    access: [see, ...resend],
    credential: 'read',
    audit: null,
    sends: 'events',
    body: z.strictObject(deadLetterSelection),
    response: retryPlanEvent,
  }),
  retryDeadLetters: route({
    method: 'POST',
    path: `${dlq}/retry`,
    summary: 'Publishes given-up messages again, in the order of their streams; closing the connection stops it',
    params: clusterParams,
    access: [see, ...resend],
    credential: 'operate',
    audit: 'dead_letter.retry_many',
    sends: 'events',
    body: z.strictObject({
      ...deadLetterSelection,
      run: id.describe('a new id, by which the account is found again'),
      perSecond: z.int().min(1).max(10_000).nullable().default(null).describe('messages a second at most'),
    }),
    response: retryEvent,
  }),
  markDeadLetters: route({
    method: 'POST',
    path: `${dlq}/mark`,
    summary: 'Drops dead letters from the list of open ones, or opens dropped ones again; no message is touched',
    params: clusterParams,
    access: [see, onSome('messages', 'publish')],
    audit: 'dead_letter.mark',
    body: z.strictObject({ ...deadLetterSelection, as: z.enum(['dropped', 'open']) }),
    response: z.object({ marked: z.number().int() }),
  }),
  deleteDeadLetterOriginals: route({
    method: 'POST',
    path: `${dlq}/originals/delete`,
    summary: 'Deletes the given-up messages themselves from their stream; open ones count as dropped then',
    params: clusterParams,
    access: [see, onSome('messages', 'delete')],
    credential: 'admin',
    audit: 'dead_letter.delete_originals',
    body: z.strictObject({ ids: z.array(id).min(1).max(mostNamed), confirm: confirmName }),
    response: z.object({
      deleted: z.number().int(),
      /** the stream had them no longer */
      gone: z.number().int(),
      refused: z.array(z.object({ id, reason: z.string() })),
    }),
  }),
  putDeadLetterKeeping: route({
    method: 'PUT',
    path: `${dlq}/keeping`,
    summary: 'Of which streams given-up messages are copied into the console, how many bytes and for how long',
    params: clusterParams,
    access: [onCluster],
    audit: 'dead_letter.keeping',
    body: keepSettings,
    response: keepSettings,
  }),
  startDeadLetterCapture: route({
    method: 'POST',
    path: `${dlq}/capture`,
    summary: 'Makes a stream in the account that keeps advisories while the console is down',
    params: clusterParams,
    access: [onCluster, onSome('streams', 'create')],
    credential: 'operate',
    audit: 'dead_letter.capture',
    status: 201,
    body: captureSettings,
    response: z.object({ stream: z.string() }),
  }),
  stopDeadLetterCapture: route({
    method: 'DELETE',
    path: `${dlq}/capture`,
    summary: 'Deletes that stream; dead letters that are here stay',
    params: clusterParams,
    access: [onCluster, onSome('streams', 'delete')],
    credential: 'admin',
    audit: 'dead_letter.capture_end',
    body: z.strictObject({ confirm: confirmName }),
    response: z.object({ stream: z.string() }),
  }),
});
