import type { DeadLetterMessage, NatsConfig } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Link, Links } from '../../clusters/link';
import type { Types } from '../../decoders/types';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { Pg } from '../../platform/pg';
import { toMessage } from '../messages';
import { requireMessage } from '../messaging/rights';
import type { Stored } from '../reader';
import { letterOf } from './list';
import { copyOf, placeOf, type LetterRow } from './letterStore';
import { keepsForAcks, readConfig, readOriginal } from './original';

/** The message of a letter as it was, wherever it still is. */
export interface Source {
  readonly from: 'stream' | 'copy' | null;
  readonly message: Stored | null;
  readonly gone: string | null;
}

const storedHeaders = z.array(z.tuple([z.string(), z.array(z.string())]));

const storedOf = (seq: number, copy: NonNullable<Awaited<ReturnType<typeof copyOf>>>): Stored => ({
  seq,
  subject: copy.subject,
  time: copy.stored_at,
  data: copy.data,
  headers: () => storedHeaders.parse(JSON.parse(copy.headers)),
});

/** First from the stream: what stands there is what was given up. The copy is for when it is gone. */
export async function sourceOf(pg: Pg, link: Link, ctx: Ctx, row: LetterRow): Promise<Source> {
  const seq = Number(row.seq);
  const found = await readOriginal(link, placeOf(row), ctx.signal);
  if (found.message) return { from: 'stream', message: found.message, gone: null };
  const copy = await pg.inOrg(ctx.principal.organizationId, (tx) => copyOf(tx, row.id));
  return copy
    ? { from: 'copy', message: storedOf(seq, copy), gone: found.gone }
    : { from: null, message: null, gone: found.gone };
}

/** @throws ApiError 403: a copy is as much a payload as the original */
export const requireReading = (ctx: Ctx, clusterId: string, stream: string, subject: string): void =>
  requireMessage(ctx, 'read', clusterId, stream, subject);

const notesOf = (config: NatsConfig | null, { from }: Source): string[] =>
  config !== null && from === 'stream' && keepsForAcks(config)
    ? [
        `${config['retention'] === 'workqueue' ? 'This is a work queue' : 'This stream keeps messages until they are acknowledged'}: the original stays in it and is delivered to nobody. Once a retry is acknowledged, delete the original.`,
      ]
    : [];

export async function deadLetterMessage(
  { pg, links, types }: { pg: Pg; links: Links; types: Types },
  ctx: Ctx,
  { clusterId, letter }: { clusterId: string; letter: string },
  maxBytes: number,
): Promise<DeadLetterMessage> {
  const row = await pg.inOrg(ctx.principal.organizationId, (tx) => letterOf(tx, ctx, clusterId, letter));
  const link = await links.open(ctx, clusterId);
  const source = await sourceOf(pg, link, ctx, row);
  if (source.message) requireReading(ctx, clusterId, row.stream, source.message.subject);
  const config = await readConfig(link, row.stream, ctx.signal);
  const type = source.message && (await types.ofSubject(ctx, clusterId, row.stream, source.message.subject));
  return {
    from: source.from,
    gone: source.gone,
    message: source.message && toMessage(source.message, maxBytes, true, { wanted: 'auto', type: type ?? undefined }),
    notes: notesOf(config, source),
  };
}

export const nothingToSend = (gone: string | null) =>
  new ApiError(
    409,
    'message_gone',
    `Nothing was sent: ${gone ?? 'the message is gone'} The console has no copy of it. Edit and retry sends one that you write.`,
  );
