import { z } from 'zod';
import { clientGone, fromClientError } from '../../jetstream/api';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { Link, Links } from '../link';

/** After the last answer of a server this long, and never longer than that in all: we answer within five seconds. */
const stallMs = 400;
const mostMs = 3000;

const envelope = z.object({
  server: z.object({ id: z.string(), name: z.string(), ver: z.string().default('') }),
  data: z.unknown().optional(),
  error: z.object({ code: z.number().optional(), description: z.string().default('no description') }).optional(),
});
export type Told<T> = { readonly server: z.infer<typeof envelope>['server']; readonly data: T };

/**
 * Asks all servers at once; each answers for itself.
 * @param subject one that starts with `$SYS.REQ.`
 * @param most where it is known how many answer, which saves the wait for others
 * @throws ApiError where no server answers, or one answers with an error
 */
export async function askServers<S extends z.ZodType>(
  link: Link,
  subject: string,
  body: unknown,
  schema: S,
  signal: AbortSignal,
  most?: number,
): Promise<Told<z.output<S>>[]> {
  const found: Told<z.output<S>>[] = [];
  try {
    const replies = await link.nc.requestMany(subject, JSON.stringify(body), {
      strategy: 'stall',
      stall: stallMs,
      maxWait: mostMs,
    });
    for await (const reply of replies) {
      if (signal.aborted) throw clientGone();
      const { server, data, error } = envelope.parse(reply.json());
      if (error) throw new ApiError(422, 'nats_error', `The server ${server.name} answers: ${error.description}.`);
      found.push({ server, data: schema.parse(data) });
      if (found.length === most) break;
    }
  } catch (error) {
    if (error instanceof ApiError) throw error;
    if (error instanceof z.ZodError || error instanceof SyntaxError)
      throw new ApiError(
        502,
        'unexpected_reply',
        `NATS answered ${subject} in a form that the console does not know.`,
        {
          cause: error,
        },
      );
    throw fromClientError(error, subject);
  }
  if (found.length === 0)
    throw new ApiError(
      504,
      'nats_timeout',
      `No server answered to ${subject} in time. The user of the credential may not be allowed to publish there.`,
    );
  return found;
}

/** @throws ApiError 422 where the cluster has no credential of the system account */
export async function systemLink(links: Links, ctx: Ctx, clusterId: string): Promise<Link> {
  const link = await links.openSystem(ctx, clusterId);
  if (!link)
    throw new ApiError(
      422,
      'no_system_credential',
      "This needs a log-in of the system account. An administrator adds one to the cluster's credentials.",
    );
  return link;
}
