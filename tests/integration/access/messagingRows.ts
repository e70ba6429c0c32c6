import { randomBytes } from 'node:crypto';
import { routes, type messagingRoutes } from '@jetstream-console/contract';
import type { Least } from './matrix';
import type { Given, World } from './world';

type MessagingId = keyof typeof messagingRoutes;

/** Who writes and moves messages: operators publish, editors take them out, administrators delete. */
export const messagingMatrix: Readonly<Record<MessagingId, Least>> = {
  publishMessage: 'operator',
  deleteMessage: 'admin',
  exportMessages: 'editor',
};

const orders = (w: World) => ({ clusterId: w.clusterId, stream: 'ORDERS' });
const text = (data: string) => ({ encoding: 'text', data }) as const;

/** A stream with one message, for the one request that changes it. */
async function filled(w: World): Promise<{ clusterId: string; stream: string }> {
  const stream = `M${randomBytes(5).toString('hex')}`;
  const params = { clusterId: w.clusterId };
  const config = { name: stream, subjects: [`${stream}.>`] };
  await w.api.get(routes.createStream, { params, body: { config } }, w.api.admin);
  const at = { ...params, stream };
  await w.api.get(
    routes.publishMessage,
    { params: at, body: { subject: `${stream}.one`, payload: text('one') } },
    w.api.admin,
  );
  return at;
}

export const messagingRequests: Readonly<Record<MessagingId, (w: World) => Given | Promise<Given>>> = {
  publishMessage: (w) => ({ params: orders(w), body: { subject: 'orders.walk', payload: text('walked') } }),
  deleteMessage: async (w) => {
    const at = await filled(w);
    return { params: { ...at, seq: 1 }, body: { erase: true, confirm: at.stream } };
  },
  exportMessages: (w) => ({ params: orders(w), query: { subject: 'orders.1' } }),
};
