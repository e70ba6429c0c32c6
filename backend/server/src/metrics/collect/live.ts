import type { Redis } from 'ioredis';
import type { Logger } from '../../platform/log';
import type { Parser } from '../sample/parser';

/** Where the last collection of a cluster is told to pages that are open: `metrics:<cluster>:streams` and `:consumers`. */
export const liveChannel = (cluster: string, of: 'streams' | 'consumers') => `metrics:${cluster}:${of}`;

export interface Live {
  /** Tells those who listen, if anybody does. Best effort: what is stored does not depend on it. */
  show(cluster: string): Promise<void>;
}

/** One message a cluster and kind, never one a stream, and none where nobody listens. */
export function makeLive(redis: Redis, parser: Parser, log: Logger): Live {
  const kinds = ['streams', 'consumers'] as const;
  return {
    show: async (cluster) => {
      try {
        const channels = kinds.map((of) => liveChannel(cluster, of));
        const answer = await redis.pubsub('NUMSUB', ...channels);
        for (const [i, of] of kinds.entries()) {
          if (Number(answer[i * 2 + 1]) === 0) continue;
          await redis.publish(liveChannel(cluster, of), await parser.ask<'live'>(cluster, { kind: 'live', of }));
        }
      } catch (error) {
        log.debug({ err: error, cluster }, 'nobody could be told live');
      }
    },
  };
}
