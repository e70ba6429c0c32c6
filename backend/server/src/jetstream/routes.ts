import type { jetstreamRoutes } from '@jetstream-console/contract';
import type { Links } from '../clusters/link';
import type { Types } from '../decoders/types';
import type { Handlers } from '../platform/handler';
import type { PerStream } from '../query/metrics/perStream';
import * as consumers from './consumers';
import * as kv from './kv';
import { getKey } from './kvValues';
import * as messages from './messages';
import * as streams from './streams';

export function jetstreamHandlers(deps: {
  links: Links;
  perStream: PerStream;
  types: Types;
}): Handlers<typeof jetstreamRoutes> {
  const { links } = deps;
  return {
    listStreams: ({ params, query }, ctx) => streams.listStreams(deps, ctx, params.clusterId, query),
    getStream: ({ params }, ctx) => streams.getStream(links, ctx, params.clusterId, params.stream),
    getStreamInfo: async ({ params, query }, ctx) => {
      const link = await links.open(ctx, params.clusterId);
      return (
        await streams.streamInfo(
          link,
          params.stream,
          ctx.signal,
          query.deletedDetails ? { deleted_details: true } : undefined,
        )
      ).raw;
    },
    listSubjects: ({ params, query }, ctx) => streams.listSubjects(links, ctx, params.clusterId, params.stream, query),
    listStreamConsumers: ({ params, query }, ctx) =>
      consumers.listStreamConsumers(links, ctx, params.clusterId, params.stream, query),
    getConsumer: ({ params }, ctx) =>
      consumers.getConsumer(links, ctx, params.clusterId, params.stream, params.consumer),
    listConsumers: ({ params, query }, ctx) => consumers.listConsumers(links, ctx, params.clusterId, query),
    listMessages: ({ params, query }, ctx) => messages.listMessages(deps, ctx, params.clusterId, params.stream, query),
    searchMessages: ({ params, query }, ctx, emit) =>
      messages.searchMessages(deps, ctx, params.clusterId, params.stream, query, emit),
    getMessage: ({ params, query }, ctx) =>
      messages.getMessage(deps, ctx, params.clusterId, params.stream, params.seq, query),
    listBuckets: ({ params, query }, ctx) => kv.listBuckets(links, ctx, params.clusterId, query),
    getBucket: ({ params }, ctx) => kv.getBucket(links, ctx, params.clusterId, params.bucket),
    listKeys: ({ params, query }, ctx) => kv.listKeys(deps, ctx, params.clusterId, params.bucket, query),
    getKey: ({ params, query }, ctx) => getKey(deps, ctx, params.clusterId, params.bucket, query),
  };
}
