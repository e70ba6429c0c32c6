import { z } from 'zod';
import type { Action } from './access';
import { instant, sequence } from './common';
import { consumerParams, streamParams } from './jetstream';
import {
  changePlan,
  changeResult,
  configHash,
  configView,
  confirmName,
  exported,
  exportQuery,
  pedantic,
} from './jetstreamChanges';
import { consumerChange, natsConfig, newConsumerConfig } from './jetstreamConfig';
import { streamPath } from './jetstreamStreams';
import { route, table, type Need } from './route';

const onConsumers = (action: Action): Need => ({
  resource: 'consumers',
  action,
  cluster: 'clusterId',
  name: 'stream',
});
const consumers = `${streamPath}/consumers`;
const consumer = `${consumers}/:consumer`;
const of = (action: Action) => ({ params: consumerParams, access: [onConsumers(action)] });

/** Where a consumer is set back, or forward, to. */
export const resetTarget = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('ack_floor') }),
  z.strictObject({ to: z.literal('sequence'), seq: sequence }),
  z.strictObject({ to: z.literal('time'), time: instant }),
]);
export type ResetTarget = z.infer<typeof resetTarget>;

const made = z.strictObject({ config: newConsumerConfig, pedantic });

export const consumerRoutes = table({
  createConsumer: route({
    method: 'POST',
    path: consumers,
    summary: 'Makes a consumer, pulled or pushed',
    params: streamParams,
    access: [onConsumers('create')],
    credential: 'operate',
    audit: 'consumer.create',
    status: 201,
    body: made,
    response: changeResult,
  }),
  planConsumer: route({
    method: 'POST',
    path: `${consumers}/plan`,
    summary: 'What would come of making a consumer; nothing is made',
    params: streamParams,
    access: [onConsumers('create')],
    credential: 'read',
    audit: null,
    body: made,
    response: changePlan,
  }),
  getConsumerConfig: route({
    ...of('read'),
    method: 'GET',
    path: `${consumer}/config`,
    summary: "A consumer's configuration with its hash, and which fields can be changed on this server",
    credential: 'read',
    response: configView,
  }),
  planConsumerUpdate: route({
    ...of('update'),
    method: 'POST',
    path: `${consumer}/plan`,
    summary: 'What a change would do; nothing is changed',
    credential: 'read',
    audit: null,
    body: z.strictObject({ change: consumerChange, pedantic }),
    response: changePlan,
  }),
  updateConsumer: route({
    ...of('update'),
    method: 'PATCH',
    path: consumer,
    summary: 'Changes fields of a consumer and leaves all others to the letter',
    credential: 'operate',
    audit: 'consumer.update',
    body: z.strictObject({ basedOn: configHash, change: consumerChange, pedantic }),
    response: changeResult,
  }),
  deleteConsumer: route({
    ...of('delete'),
    method: 'DELETE',
    path: consumer,
    summary: 'Deletes a consumer with its position; on a work queue or interest stream messages may go with it',
    credential: 'operate',
    audit: 'consumer.delete',
    body: z.strictObject({ confirm: confirmName }),
    response: z.object({ deleted: z.literal(true), config: natsConfig }),
  }),
  exportConsumerConfig: route({
    ...of('read'),
    method: 'GET',
    path: `${consumer}/config/export`,
    summary: 'A configuration for other tools: JSON, YAML, a nats command, a NACK manifest, Terraform',
    credential: 'read',
    query: exportQuery,
    response: exported,
  }),
  pauseConsumer: route({
    ...of('pause'),
    method: 'POST',
    path: `${consumer}/pause`,
    summary: 'Stops deliveries until a time; NATS 2.11 and newer',
    credential: 'operate',
    audit: 'consumer.pause',
    body: z.strictObject({ until: instant }),
    response: z.object({ paused: z.boolean(), until: instant.nullable() }),
  }),
  resumeConsumer: route({
    ...of('pause'),
    method: 'POST',
    path: `${consumer}/resume`,
    summary: 'Ends a pause',
    credential: 'operate',
    audit: 'consumer.resume',
    response: z.object({ paused: z.boolean(), until: instant.nullable() }),
  }),
  planReset: route({
    ...of('operate'),
    method: 'POST',
    path: `${consumer}/reset/plan`,
    summary: 'Where a reset would lead and what it would deliver again or leave out; nothing is changed',
    credential: 'read',
    audit: null,
    body: resetTarget,
    response: z.object({
      /** the next message to be looked at */
      seq: z.number(),
      /** delivered before, and again after the reset; null where it cannot be counted */
      redelivers: z.number().nullable(),
      /** not delivered yet, and left out by a reset forward */
      skips: z.number().nullable(),
      waiting: z.number().nullable(),
      countedBy: z.string(),
      refusals: z.array(z.string()),
    }),
  }),
  resetConsumer: route({
    ...of('operate'),
    method: 'POST',
    path: `${consumer}/reset`,
    summary: 'Sets a consumer to a sequence, a time, or back to its ack floor; NATS 2.14 and newer',
    credential: 'operate',
    audit: 'consumer.reset',
    body: z.strictObject({ target: resetTarget, confirm: confirmName }),
    response: z.object({ seq: z.number() }),
  }),
  unpinConsumer: route({
    ...of('operate'),
    method: 'POST',
    path: `${consumer}/unpin`,
    summary: 'Lets another client of a priority group be pinned; NATS 2.11 and newer',
    credential: 'operate',
    audit: 'consumer.unpin',
    body: z.strictObject({ group: z.string().min(1).max(255) }),
    response: z.object({ done: z.literal(true) }),
  }),
  stepDownConsumer: route({
    ...of('operate'),
    method: 'POST',
    path: `${consumer}/leader-stepdown`,
    summary: 'Has the leader of a replicated consumer hand over',
    credential: 'operate',
    audit: 'consumer.stepdown',
    response: z.object({ done: z.literal(true), before: z.string().nullable() }),
  }),
});
