import { z } from 'zod';
import type { Action } from './access';
import { assetName, clusterParams, id, instant, limitQuery, page } from './common';
import { provenance, streamParams } from './jetstream';
import {
  changePlan,
  changeResult,
  configHash,
  configView,
  confirmName,
  exported,
  exportQuery,
  fieldChange,
  pedantic,
} from './jetstreamChanges';
import { natsConfig, newStreamConfig, streamChange } from './jetstreamConfig';
import { route, table, type Need } from './route';

export const onStream = (action: Action): Need => ({
  resource: 'streams',
  action,
  cluster: 'clusterId',
  name: 'stream',
});
/** The name is in the body: the full question is asked once it is read. */
const onNewStream: Need = { resource: 'streams', action: 'create', cluster: 'clusterId', each: true };
const streams = '/clusters/:clusterId/streams';
export const streamPath = `${streams}/:stream`;

/** What deleting or emptying a stream touches, for whoever has to type its name. */
export const streamImpact = z.object({
  messages: z.number(),
  bytes: z.number(),
  subjects: z.number().nullable(),
  consumers: z.object({ total: z.number().int(), names: z.array(z.string()) }),
  /** streams of this account that copy from it; those that the asker may not see are counted alone */
  drawnBy: z.array(z.object({ stream: z.string(), as: z.enum(['mirror', 'source']) })),
  drawnByHidden: z.number().int(),
  provenance,
});
export type StreamImpact = z.infer<typeof streamImpact>;

/** A configuration as an act of the console found or left it. */
export const configVersion = z.object({
  id,
  time: instant,
  action: z.string(),
  login: z.string().nullable(),
  before: natsConfig.nullable(),
  after: natsConfig.nullable(),
  diff: z.array(fieldChange),
});
export type ConfigVersion = z.infer<typeof configVersion>;

export const streamRoutes = table({
  createStream: route({
    method: 'POST',
    path: streams,
    summary: 'Makes a stream',
    params: clusterParams,
    access: [onNewStream],
    credential: 'operate',
    audit: 'stream.create',
    status: 201,
    body: z.strictObject({ config: newStreamConfig, pedantic }),
    response: changeResult,
  }),
  planStream: route({
    method: 'POST',
    path: `${streams}/plan`,
    summary: 'What would come of making a stream; nothing is made',
    params: clusterParams,
    access: [onNewStream],
    credential: 'read',
    audit: null,
    body: z.strictObject({ config: newStreamConfig, pedantic }),
    response: changePlan,
  }),
  listStreamTemplates: route({
    method: 'GET',
    path: '/clusters/:clusterId/stream-templates',
    summary: 'Configurations to start from, those that this server can hold',
    params: clusterParams,
    access: [{ resource: 'streams', action: 'read', cluster: 'clusterId', each: true }],
    credential: 'read',
    response: z.object({
      /** JetStream api level of the server: fields that came later are of no use on it */
      apiLevel: z.number().int(),
      items: z.array(z.object({ id: z.string(), title: z.string(), description: z.string(), config: natsConfig })),
    }),
  }),
  getStreamConfig: route({
    method: 'GET',
    path: `${streamPath}/config`,
    summary: "A stream's configuration with its hash, and which fields can be changed on this server",
    params: streamParams,
    access: [onStream('read')],
    credential: 'read',
    response: configView,
  }),
  planStreamUpdate: route({
    method: 'POST',
    path: `${streamPath}/plan`,
    summary: 'What a change would do: the difference, what speaks against it, and its effects; nothing is changed',
    params: streamParams,
    access: [onStream('update')],
    credential: 'read',
    audit: null,
    body: z.strictObject({ change: streamChange, pedantic }),
    response: changePlan,
  }),
  updateStream: route({
    method: 'PATCH',
    path: streamPath,
    summary: 'Changes fields of a stream and leaves all others to the letter',
    params: streamParams,
    access: [onStream('update')],
    credential: 'operate',
    audit: 'stream.update',
    body: z.strictObject({ basedOn: configHash, change: streamChange, pedantic }),
    response: changeResult,
  }),
  deleteStream: route({
    method: 'DELETE',
    path: streamPath,
    summary: 'Deletes a stream with its messages and consumers',
    params: streamParams,
    access: [onStream('delete')],
    credential: 'admin',
    audit: 'stream.delete',
    body: z.strictObject({ confirm: confirmName }),
    response: z.object({ deleted: z.literal(true), config: natsConfig, messages: z.number() }),
  }),
  getStreamImpact: route({
    method: 'GET',
    path: `${streamPath}/impact`,
    summary: 'What deleting or emptying a stream would touch',
    params: streamParams,
    access: [onStream('read')],
    credential: 'read',
    response: streamImpact,
  }),
  cloneStream: route({
    method: 'POST',
    path: `${streamPath}/clone`,
    summary: "Makes a stream with another one's configuration; messages and consumers stay where they are",
    params: streamParams,
    access: [onStream('read'), onNewStream],
    credential: 'operate',
    audit: 'stream.clone',
    status: 201,
    body: z.strictObject({ name: assetName, change: streamChange.default({}), pedantic }),
    response: changeResult,
  }),
  exportStreamConfig: route({
    method: 'GET',
    path: `${streamPath}/config/export`,
    summary: 'A configuration for other tools: JSON, YAML, a nats command, a NACK manifest, Terraform',
    params: streamParams,
    access: [onStream('read')],
    credential: 'read',
    query: exportQuery,
    response: exported,
  }),
  compareStreams: route({
    method: 'GET',
    path: `${streamPath}/diff`,
    summary: 'How the configuration of another stream, here or in another cluster, differs',
    params: streamParams,
    access: [onStream('read')],
    credential: 'read',
    query: z.strictObject({ with: assetName, cluster: id.optional() }),
    response: z.object({ diff: z.array(fieldChange) }),
  }),
  listStreamVersions: route({
    method: 'GET',
    path: `${streamPath}/config/history`,
    summary: 'What the console did to a configuration, newest first; also of a stream that is gone',
    params: streamParams,
    access: [onStream('update')],
    query: z.strictObject({ limit: limitQuery(50, 200), cursor: z.string().max(2048).optional() }),
    response: page(configVersion),
  }),
  restoreStreamVersion: route({
    method: 'POST',
    path: `${streamPath}/config/restore`,
    summary: 'Brings back a configuration out of the history; makes the stream where it is gone, without its messages',
    params: streamParams,
    access: [onStream('update')],
    credential: 'operate',
    audit: 'stream.restore_config',
    body: z.strictObject({
      version: id,
      side: z.enum(['before', 'after']).describe('as the act found it, or as it left it'),
      basedOn: configHash.nullable().describe('of the configuration now; null where the stream is gone'),
      pedantic,
    }),
    response: changeResult,
  }),
});
