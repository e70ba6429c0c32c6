import type { backupRoutes } from '@jetstream-console/contract';
import type { Links } from '../../clusters/link';
import type { Handlers } from '../../platform/handler';
import { backupStream } from './backup';
import { restoreStream } from './restore';

export function backupHandlers({ links }: { links: Links }): Handlers<typeof backupRoutes> {
  return {
    backupStream: ({ params }, ctx) => backupStream(links, ctx, params),
    restoreStream: ({ params }, ctx) => restoreStream(links, ctx, params),
  };
}
