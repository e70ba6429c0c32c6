import { z } from 'zod';
import type { Action } from './access';
import { streamParams } from './jetstream';
import { changePlan, changeResult, configHash, configView, pedantic } from './jetstreamChanges';
import { streamChange } from './jetstreamConfig';
import { route, table, type Need } from './route';

const onStream = (action: Action): Need => ({ resource: 'streams', action, cluster: 'clusterId', name: 'stream' });
const stream = '/clusters/:clusterId/streams/:stream';

export const streamRoutes = table({
  getStreamConfig: route({
    method: 'GET',
    path: `${stream}/config`,
    summary: "A stream's configuration with its hash, and which fields can be changed on this server",
    params: streamParams,
    access: [onStream('read')],
    credential: 'read',
    response: configView,
  }),
  planStreamUpdate: route({
    method: 'POST',
    path: `${stream}/plan`,
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
    path: stream,
    summary: 'Changes fields of a stream and leaves all others to the letter',
    params: streamParams,
    access: [onStream('update')],
    credential: 'operate',
    audit: 'stream.update',
    body: z.strictObject({ basedOn: configHash, change: streamChange, pedantic }),
    response: changeResult,
  }),
});
