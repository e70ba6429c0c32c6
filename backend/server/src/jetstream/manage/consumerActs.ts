import { z } from 'zod';
import type { Link, Links } from '../../clusters/link';
import { ApiError, invalid } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { parseReply } from '../api';
import { pathOf, type At } from './consumers';
import { apiLevel, changeRequest, readCurrent } from './exactApi';
import { replicasOf } from './operate';

const pauseReply = z.object({ paused: z.boolean(), pause_until: z.string().optional() });
const groups = z.object({ priority_groups: z.array(z.string()).nullish() });
const done = z.object({ success: z.boolean().optional() });

/** @throws ApiError 422 where the server is older than what is asked of it */
export async function requireLevel(link: Link, level: number, what: string): Promise<void> {
  if ((await apiLevel(link)) < level)
    throw new ApiError(422, 'server_too_old', `${what} The server that leads this cluster is older. Nothing was done.`);
}

/** @param until null ends a pause */
export async function pauseConsumer(links: Links, ctx: Ctx, at: At, until: string | null) {
  if (until !== null && Date.parse(until) <= Date.now()) throw invalid('body.until', 'is over already');
  const link = await links.open(ctx, at.clusterId);
  await requireLevel(link, 1, 'Consumers can be paused on NATS 2.11 and newer.');
  const { config } = await readCurrent(link, 'consumer', pathOf(at), ctx.signal);
  const before = { pause_until: config['pause_until'] ?? null };
  ctx.changed(before, { pause_until: until });
  const name = `CONSUMER.PAUSE.${pathOf(at)}`;
  const reply = parseReply(
    pauseReply,
    await changeRequest(link, name, until === null ? {} : { pause_until: until }),
    name,
  );
  return { paused: reply.paused, until: reply.paused ? (reply.pause_until ?? null) : null };
}

export async function unpinConsumer(links: Links, ctx: Ctx, at: At, group: string) {
  const link = await links.open(ctx, at.clusterId);
  await requireLevel(link, 1, 'Clients are pinned on NATS 2.11 and newer.');
  const { config } = await readCurrent(link, 'consumer', pathOf(at), ctx.signal);
  const { priority_groups } = parseReply(groups, config, 'CONSUMER.INFO');
  if (config['priority_policy'] !== 'pinned_client' || !priority_groups?.includes(group))
    throw new ApiError(
      422,
      'not_pinned',
      `This consumer pins no client in a group ${group}${priority_groups?.length ? `; its groups are ${priority_groups.join(', ')}` : ''}. Nothing was done.`,
      { errors: [{ field: 'body.group', message: 'is no group in which a client is pinned' }] },
    );
  ctx.changed({ group }, null);
  const name = `CONSUMER.UNPIN.${pathOf(at)}`;
  parseReply(done, await changeRequest(link, name, { group }), name);
  return { done: true as const };
}

export async function stepDownConsumer(links: Links, ctx: Ctx, at: At) {
  const link = await links.open(ctx, at.clusterId);
  const { leader } = replicasOf(await readCurrent(link, 'consumer', pathOf(at), ctx.signal), at.consumer);
  ctx.changed({ leader }, null);
  const name = `CONSUMER.LEADER.STEPDOWN.${pathOf(at)}`;
  parseReply(done, await changeRequest(link, name, undefined), name);
  return { done: true as const, before: leader };
}
