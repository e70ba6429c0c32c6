import { randomUUID } from 'node:crypto';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accountAdvisories, watchAdvisories } from '../../../backend/server/src/metrics/collect/advisories';
import { makeEventQueue } from '../../../backend/server/src/metrics/collect/eventQueue';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { eventually } from '../setup/wait';
import { makeTables, openPipeline, organizationId, testClock, type Pipeline, type Tables } from './pipeline';

let server: NatsServer;
let nc: NatsConnection;
let pipeline: Pipeline;
let tables: Tables;
beforeAll(async () => {
  [server, pipeline, tables] = await Promise.all([startNatsServer(), openPipeline(), makeTables()]);
  nc = await connectTo(server.url);
});
afterAll(async () => {
  await nc?.close();
  await server?.stop();
  await pipeline?.close();
  await tables?.drop();
});

const messages = 1000;

it('stores each of a thousand messages that were terminated between two collections', async () => {
  const owner = { organizationId, clusterId: randomUUID(), retentionDays: 65_535 };
  const heard = { account: { id: 'A', name: 'A' }, domain: '', nameOf: (id: string) => id, own: 'A' };
  const advisories = watchAdvisories(
    () => owner,
    [{ nc, subjects: accountAdvisories, heard: () => heard }],
    { requests: 0, bytes: 0 },
    () => undefined,
  );
  const events = makeEventQueue(
    () => owner,
    pipeline.buffer,
    testClock(),
    () => true,
  );
  const [js, jsm] = [jetstream(nc), await jetstreamManager(nc)];
  await jsm.streams.add({ name: 'MAIL', subjects: ['mail.>'] });
  await jsm.consumers.add('MAIL', { durable_name: 'mailer', ack_policy: 'explicit' });
  for (let n = 0; n < messages; n++) nc.publish('mail.out', `${n}`);
  await eventually(async () => (await jsm.streams.info('MAIL')).state.messages === messages);
  const consumer = await js.consumers.get('MAIL', 'mailer');
  let ended = 0;
  for await (const message of await consumer.fetch({ max_messages: messages })) {
    message.term('no such address');
    if (++ended === messages) break;
  }
  await eventually(async () => (await jsm.consumers.info('MAIL', 'mailer')).num_ack_pending === 0);
  await nc.flush();
  const { rows, suppressed } = advisories.take();
  advisories.close();
  expect(suppressed.get('terminated')).toBeUndefined();
  events.add(rows);
  await events.send();
  await pipeline.drain(tables.clickhouse);
  const stored = await tables.rows(
    `SELECT count() AS rows, uniqExact(JSONExtractUInt(data, 'stream_seq')) AS messages FROM events FINAL WHERE cluster_id = '${owner.clusterId}' AND type = 'terminated' AND title LIKE '%no such address'`,
  );
  expect(stored).toEqual([{ rows: messages, messages }]);
});
