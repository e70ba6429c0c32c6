import type { messagingRoutes } from '@jetstream-console/contract';
import type { Links } from '../../clusters/link';
import type { Handlers } from '../../platform/handler';
import { deleteMessage } from './deleteMessage';
import { exportMessages } from './export';
import { publishMessage } from './publish';

export function messagingHandlers({ links }: { links: Links }): Handlers<typeof messagingRoutes> {
  return {
    publishMessage: ({ params, body }, ctx) => publishMessage(links, ctx, params, body),
    deleteMessage: ({ params, body }, ctx) => deleteMessage(links, ctx, params, body),
    exportMessages: ({ params, query }, ctx) => exportMessages(links, ctx, params, query),
  };
}
