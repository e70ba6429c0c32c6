import { z } from 'zod';
import type { Link } from '../clusters/link';
import { apiRequest, parseReply } from './api';

const reply = z.object({
  memory: z.number(),
  storage: z.number(),
  streams: z.number(),
  consumers: z.number(),
  domain: z.string().optional(),
  limits: z
    .object({ max_memory: z.number(), max_storage: z.number(), max_streams: z.number(), max_consumers: z.number() })
    .optional(),
  tiers: z.record(z.string(), z.looseObject({})).optional(),
  api: z.object({ level: z.number().default(0), total: z.number().default(0), errors: z.number().default(0) }),
});

/** The account's use and limits, -1 for no limit, as `$JS.API.INFO` says them. */
export async function accountInfo(link: Link, signal: AbortSignal) {
  const info = parseReply(reply, await apiRequest(link, 'INFO', undefined, signal), 'INFO');
  const limits = info.limits ?? { max_memory: -1, max_storage: -1, max_streams: -1, max_consumers: -1 };
  return {
    domain: info.domain ?? null,
    memory: info.memory,
    storage: info.storage,
    streams: info.streams,
    consumers: info.consumers,
    limits: {
      maxMemory: limits.max_memory,
      maxStorage: limits.max_storage,
      maxStreams: limits.max_streams,
      maxConsumers: limits.max_consumers,
    },
    api: info.api,
  };
}
