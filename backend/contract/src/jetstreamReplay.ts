import { z } from 'zod';
import { assetName, id, sequence } from './common';
import { streamParams } from './jetstream';
import { oneEnd, oneEndSaid, oneStart, oneStartSaid, rangeParts } from './jetstreamMessageMoves';
import { literalSubject, messagesPath, onMessages } from './jetstreamMessages';
import { route, table, type Need } from './route';

/** The subject that a message is published to again. */
export const replaySubject = z.discriminatedUnion('as', [
  z.strictObject({ as: z.literal('same') }),
  z.strictObject({ as: z.literal('subject'), subject: literalSubject }),
  z.strictObject({ as: z.literal('prefix'), prefix: literalSubject.describe('put in front of its own, with a dot') }),
]);
export type ReplaySubject = z.infer<typeof replaySubject>;

/** Messages may come back by a list such as this: what an earlier run had stored already. */
export const maxSkipped = 2000;

const replayParts = {
  ...rangeParts,
  to: z.strictObject({ stream: assetName, subject: replaySubject.default({ as: 'same' }) }),
  messageIds: z
    .enum(['keep', 'drop'])
    .default('keep')
    .describe('keep: a second run inside the duplicate window of the target stores nothing twice'),
  skip: z.array(sequence).max(maxSkipped).default([]).describe('sequences that are there already'),
};
const replayPlanBody = z.strictObject(replayParts).refine(oneStart, oneStartSaid).refine(oneEnd, oneEndSaid);
const replayBody = z
  .strictObject({
    ...replayParts,
    perSecond: z.int().min(1).max(1_000_000).nullable().default(null).describe('messages a second at most'),
  })
  .refine(oneStart, oneStartSaid)
  .refine(oneEnd, oneEndSaid);
export type ReplayPlanBody = z.output<typeof replayPlanBody>;
export type ReplayBody = z.output<typeof replayBody>;

export const replayPlan = z.object({
  /** messages that would be published, and bytes of their payloads */
  messages: z.number().int(),
  bytes: z.number(),
  /** how the number came about */
  countedBy: z.string(),
  fromSeq: z.number().int(),
  toSeq: z.number().int(),
  /** some of them, with where they would go */
  examples: z.array(z.object({ seq: z.number().int(), from: z.string(), to: z.string() })),
  /** why it cannot be done as asked; empty where nothing is known against it */
  refusals: z.array(z.string()),
  /** what is worth knowing before */
  notes: z.array(z.string()),
});
export type ReplayPlan = z.infer<typeof replayPlan>;

/** How far a copy came. Sequences are those of the source. */
export const replayAccount = z.object({
  scanned: z.number().int(),
  /** stored in the target, each acknowledged by it */
  copied: z.number().int(),
  /** the target had their message id already */
  duplicates: z.number().int(),
  bytes: z.number(),
  fromSeq: z.number().int(),
  toSeq: z.number().int(),
  atSeq: z.number().int(),
  /** of the target, where something was stored */
  targetFirstSeq: z.number().int().nullable(),
  targetLastSeq: z.number().int().nullable(),
  /** headers that would have told the server to do something again: left out, with how many messages had them */
  leftOut: z.record(z.string(), z.number().int()),
  why: z.enum(['end', 'stopped', 'failed']).nullable(),
  /** what stopped it */
  failure: z.object({ seq: z.number().int().nullable(), code: z.string(), detail: z.string() }).nullable(),
  /** sequences whose outcome nobody knows: the answer did not come */
  unknown: z.array(z.number().int()),
  /** what to send to go on where it ended, without storing anything twice; null where nothing is left */
  resume: z.object({ fromSeq: z.number().int(), toSeq: z.number().int(), skip: z.array(z.number().int()) }).nullable(),
});
export type ReplayAccount = z.infer<typeof replayAccount>;

export const replayEvent = z.discriminatedUnion('type', [
  /** its id finds the account again, also after the connection is gone */
  z.object({ type: z.literal('started'), run: z.string(), account: replayAccount }),
  z.object({ type: z.literal('progress'), account: replayAccount }),
  z.object({ type: z.literal('end'), account: replayAccount }),
  z.object({ type: z.literal('error'), code: z.string(), detail: z.string() }),
]);
export type ReplayEvent = z.infer<typeof replayEvent>;

/** The target stands in the body: the full question is asked once it is read. */
const toSome: Need = { resource: 'messages', action: 'publish', cluster: 'clusterId', each: true };
const replayPath = `${messagesPath}/replay`;

export const messageReplayRoutes = table({
  planReplay: route({
    method: 'POST',
    path: `${replayPath}/plan`,
    summary: 'Counts what a copy would publish, and says what speaks against it; nothing is published',
    params: streamParams,
    access: [onMessages('read'), toSome],
    credential: 'read',
    audit: null,
    body: replayPlanBody,
    response: replayPlan,
  }),
  replayMessages: route({
    method: 'POST',
    path: replayPath,
    summary: 'Publishes messages again, into another stream of the cluster; closing the connection stops it',
    params: streamParams,
    access: [onMessages('read'), toSome],
    credential: 'operate',
    audit: 'message.replay',
    sends: 'events',
    body: replayBody,
    response: replayEvent,
  }),
  getReplay: route({
    method: 'GET',
    path: `${replayPath}/:run`,
    summary: 'How far a copy of your own came, also after its connection broke off',
    params: streamParams.extend({ run: id }),
    access: [onMessages('read'), toSome],
    response: z.object({
      status: z.enum(['running', 'ended', 'unknown']),
      account: replayAccount.nullable(),
    }),
  }),
});
