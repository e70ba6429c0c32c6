import { z } from 'zod';
import type { Link } from '../../clusters/link';
import { ApiError, notFound } from '../../platform/errors';
import { parseReply } from '../api';
import { readCurrent } from '../manage/exactApi';
import type { StreamFacts } from '../reader';

const shape = z.object({
  name: z.string(),
  mirror: z.looseObject({ name: z.string() }).optional(),
  sealed: z.boolean().optional(),
  deny_purge: z.boolean().optional(),
  allow_direct: z.boolean().optional(),
  allow_rollup_hdrs: z.boolean().optional(),
  allow_msg_ttl: z.boolean().optional(),
  max_msg_size: z.coerce.number().default(-1),
  max_age: z.coerce.number().default(0),
});
const stateShape = z.object({
  messages: z.coerce.number(),
  bytes: z.coerce.number(),
  first_seq: z.coerce.number(),
  last_seq: z.coerce.number(),
});

/** What of the stream behind a bucket or store decides how it is written. */
export interface Written {
  readonly link: Link;
  readonly config: z.infer<typeof shape>;
  readonly facts: StreamFacts;
}

/**
 * A bucket or store that somebody wants to write to, as its leader has it now.
 * @param what `The bucket settings`
 * @throws ApiError 404, and 422 for a mirror: what it shows is written elsewhere
 */
export async function openToWrite(link: Link, stream: string, what: string, signal: AbortSignal): Promise<Written> {
  const current = await readCurrent(link, 'stream', stream, signal).catch((error: unknown) => {
    throw error instanceof ApiError && error.code === 'stream_not_found' ? notFound(what) : error;
  });
  const config = parseReply(shape, current.config, 'STREAM.INFO');
  const state = parseReply(stateShape, current.reply.state, 'STREAM.INFO');
  if (config.mirror)
    throw new ApiError(
      422,
      'is_mirror',
      `${what} is a mirror of ${config.mirror.name}: write there, and it comes here by itself. Nothing was written.`,
    );
  return {
    link,
    config,
    facts: {
      name: stream,
      direct: config.allow_direct ?? false,
      mirrorOf: null,
      firstSeq: Math.max(1, state.first_seq),
      lastSeq: state.last_seq,
      averageBytes: state.messages > 0 ? state.bytes / state.messages : 0,
      created: current.reply.created,
    },
  };
}

/** @throws ApiError 422 where nothing more goes in or out */
export function assertNotSealed({ config }: Written, what: string): void {
  if (config.sealed)
    throw new ApiError(422, 'sealed', `${what} is sealed for good: nothing in it can be changed. Nothing was done.`);
}
