import { z } from 'zod';
import type { Action, Resource } from './access';
import { clusterParams } from './common';
import { changePlan, changeResult, configHash, configView, confirmName, pedantic } from './jetstreamChanges';
import { natsConfig, streamChange } from './jetstreamConfig';
import { streamImpact } from './jetstreamStreams';
import { route, type Need } from './route';

/**
 * A bucket and an object store are streams of a certain form. What makes, changes and deletes one is the same for both,
 * and goes the way of streams: the same rules, the same difference, the same hash against lost edits.
 */
export function storeRoutes<P extends string>(of: {
  readonly path: string;
  readonly param: P;
  readonly name: z.ZodType<string, string>;
  readonly resource: Resource;
  readonly what: string;
  readonly audit: string;
}) {
  const { resource, what } = of;
  const path = `${of.path}/:${of.param}`;
  const params = clusterParams.extend({ [of.param]: of.name } as Record<P, typeof of.name>);
  const on = (action: Action): Need => ({ resource, action, cluster: 'clusterId', name: of.param });
  const onNew: Need = { resource, action: 'create', cluster: 'clusterId', each: true };
  const making = z.strictObject({
    name: of.name,
    config: streamChange.default({}).describe('fields of the stream behind it that differ from what it is made with'),
    pedantic,
  });
  return {
    create: route({
      method: 'POST',
      path: of.path,
      summary: `Makes ${what}`,
      params: clusterParams,
      access: [onNew],
      credential: 'operate',
      audit: `${of.audit}.create`,
      status: 201,
      body: making,
      response: changeResult,
    }),
    plan: route({
      method: 'POST',
      path: `${of.path}/plan`,
      summary: `What would come of making ${what}; nothing is made`,
      params: clusterParams,
      access: [onNew],
      credential: 'read',
      audit: null,
      body: making,
      response: changePlan,
    }),
    config: route({
      method: 'GET',
      path: `${path}/config`,
      summary: `The configuration of ${what} with its hash, and which fields can be changed on this server`,
      params,
      access: [on('read')],
      credential: 'read',
      response: configView,
    }),
    planUpdate: route({
      method: 'POST',
      path: `${path}/plan`,
      summary: 'What a change would do: the difference, what speaks against it, and its effects; nothing is changed',
      params,
      access: [on('update')],
      credential: 'read',
      audit: null,
      body: z.strictObject({ change: streamChange, pedantic }),
      response: changePlan,
    }),
    update: route({
      method: 'PATCH',
      path,
      summary: `Changes fields of ${what} and leaves all others to the letter`,
      params,
      access: [on('update')],
      credential: 'operate',
      audit: `${of.audit}.update`,
      body: z.strictObject({ basedOn: configHash, change: streamChange, pedantic }),
      response: changeResult,
    }),
    delete: route({
      method: 'DELETE',
      path,
      summary: `Deletes ${what} with everything in it`,
      params,
      access: [on('delete')],
      credential: 'admin',
      audit: `${of.audit}.delete`,
      body: z.strictObject({ confirm: confirmName }),
      response: z.object({ deleted: z.literal(true), config: natsConfig, messages: z.number() }),
    }),
    impact: route({
      method: 'GET',
      path: `${path}/impact`,
      summary: `What deleting ${what} would touch`,
      params,
      access: [on('read')],
      credential: 'read',
      response: streamImpact,
    }),
    seal: route({
      method: 'POST',
      path: `${path}/seal`,
      summary: `Seals ${what} for good: nothing comes in, nothing goes out, and it cannot be undone`,
      params,
      access: [on('operate')],
      credential: 'admin',
      audit: `${of.audit}.seal`,
      body: z.strictObject({ confirm: confirmName }),
      response: z.object({ sealed: z.literal(true), messages: z.number() }),
    }),
  };
}
