import { z } from 'zod';
import { streamParams } from './jetstream';
import { onStream, streamPath } from './jetstreamStreams';
import { route, table, type Need } from './route';

/** A backup holds every payload. */
const readsAll: Need = { resource: 'messages', action: 'read', cluster: 'clusterId', name: 'stream' };

export const backupRoutes = table({
  backupStream: route({
    method: 'GET',
    path: `${streamPath}/backup`,
    summary:
      'A stream with its messages and consumers as a tar archive: backup.json, stream.tar.s2 in parts, and end.json with their digest',
    params: streamParams,
    access: [onStream('operate'), readsAll],
    credential: 'admin',
    audit: 'stream.backup',
    sends: 'bytes',
    response: z.string(),
  }),
  restoreStream: route({
    method: 'POST',
    path: `${streamPath}/restore`,
    summary:
      'Makes a stream from a backup, of the console or of the nats CLI; one that breaks off or is damaged leaves nothing behind',
    params: streamParams,
    access: [onStream('operate'), onStream('create')],
    credential: 'admin',
    audit: 'stream.restore',
    takes: 'bytes',
    status: 201,
    response: z.object({
      restored: z.literal(true),
      messages: z.number(),
      bytes: z.number(),
      firstSeq: z.number(),
      lastSeq: z.number(),
      consumers: z.number().int(),
    }),
  }),
});
