import { randomBytes, randomUUID } from 'node:crypto';
import { routes, type backupRoutes, type messagingRoutes } from '@jetstream-console/contract';
import { download } from '../backup/world';
import type { Least } from './matrix';
import type { Person } from '../setup/people';
import type { Given, World } from './world';

type MessagingId = keyof typeof messagingRoutes | keyof typeof backupRoutes;

/** Who writes and moves messages: operators publish, editors take them out, administrators delete. */
export const messagingMatrix: Readonly<Record<MessagingId, Least>> = {
  publishMessage: 'operator',
  deleteMessage: 'admin',
  exportMessages: 'editor',
  planReplay: 'operator',
  replayMessages: 'operator',
  getReplay: 'operator',
  getMessageSchema: 'reader',
  backupStream: 'admin',
  restoreStream: 'admin',
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

/** A copy of one message into a stream that was made for it. */
async function copied(w: World) {
  const { stream } = await filled(w);
  return {
    params: orders(w),
    body: { subject: 'orders.1', limit: 1, to: { stream, subject: { as: 'prefix' as const, prefix: stream } } },
  };
}
/** A backup of a stream that is gone since. */
async function backedUp(w: World) {
  const params = await filled(w);
  const content = await download(w.api, params);
  await w.api.get(routes.deleteStream, { params, body: { confirm: params.stream } }, w.api.admin);
  return { params, bytes: content };
}
/** A run of the asker's own, where they may have one. */
async function runOf(w: World, who: Person): Promise<string> {
  const { text: events } = await w.api.ask(routes.replayMessages, await copied(w), who.token);
  return /"run":"([^"]+)"/.exec(events)?.[1] ?? randomUUID();
}

export const messagingRequests: Readonly<Record<MessagingId, (w: World, who: Person) => Given | Promise<Given>>> = {
  publishMessage: (w) => ({ params: orders(w), body: { subject: 'orders.walk', payload: text('walked') } }),
  deleteMessage: async (w) => {
    const at = await filled(w);
    return { params: { ...at, seq: 1 }, body: { erase: true, confirm: at.stream } };
  },
  exportMessages: (w) => ({ params: orders(w), query: { subject: 'orders.1' } }),
  getMessageSchema: (w) => ({ params: orders(w) }),
  backupStream: (w) => ({ params: orders(w) }),
  restoreStream: backedUp,
  planReplay: copied,
  replayMessages: copied,
  getReplay: async (w, who) => ({ params: { ...orders(w), run: await runOf(w, who) } }),
};
