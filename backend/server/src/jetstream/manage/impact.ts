import { performance } from 'node:perf_hooks';
import type { Routes, QueryOf, StreamImpact } from '@jetstream-console/contract';
import { diffConfigs } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Links } from '../../clusters/link';
import type { Ctx } from '../../platform/handler';
import { apiRequest, parseReply } from '../api';
import { listPages, streamInfo } from '../streams';
import { readCurrent } from './exactApi';
import { shown } from './plan';
import type { At } from './streams';

const drawing = z.object({
  config: z.object({
    name: z.string(),
    mirror: z.object({ name: z.string(), external: z.unknown().optional() }).optional(),
    sources: z.array(z.object({ name: z.string(), external: z.unknown().optional() })).nullish(),
  }),
});
const consumerNames = z.object({ total: z.number(), consumers: z.array(z.string()).nullish() });

/** What deleting or emptying the stream touches. Streams that draw from it are named to whoever may see them. */
export async function streamImpact(links: Links, ctx: Ctx, { clusterId, stream }: At): Promise<StreamImpact> {
  const started = performance.now();
  const askedAt = new Date().toISOString();
  const link = await links.open(ctx, clusterId);
  const [{ info }, pages, names] = await Promise.all([
    streamInfo(link, stream, ctx.signal),
    listPages(link, undefined, ctx.signal),
    apiRequest(link, `CONSUMER.NAMES.${stream}`, { offset: 0 }, ctx.signal),
  ]);
  const drawn = pages
    .flatMap((page) => page.streams ?? [])
    .map((entry) => parseReply(drawing, entry, 'STREAM.LIST').config)
    .flatMap(({ name, mirror, sources }): StreamImpact['drawnBy'] => [
      ...(mirror?.name === stream && mirror.external === undefined ? [{ stream: name, as: 'mirror' as const }] : []),
      ...((sources ?? []).some((source) => source.name === stream && source.external === undefined)
        ? [{ stream: name, as: 'source' as const }]
        : []),
    ]);
  const readable = ctx.each({ resource: 'streams', action: 'read' }, { cluster: clusterId });
  const visible = drawn.filter(({ stream: name }) => readable({ name }));
  const consumers = parseReply(consumerNames, names, 'CONSUMER.NAMES');
  const maySee = ctx.decide({ resource: 'consumers', action: 'read' }, { cluster: clusterId, name: stream }).allowed;
  return {
    messages: info.state.messages,
    bytes: info.state.bytes,
    subjects: info.state.num_subjects ?? null,
    consumers: { total: consumers.total, names: maySee ? (consumers.consumers ?? []).slice(0, 100) : [] },
    drawnBy: visible,
    drawnByHidden: drawn.length - visible.length,
    provenance: {
      source: 'STREAM.INFO, STREAM.LIST, CONSUMER.NAMES',
      askedAt,
      tookMs: Math.round(performance.now() - started),
    },
  };
}

/** How another stream's configuration differs, in this cluster or in another that the asker may see. */
export async function compareStreams(
  links: Links,
  ctx: Ctx,
  { clusterId, stream }: At,
  query: QueryOf<Routes['compareStreams']>,
) {
  const otherCluster = query.cluster ?? clusterId;
  ctx.require({ resource: 'streams', action: 'read' }, { cluster: otherCluster, name: query.with });
  const [here, there] = await Promise.all([links.open(ctx, clusterId), links.open(ctx, otherCluster)]);
  const [one, other] = await Promise.all([
    readCurrent(here, 'stream', stream, ctx.signal),
    readCurrent(there, 'stream', query.with, ctx.signal),
  ]);
  return { diff: diffConfigs(shown(one.config), shown(other.config)) };
}
