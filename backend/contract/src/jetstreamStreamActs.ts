import { z } from 'zod';
import { instant, sequence, subjectFilter } from './common';
import { streamParams } from './jetstream';
import { confirmName } from './jetstreamChanges';
import { onStream, streamPath } from './jetstreamStreams';
import { route, table } from './route';

const purgeParts = {
  subject: subjectFilter.optional(),
  /** Servers up to 2.12 take "before 1" for no bound at all and remove everything. */
  seq: sequence
    .min(2, 'nothing is before the first message')
    .describe('messages before this sequence go; it stays')
    .optional(),
  keep: z.int().min(1).describe('the newest that stay, of the subject where one is given').optional(),
};
const oneBound = ({ seq, keep }: { seq?: number; keep?: number }) => seq === undefined || keep === undefined;
const oneBoundMessage = { path: ['keep'], message: 'give seq or keep, not both' };
export type Purge = { readonly subject?: string; readonly seq?: number; readonly keep?: number };

const operate = { credential: 'admin', params: streamParams, access: [onStream('operate')] } as const;
const replicaReply = z.object({ done: z.literal(true), leader: z.string().nullable() });

export const streamActRoutes = table({
  planPurge: route({
    method: 'POST',
    path: `${streamPath}/purge/plan`,
    summary: 'Counts what a purge would remove; nothing is removed',
    params: streamParams,
    access: [onStream('purge')],
    credential: 'read',
    audit: null,
    body: z.strictObject(purgeParts).refine(oneBound, oneBoundMessage),
    response: z.object({
      /** messages that would go, counted now; null where this server has no way to count them */
      messages: z.number().nullable(),
      of: z.number(),
      countedBy: z.string(),
      firstSeq: z.number(),
      lastSeq: z.number(),
      refusals: z.array(z.string()),
    }),
  }),
  purgeStream: route({
    method: 'POST',
    path: `${streamPath}/purge`,
    summary: 'Removes messages: all, of a subject, before a sequence, or all but the newest',
    params: streamParams,
    access: [onStream('purge')],
    credential: 'admin',
    audit: 'stream.purge',
    body: z.strictObject({ ...purgeParts, confirm: confirmName }).refine(oneBound, oneBoundMessage),
    response: z.object({ purged: z.number() }),
  }),
  sealStream: route({
    ...operate,
    method: 'POST',
    path: `${streamPath}/seal`,
    summary: 'Seals a stream for good: nothing comes in, nothing goes out, and it cannot be undone',
    audit: 'stream.seal',
    body: z.strictObject({ confirm: confirmName }),
    response: z.object({ sealed: z.literal(true), messages: z.number() }),
  }),
  stepDownStream: route({
    ...operate,
    method: 'POST',
    path: `${streamPath}/leader-stepdown`,
    summary: 'Has the leader of a replicated stream hand over',
    audit: 'stream.stepdown',
    body: z.strictObject({
      preferred: z.string().min(1).max(255).describe('server that should lead; NATS 2.11 and newer').optional(),
    }),
    response: replicaReply.extend({ before: z.string().nullable() }),
  }),
  removeStreamPeer: route({
    ...operate,
    method: 'POST',
    path: `${streamPath}/peer-remove`,
    summary: 'Takes a replica away from a server; the cluster makes a new one elsewhere',
    audit: 'stream.peer_remove',
    body: z.strictObject({ peer: z.string().min(1).max(255), confirm: confirmName }),
    response: z.object({ removed: z.string(), at: instant }),
  }),
});
