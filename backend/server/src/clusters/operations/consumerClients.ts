import { matchesSubject, type ParamsOf, type Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import { getConsumer } from '../../jetstream/consumers';
import type { Ctx } from '../../platform/handler';
import type { Links } from '../link';
import { askServers } from './ask';
import { connectionOf, connz, subject } from './connections';
import { tame, tameOr } from './told';

/** Of each server: their subscriptions come along whole, and a consumer with more clients is no one's to look through. */
const perServer = 200;

const pushed = z.object({ deliver_subject: z.string().optional(), deliver_group: z.string().optional() });

/**
 * Asked in the cluster's own account, where the consumer is. A pull publishes to the API and listens on an inbox of its
 * own, which no server tells: of pull consumers there is only how many wait.
 */
export async function listConsumerClients(
  links: Links,
  ctx: Ctx,
  { clusterId, stream, consumer }: ParamsOf<Routes['listConsumerClients']>,
) {
  const askedAt = new Date().toISOString();
  const { row, config } = await getConsumer(links, ctx, clusterId, stream, consumer);
  const { deliver_subject: to, deliver_group } = pushed.parse(config);
  const about = { deliverSubject: to ?? null, deliverGroup: deliver_group ?? null, waiting: row.waiting, askedAt };
  if (to === undefined) return { ...about, kind: 'pull' as const, items: [], complete: true };
  const link = await links.open(ctx, clusterId);
  const body = { auth: true, subscriptions_detail: true, filter_subject: to, limit: perServer };
  const told = await askServers(link, subject, body, connz, ctx.signal);
  const items = told.flatMap(({ server, data }) =>
    (data.connections ?? []).flatMap((from) =>
      (from.subscriptions_list_detail ?? [])
        .filter((subscription) => matchesSubject(subscription.subject, to))
        .map((subscription) => ({
          ...connectionOf(server, from),
          subject: tame(subscription.subject),
          queue: tameOr(subscription.qgroup),
        })),
    ),
  );
  const complete = told.every(({ data }) => (data.connections ?? []).length < perServer);
  return { ...about, kind: 'push' as const, items, complete };
}
