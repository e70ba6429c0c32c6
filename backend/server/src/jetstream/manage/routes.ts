import type { manageRoutes } from '@jetstream-console/contract';
import type { Links } from '../../clusters/link';
import type { ClusterStore } from '../../clusters/store';
import type { Handlers } from '../../platform/handler';
import type { Pg } from '../../platform/pg';
import * as consumerActs from './consumerActs';
import * as consumers from './consumers';
import { readCurrent } from './exactApi';
import { exportConfig } from './export';
import { listVersions, restoreVersion } from './history';
import { compareStreams, streamImpact } from './impact';
import * as operate from './operate';
import { planPurge, purgeStream } from './purge';
import { planReset, resetConsumer } from './reset';
import * as streams from './streams';

export interface ManageDeps {
  readonly links: Links;
  readonly pg: Pg;
  readonly store: Pick<ClusterStore, 'get'>;
}

export function manageHandlers(deps: ManageDeps): Handlers<typeof manageRoutes> {
  const { links } = deps;
  return {
    createStream: ({ params, body }, ctx) => streams.createStream(links, ctx, params.clusterId, body),
    planStream: ({ params, body }, ctx) => streams.planStream(links, ctx, params.clusterId, body),
    listStreamTemplates: ({ params }, ctx) => streams.listTemplates(links, ctx, params.clusterId),
    getStreamConfig: ({ params }, ctx) => streams.getStreamConfig(links, ctx, params),
    planStreamUpdate: ({ params, body }, ctx) => streams.planStreamUpdate(links, ctx, params, body),
    updateStream: ({ params, body }, ctx) => streams.updateStream(links, ctx, params, body),
    deleteStream: ({ params, body }, ctx) => streams.deleteStream(links, ctx, params, body),
    getStreamImpact: ({ params }, ctx) => streamImpact(links, ctx, params),
    cloneStream: ({ params, body }, ctx) => streams.cloneStream(links, ctx, params, body),
    exportStreamConfig: async ({ params, query }, ctx) => {
      const link = await links.open(ctx, params.clusterId);
      const { config } = await readCurrent(link, 'stream', params.stream, ctx.signal);
      return exportConfig(query.as, 'stream', config, params.stream);
    },
    compareStreams: ({ params, query }, ctx) => compareStreams(links, ctx, params, query),
    listStreamVersions: ({ params, query }, ctx) => listVersions(deps, ctx, params, query),
    restoreStreamVersion: ({ params, body }, ctx) => restoreVersion(deps, ctx, params, body),
    planPurge: ({ params, body }, ctx) => planPurge(links, ctx, params, body),
    purgeStream: ({ params, body }, ctx) => purgeStream(links, ctx, params, body),
    sealStream: ({ params, body }, ctx) => operate.sealStream(links, ctx, params, body),
    stepDownStream: ({ params, body }, ctx) => operate.stepDownStream(links, ctx, params, body),
    removeStreamPeer: ({ params, body }, ctx) => operate.removeStreamPeer(links, ctx, params, body),
    createConsumer: ({ params, body }, ctx) => consumers.createConsumer(links, ctx, params, body),
    planConsumer: ({ params, body }, ctx) => consumers.planConsumer(links, ctx, params, body),
    getConsumerConfig: ({ params }, ctx) => consumers.getConsumerConfig(links, ctx, params),
    planConsumerUpdate: ({ params, body }, ctx) => consumers.planConsumerUpdate(links, ctx, params, body),
    updateConsumer: ({ params, body }, ctx) => consumers.updateConsumer(links, ctx, params, body),
    deleteConsumer: ({ params, body }, ctx) => consumers.deleteConsumer(links, ctx, params, body),
    exportConsumerConfig: async ({ params, query }, ctx) => {
      const link = await links.open(ctx, params.clusterId);
      const path = `${params.stream}.${params.consumer}`;
      const { config } = await readCurrent(link, 'consumer', path, ctx.signal);
      return exportConfig(query.as, 'consumer', config, params.stream);
    },
    pauseConsumer: ({ params, body }, ctx) => consumerActs.pauseConsumer(links, ctx, params, body.until),
    resumeConsumer: ({ params }, ctx) => consumerActs.pauseConsumer(links, ctx, params, null),
    planReset: ({ params, body }, ctx) => planReset(links, ctx, params, body),
    resetConsumer: ({ params, body }, ctx) => resetConsumer(links, ctx, params, body),
    unpinConsumer: ({ params, body }, ctx) => consumerActs.unpinConsumer(links, ctx, params, body.group),
    stepDownConsumer: ({ params }, ctx) => consumerActs.stepDownConsumer(links, ctx, params),
  };
}
