import { z } from 'zod';
import { clusterParams, done, id, instant, note } from './common';
import { route, table } from './route';

const findingSubject = z.object({
  kind: z.string(),
  stream: z.string().nullable(),
  consumer: z.string().nullable(),
  server: z.string().nullable(),
  /** the account it is in; null for the cluster's own one, whose pages show it, and for what is in none */
  account: z.string().nullable(),
});

/** Who wants not to be told of a finding, until when, and why. */
const silenced = z.object({
  id,
  until: instant,
  reason: z.string(),
  /** as the person was called then */
  by: z.string(),
  at: instant,
});

export const findingSchema = z.object({
  /** the same as long as the finding lasts, and again when it comes back */
  id: z.string(),
  rule: z.string(),
  severity: z.enum(['critical', 'warning', 'info']),
  title: z.string(),
  cluster: z.object({ id, name: z.string() }),
  subject: findingSubject,
  evidence: z.string(),
  since: instant.nullable(),
  cure: z.string(),
  silenced: silenced.nullable(),
});
export type Finding = z.infer<typeof findingSchema>;

export const silenceSchema = silenced.extend({
  finding: z.string(),
  rule: z.string(),
  /** of the finding, when it was silenced last */
  title: z.string(),
  cluster: z.object({ id, name: z.string() }),
  subject: findingSubject,
});
export type Silence = z.infer<typeof silenceSchema>;

/** A silence ends: what nobody looks at for longer than this is mended, or is no finding. */
export const longestSilenceDays = 90;

const mayChange = [{ resource: 'alerts', action: 'update', cluster: 'clusterId' }] as const;

export const findingRoutes = table({
  listSilences: route({
    method: 'GET',
    path: '/findings/silences',
    summary: 'Silences that hold now, also of findings that are gone for the moment; the next to end first',
    access: [{ resource: 'alerts', action: 'read', each: true }],
    query: z.strictObject({ cluster: id.optional() }),
    response: z.object({ items: z.array(silenceSchema) }),
  }),
  silenceFinding: route({
    method: 'POST',
    path: '/clusters/:clusterId/findings/silences',
    summary: 'Silence a finding for everybody until a time; one that is silenced gets the new time and reason',
    params: clusterParams,
    access: mayChange,
    audit: 'finding.silence',
    status: 201,
    body: z.strictObject({
      /** its id, as the overview names it */
      finding: z.string().min(1).max(4096),
      until: instant.describe(`at most ${longestSilenceDays} days from now`),
      reason: note,
    }),
    response: silenceSchema,
  }),
  unsilenceFinding: route({
    method: 'DELETE',
    path: '/clusters/:clusterId/findings/silences/:silenceId',
    summary: 'End a silence now',
    params: clusterParams.extend({ silenceId: id }),
    access: mayChange,
    audit: 'finding.unsilence',
    response: done,
  }),
});
