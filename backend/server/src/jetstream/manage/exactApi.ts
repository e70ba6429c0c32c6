import type { AssetKind, NatsConfig } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Link } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import { accountInfo } from '../account';
import { apiText, parseReply, withoutError, type RequestOptions } from '../api';
import { shortCache } from '../cache';
import { parseExact, writeExact } from './exactJson';

/** One JetStream api request in which no number loses a digit, on the way there or back. */
export async function exactRequest(
  link: Link,
  name: string,
  body: unknown,
  signal: AbortSignal,
  options?: RequestOptions,
): Promise<unknown> {
  const text = await apiText(link, name, body === undefined ? undefined : writeExact(body), signal, options);
  return withoutError(parseExact(text));
}

/**
 * The same for a request that changes something: once it is sent, no client's leaving ends it, so that the audit says
 * how it came out; and silence is told as what it is.
 */
export async function changeRequest(
  link: Link,
  name: string,
  body: unknown,
  options?: RequestOptions,
): Promise<unknown> {
  try {
    return await exactRequest(link, name, body, new AbortController().signal, options);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'nats_timeout')
      throw new ApiError(
        504,
        'outcome_unknown',
        `NATS did not answer to ${name} in time, so it is not known whether it was done. Look at it again before you repeat it.`,
        { cause: error },
      );
    throw error;
  }
}

const infoReply = z.looseObject({
  created: z.string(),
  config: z.record(z.string(), z.unknown()),
  state: z.looseObject({}).optional(),
  cluster: z.looseObject({ leader: z.string().optional() }).optional(),
});

export interface Current {
  readonly config: NatsConfig;
  readonly reply: z.infer<typeof infoReply>;
}

const infoName = (kind: AssetKind, path: string) => `${kind === 'stream' ? 'STREAM' : 'CONSUMER'}.INFO.${path}`;

/** The configuration as the asset's leader has it now. @param path `ORDERS`, or `ORDERS.billing` for a consumer */
export async function readCurrent(link: Link, kind: AssetKind, path: string, signal: AbortSignal): Promise<Current> {
  const name = infoName(kind, path);
  const reply = parseReply(infoReply, await exactRequest(link, name, undefined, signal), name);
  return { config: reply.config, reply };
}

/** The same, or null where there is no such asset. */
export const readIfThere = (link: Link, kind: AssetKind, path: string, signal: AbortSignal): Promise<Current | null> =>
  readCurrent(link, kind, path, signal).catch((error: unknown) => {
    if (error instanceof ApiError && ['stream_not_found', 'consumer_not_found'].includes(error.code)) return null;
    throw error;
  });

const levels = shortCache<number>(60_000, 500);
/** The JetStream api level of the server that leads; 0 for 2.10, which does not say one. */
export const apiLevel = (link: Link): Promise<number> =>
  levels.get(link.generation, async () => (await accountInfo(link, new AbortController().signal)).api.level);
