import { z } from 'zod';
import { instant } from './common';
import { frameJson, messagesQuery, metricsQuery } from './query';
import { route, table } from './route';

/**
 * A Grafana Live channel's path. Grafana shares one stream among all subscribers of a channel, so a path is an opaque
 * ticket that the console issued for (principal, query). Grafana bounds a channel, `ds/<uid>/<path>` with a uid of up to
 * 40 characters, at 160 in all.
 */
export const ticketPath = z.string().regex(/^[A-Za-z0-9_-]{22,96}$/, 'this is no ticket');

/** What can be watched: figures as they come in, and messages as they are stored. */
export const liveQuery = z.discriminatedUnion('kind', [metricsQuery, messagesQuery]);

const ticketParams = z.strictObject({ ticket: ticketPath });

/**
 * Who may use a ticket. At `subscribe` the asker's id token is there and must be its principal's. A stream that runs
 * (`run`, and the frames themselves) outlives every token: these calls carry none, and the gateway's signed word on the
 * login must be the principal's login. The principal is looked at anew each time: 403 where it is someone else or may no
 * longer read this, 404 where there is no such ticket (any more). No other route takes a gateway's call without a token.
 */
export const liveRoutes = table({
  createTicket: route({
    method: 'POST',
    path: '/live/tickets',
    summary: 'Issue a ticket to watch a query through Grafana Live; the query is checked against its resources now',
    access: 'principal',
    credential: 'read',
    audit: null,
    body: z.strictObject({ query: liveQuery }),
    response: z.object({ path: ticketPath, expiresAt: instant }),
  }),
  checkTicket: route({
    method: 'POST',
    path: '/live/tickets/:ticket/check',
    summary: 'Whether the asker is the principal of this ticket and may still watch its query',
    access: 'principal',
    credential: 'read',
    audit: null,
    params: ticketParams,
    body: z.strictObject({ at: z.enum(['subscribe', 'run']) }),
    /** the frames' schema in Grafana's JSON format: what a subscriber gets before the first frame */
    response: z.object({ schema: frameJson.shape.schema }),
  }),
  streamTicket: route({
    method: 'GET',
    path: '/live/tickets/:ticket/frames',
    summary: 'The frames of a ticket as they come; ends when its principal may no longer read them',
    access: 'principal',
    credential: 'read',
    params: ticketParams,
    sends: 'events',
    /** the schema is left out where it is the same as before */
    response: z.object({ schema: frameJson.shape.schema.optional(), data: frameJson.shape.data }),
  }),
});
