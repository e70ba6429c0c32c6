import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { mostGivenUp, watchAdvisories, type Advisories } from '../../../backend/server/src/metrics/collect/advisories';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { organizationId } from './pipeline';

let server: NatsServer;
let nc: NatsConnection;
let advisories: Advisories;
const usage = { requests: 0, bytes: 0 };
const removed: string[] = [];
const owner = { organizationId, clusterId: organizationId, retentionDays: 65_535 };
const heard = { account: { id: 'A', name: 'A' }, domain: '', nameOf: (id: string) => id, own: 'A' };

beforeAll(async () => {
  server = await startNatsServer({ jetstream: false });
  nc = await connectTo(server.url);
});
beforeEach(async () => {
  advisories = watchAdvisories(
    () => owner,
    [{ nc, subjects: ['events.>'], heard: () => heard }],
    usage,
    (name) => removed.push(name),
  );
  await nc.flush();
  return () => advisories.close();
});
afterAll(async () => {
  await nc?.close();
  await server?.stop();
});

const send = (type: string, id: string, more: object = {}) =>
  nc.publish(
    'events.x',
    JSON.stringify({ type: `io.nats.jetstream.advisory.v1.${type}`, id, timestamp: '2026-11-24T20:00:00Z', ...more }),
  );

it('takes each once, leaves nonsense out, and counts what it heard', async () => {
  const before = usage.bytes;
  send('max_deliver', 'e1', { stream: 'S', consumer: 'c' });
  send('max_deliver', 'e1', { stream: 'S', consumer: 'c' });
  nc.publish('events.x', 'no JSON');
  nc.publish('events.x', '{"type":"x"}');
  await nc.flush();
  expect(advisories.take().rows.map(({ id, type, stream }) => [id, type, stream])).toEqual([
    ['e1', 'max_deliver', 'S'],
  ]);
  expect(advisories.take()).toEqual({ rows: [], suppressed: new Map() });
  expect(usage.bytes).toBeGreaterThan(before);
});

it('keeps two hundred of one type, says how many more there were, and keeps the rare ones beside them', async () => {
  for (let n = 0; n < 250; n++) send('nak', `n${n}`);
  send('stream_quorum_lost', 'q', { stream: 'S' });
  await nc.flush();
  const { rows, suppressed } = advisories.take();
  expect(rows.filter(({ type }) => type === 'nak')).toHaveLength(200);
  expect(rows.map(({ type }) => type)).toContain('stream_quorum_lost');
  expect(suppressed).toEqual(new Map([['nak', 50]]));
  send('nak', 'again');
  await nc.flush();
  expect(advisories.take().suppressed).toEqual(new Map());
});

it('keeps who purged a stream however many consumers clients make', async () => {
  const act = (n: string, subject: string) => send('api_audit', n, { subject, client: { user: 'ann' } });
  for (let n = 0; n < 250; n++) act(`c${n}`, '$JS.API.CONSUMER.CREATE.STREAM.PURGE');
  act('p', '$JS.API.STREAM.PURGE.ORDERS');
  act('d', '$JS.hub.API.STREAM.DELETE.ORDERS');
  await nc.flush();
  const { rows, suppressed } = advisories.take();
  expect(rows.map(({ id }) => id).slice(-2)).toEqual(['p', 'd']);
  expect(suppressed).toEqual(new Map([['api_audit of consumers', 50]]));
});

it('keeps messages given up far beyond that, each of both kinds up to its own bound, and says what was too much', async () => {
  for (let n = 0; n < mostGivenUp + 7; n++) send('max_deliver', `m${n}`);
  for (let n = 0; n < 300; n++) send('terminated', `t${n}`);
  await nc.flush();
  const { rows, suppressed } = advisories.take();
  expect(rows.filter(({ type }) => type === 'max_deliver')).toHaveLength(mostGivenUp);
  expect(rows.filter(({ type }) => type === 'terminated')).toHaveLength(300);
  expect(suppressed).toEqual(new Map([['max_deliver', 7]]));
});

it('tells once that a configuration changed and that the API dropped its queue, and at once who was removed', async () => {
  expect([advisories.configChanged(), advisories.limitReached()]).toEqual([false, false]);
  send('stream_action', 'd', { stream: 'S', action: 'delete' });
  await nc.flush();
  expect(advisories.configChanged()).toBe(false);
  send('stream_action', 'm', { stream: 'S', action: 'modify' });
  send('api_limit_reached', 'l', { server: 'n1' });
  send('server_removed', 'r', { server: 'n3' });
  await nc.flush();
  expect([advisories.configChanged(), advisories.limitReached()]).toEqual([true, true]);
  expect([advisories.configChanged(), advisories.limitReached()]).toEqual([false, false]);
  expect(removed).toEqual(['n3']);
});
